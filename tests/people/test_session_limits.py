"""How long a session lasts: the limits alone, and through real requests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from azimuth.people.models import Person
from azimuth.people.session_limits import Limits, ends, is_over
from tests.cast import Cast

LIMITS = Limits(idle=timedelta(minutes=60), whole=timedelta(hours=12))
BEGUN = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
MINUTE = timedelta(seconds=60)


@pytest.mark.parametrize(("beyond", "over"), [(-MINUTE, False), (timedelta(0), False), (MINUTE, True)])
def test_idleness_ends_it(beyond: timedelta, over: bool) -> None:
    seen = BEGUN + timedelta(hours=2)
    assert is_over(seen + LIMITS.idle + beyond, ends(BEGUN, seen, LIMITS)) is over


@pytest.mark.parametrize(("beyond", "over"), [(-MINUTE, False), (timedelta(0), False), (MINUTE, True)])
def test_age_ends_it_however_busy(beyond: timedelta, over: bool) -> None:
    at = BEGUN + LIMITS.whole + beyond
    assert is_over(at, ends(BEGUN, at, LIMITS)) is over


def aged(client: Client, *, begun: timedelta, seen: timedelta) -> Client:
    """The client's session as if it had begun and been used that long ago."""
    session, now = client.session, timezone.now()
    session["begun"], session["seen"] = int((now - begun).timestamp()), int((now - seen).timestamp())
    session.save()
    return client


@pytest.mark.parametrize(("beyond", "status"), [(-MINUTE, 200), (MINUTE, 302)])
def test_a_request_after_idleness(cast: Cast, as_person: Callable[[Person], Client], beyond: timedelta, status: int) -> None:
    idle = timedelta(minutes=settings.SESSION_IDLE_MINUTES) + beyond
    client = aged(as_person(cast.ada), begun=idle, seen=idle)
    assert client.get("/people/").status_code == status
    assert ("_auth_user_id" in client.session) is (status == 200)


@pytest.mark.parametrize(("beyond", "status"), [(-MINUTE, 200), (MINUTE, 302)])
def test_a_request_at_the_end_of_the_day(cast: Cast, as_person: Callable[[Person], Client], beyond: timedelta, status: int) -> None:
    client = aged(as_person(cast.ada), begun=timedelta(hours=settings.SESSION_HOURS) + beyond, seen=timedelta(0))
    assert client.get("/people/").status_code == status


def test_use_is_noted_by_the_minute_and_the_page_knows_what_is_left(cast: Cast, as_person: Callable[[Person], Client]) -> None:
    client = aged(as_person(cast.ada), begun=timedelta(hours=11), seen=timedelta(seconds=30))
    before = client.session["seen"]
    page = client.get("/people/").content.decode()
    assert client.session["seen"] == before
    assert 'data-whole="35' in page or 'data-whole="36' in page
    client = aged(client, begun=timedelta(hours=11), seen=timedelta(minutes=30))
    assert client.post("/accounts/stay/").status_code == 204
    assert client.session["seen"] > before - 60


def test_htmx_hears_where_to_sign_in_and_saving_hears_only_that_it_must(cast: Cast) -> None:
    response = Client().get("/people/?q=a", headers={"HX-Request": "true"})
    assert (response.status_code, response["HX-Redirect"]) == (401, "/accounts/login/?next=/people/%3Fq%3Da")
    response = Client().post("/people/preferences/", headers={"HX-Request": "true"})
    assert response.status_code == 401
    assert "HX-Redirect" not in response


def test_pages_behind_the_door_are_kept_by_nobody(cast: Cast, as_person: Callable[[Person], Client]) -> None:
    assert as_person(cast.ada).get("/people/")["Cache-Control"] == "no-store"
