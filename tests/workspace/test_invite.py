"""Inviting people: an account and a mail with the way in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from azimuth.access.verdict import Denied
from azimuth.audit.models import Entry
from azimuth.notifications.models import Mail
from azimuth.people.models import Account, Person
from azimuth.workspace.accounts import actions
from tests.cast import Cast

SignIn = Callable[[Person], Client]


@pytest.fixture
def newcomers(cast: Cast) -> Cast:
    """Ada, Cleo and Dan have no account yet."""
    Account.objects.filter(person__in=[cast.ada, cast.cleo, cast.dan]).delete()
    for who in (cast.ada, cast.cleo, cast.dan):
        who.refresh_from_db()
    return cast


def test_one_person_gets_an_account_and_a_mail(newcomers: Cast, now: datetime) -> None:
    assert actions.invite(newcomers.ada, by=newcomers.eve, at=now) == 1
    mail = Mail.objects.get()
    assert mail.to == "ada@example.org"
    assert "/accounts/login/code/" in mail.text
    assert not Account.objects.get(person=newcomers.ada).has_usable_password()
    assert Entry.objects.get(action="workspace.invite").detail == {"invited": 1}


def test_twice_a_day_is_once(newcomers: Cast, now: datetime) -> None:
    actions.invite(newcomers.ada, by=newcomers.iris, at=now)
    assert actions.invite(newcomers.ada, by=newcomers.iris, at=now) == 0
    assert Mail.objects.count() == 1


def test_all_of_a_search_are_invited_in_the_background(newcomers: Cast, as_person: SignIn, run_jobs: Callable[..., int]) -> None:
    client = as_person(newcomers.iris)
    assert "2 people will be invited" in client.get("/people/invite/?q=workshop").content.decode()
    response = client.post("/people/invite/?q=workshop")
    assert response["Location"].startswith("/jobs/")
    run_jobs()
    assert set(Mail.objects.values_list("to", flat=True)) == {"ada@example.org", "cleo@example.org"}
    assert "Nobody to invite" in client.get("/people/invite/?q=workshop").content.decode()


def test_a_job_that_ran_half_is_made_whole(newcomers: Cast, now: datetime) -> None:
    actions.invite_all(Person.objects.filter(pk=newcomers.ada.pk), by=newcomers.iris, at=now)
    assert actions.invite_all(Person.objects.all(), by=newcomers.iris, at=now) == 2
    assert Mail.objects.count() == 3


def test_by_button_and_told(newcomers: Cast, as_person: SignIn) -> None:
    response = as_person(newcomers.eve).post(f"/people/{newcomers.ada.pk}/invite/", follow=True)
    assert "on its way to Ada Novak" in response.content.decode()
    Person.objects.filter(pk=newcomers.cleo.pk).update(email=None)
    response = as_person(newcomers.eve).post(f"/people/{newcomers.cleo.pk}/invite/", follow=True)
    assert "Nothing was sent" in response.content.decode()


@pytest.mark.parametrize(("who", "whom"), [("bo", "ada"), ("jon", "ada"), ("ada", "cleo"), ("eve", "dan")])
def test_others_invite_nobody(newcomers: Cast, now: datetime, who: str, whom: str) -> None:
    with pytest.raises(Denied):
        actions.invite(getattr(newcomers, whom), by=getattr(newcomers, who), at=now)
    assert not Account.objects.filter(person=getattr(newcomers, whom)).exists() or whom == "cleo"
    with pytest.raises(Denied):
        actions.invite_all(Person.objects.all(), by=getattr(newcomers, who), at=now)


def test_who_left_is_not_invited(cast: Cast, now: datetime) -> None:
    assert actions.invite(cast.gus, by=cast.iris, at=now) == 0
