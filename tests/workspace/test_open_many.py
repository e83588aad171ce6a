"""Taking the organisation away page by page: one account opens the pages of so many people in a day, then it is told and others are (abuse A53)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from azimuth.audit.models import Entry
from azimuth.notifications.models import Mail, Notice
from azimuth.people.models import Person
from azimuth.workspace.limits import actions
from tests.cast import Cast

SignIn = Callable[[Person], Client]


@pytest.fixture(autouse=True)
def _two_a_day(settings: Settings, db: None) -> Iterator[None]:
    settings.PAGES_OF_PEOPLE_A_DAY = 2
    cache.clear()
    yield
    cache.clear()


def open_all(client: Client, *people: Person) -> list[int]:
    return [client.get(f"/people/{person.pk}/").status_code for person in people]


def test_after_so_many_different_people_it_is_enough_for_today(cast: Cast, as_person: SignIn) -> None:
    """A53: nothing of the next page is shown; who was opened before, and oneself, stay open."""
    client = as_person(cast.cleo)
    assert open_all(client, cast.ada, cast.bo, cast.ada, cast.cleo, cast.dan, cast.iris, cast.bo) == [200, 200, 200, 200, 429, 429, 200]
    page = client.get(f"/people/{cast.dan.pk}/")
    assert "Dan Moreau" not in page.text
    assert "2 people today" in page.text
    assert page["Cache-Control"] == "no-store"
    assert open_all(as_person(cast.ada), cast.dan) == [200], "others have a day of their own"


def test_signing_in_anew_does_not_begin_anew(cast: Cast, as_person: SignIn) -> None:
    """A53: the account is counted, not the session."""
    open_all(as_person(cast.cleo), cast.ada, cast.bo)
    assert open_all(as_person(cast.cleo), cast.dan) == [429]


def test_tomorrow_is_another_day(cast: Cast) -> None:
    now = timezone.now()
    assert [actions.open_page(one.pk, by=cast.cleo, at=now) for one in (cast.ada, cast.bo, cast.dan)] == [True, True, False]
    assert actions.open_page(cast.dan.pk, by=cast.cleo, at=now + timedelta(days=1))


def test_it_is_recorded_and_administrators_are_told_once(cast: Cast, as_person: SignIn) -> None:
    """A53: the alert: a row in the log of security, a notice and a mail for whoever administers; not for the reader."""
    open_all(as_person(cast.finn), cast.ada, cast.bo, cast.dan, cast.iris, cast.gus)
    entry = Entry.objects.get(action="workspace.open_too_many")
    assert (entry.actor_name, entry.detail) == ("Finn Aaltonen", {"opened": 2})
    assert list(Notice.objects.values_list("person__name", "title")) == [("Iris Okafor", "Finn Aaltonen opened very many pages of people")]
    assert Mail.objects.get().person == cast.iris


def test_what_is_kept_names_nobody(cast: Cast, as_person: SignIn) -> None:
    """Who opened whom is nobody's business: marks, for a day, that fit no key of anybody."""
    open_all(as_person(cast.cleo), cast.ada)
    marks = cache.get(f"opened:{cast.cleo.pk}:{timezone.now().date()}")
    assert len(marks) == 1
    assert not any(str(cast.ada.pk)[:8] in mark for mark in marks)
