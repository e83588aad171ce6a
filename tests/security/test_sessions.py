"""Where one is signed in: shown, ended one by one or all at once; only one's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from azimuth.access.verdict import Denied
from azimuth.audit.models import Entry
from azimuth.people.actions import accounts
from azimuth.people.models import Account, Person
from tests.cast import Cast
from tests.security.conftest import is_in, sign_in

SignIn = Callable[[Person], Client]
PAGE = "/accounts/security/"


@pytest.fixture
def here(ada: Account) -> Client:
    client = Client(headers={"user-agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"})
    sign_in(client, ada)
    return client


@pytest.fixture
def there(ada: Account) -> Client:
    client = Client(headers={"user-agent": "odd"})
    sign_in(client, ada)
    return client


def row_of(client: Client) -> UserSession:
    return UserSession.objects.get(session_key=client.session.session_key)


def test_they_are_listed(here: Client, there: Client) -> None:
    page = here.get(PAGE).content.decode()
    assert "Firefox on Linux" in page
    assert "A browser we do not know" in page
    assert "127.0.0.1" in page
    assert page.count("/end/") == 2, "one session to end, and the button for all"


def test_one_is_ended_at_once_and_the_others_stay(here: Client, there: Client) -> None:
    url = f"/accounts/security/sessions/{row_of(there).pk}/end/"
    assert url in here.get(PAGE).content.decode()
    assert "That session has ended" in here.post(url, follow=True).content.decode()
    assert (is_in(here), is_in(there)) == (True, False)
    assert "A browser we do not know" not in here.get(PAGE).content.decode()
    assert Entry.objects.filter(action="people.end_session").count() == 1
    assert here.post(url).status_code == 404


def test_all_others_at_once(here: Client, there: Client) -> None:
    page = here.post("/accounts/security/sessions/end/", {"others": "yes"}, follow=True).content.decode()
    assert "signed out everywhere else" in page
    assert "Firefox on Linux" in page, "the session one keeps stays in the list"
    assert (is_in(here), is_in(there)) == (True, False)


def test_everywhere(here: Client, there: Client) -> None:
    here.post("/accounts/security/sessions/end/")
    assert (is_in(here), is_in(there)) == (False, False)


@pytest.mark.parametrize("who", ["cleo", "iris", "finn"])
def test_those_of_others_are_absent(here: Client, cast: Cast, as_person: SignIn, now: Any, who: str) -> None:
    row = row_of(here)
    assert as_person(getattr(cast, who)).post(f"/accounts/security/sessions/{row.pk}/end/").status_code == 404
    with pytest.raises(Denied):
        accounts.end_session(row, by=getattr(cast, who), at=now)
    assert is_in(here)


@pytest.mark.parametrize("path", ["end/", "1/end/"])
def test_it_takes_a_click(here: Client, path: str) -> None:
    assert here.get(f"/accounts/security/sessions/{path}").status_code == 405


def test_the_page_asks_as_often_for_one_session_as_for_three(ada: Account, cast: Cast, as_person: SignIn) -> None:
    client, counts = as_person(cast.ada), []
    sign_in(Client(), ada)
    client.get(PAGE)
    for _more in range(2):
        with CaptureQueriesContext(connection) as seen:
            client.get(PAGE)
        counts.append(len(seen))
        for _session in range(2):
            sign_in(Client(), ada)
    assert counts[0] == counts[1] <= 8
