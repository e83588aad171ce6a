"""Taking lost second factors away: by administrators, never one's own, told and logged; and from the command line."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from datetime import datetime

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone

from azimuth.access.verdict import Denied
from azimuth.audit.models import Entry
from azimuth.notifications.models import Mail
from azimuth.operations.commands.people import reset_factors as command
from azimuth.operations.trouble import Trouble
from azimuth.people.models import Account, Person
from azimuth.workspace.security import actions
from tests.cast import Cast
from tests.security.conftest import SECRET, is_in, sign_in

SignIn = Callable[[Person], Client]
BUTTON = "Take lost second factors away"


@pytest.mark.parametrize("who", ["iris", "finn"])
def test_by_button_and_told(ada_with_app: Account, cast: Cast, as_person: SignIn, who: str) -> None:
    hers, client = as_person(cast.ada), as_person(getattr(cast, who))
    assert BUTTON in client.get(f"/people/{cast.ada.pk}/").content.decode()
    page = client.post(f"/people/{cast.ada.pk}/reset-factors/", follow=True).content.decode()
    assert "Ada Novak is signed out everywhere" in page
    assert BUTTON not in page
    assert not Authenticator.objects.exists()
    assert not is_in(hers)
    assert "took your second factors away" in Mail.objects.get(to="ada@example.org").text
    entry = Entry.objects.get(action="workspace.reset_factors")
    assert (entry.actor_name, entry.object_name, entry.detail) == (getattr(cast, who).name, "Ada Novak", {"factors": 1})


def test_afterwards_the_password_alone_opens(ada_with_app: Account, cast: Cast, now: datetime) -> None:
    actions.reset_factors(cast.ada, by=cast.iris, at=now)
    client = Client()
    sign_in(client, ada_with_app)
    assert is_in(client)


def test_a_sign_in_that_waits_for_its_second_step_begins_anew(ada_with_app: Account, cast: Cast, now: datetime) -> None:
    client = Client()
    sign_in(client, ada_with_app)
    actions.reset_factors(cast.ada, by=cast.iris, at=now)
    assert client.get("/accounts/login/second-step/").status_code == 302
    assert not is_in(client)


def test_once_is_enough(ada_with_app: Account, cast: Cast, now: datetime, as_person: SignIn) -> None:
    assert actions.reset_factors(cast.ada, by=cast.iris, at=now) == 1
    assert actions.reset_factors(cast.ada, by=cast.iris, at=now) == 0
    assert Entry.objects.filter(action="workspace.reset_factors").count() == 1
    assert "has no second factor" in as_person(cast.iris).post(f"/people/{cast.ada.pk}/reset-factors/", follow=True).content.decode()


def test_somebody_without_an_account_has_none(cast: Cast, now: datetime, as_person: SignIn) -> None:
    Account.objects.filter(person=cast.ada).delete()
    assert actions.reset_factors(cast.ada, by=cast.iris, at=now) == 0


@pytest.mark.parametrize(("who", "status"), [("eve", 404), ("jon", 404), ("bo", 404), ("cleo", 404), ("ada", 404)])
def test_others_neither_see_nor_do_it(ada_with_app: Account, cast: Cast, now: datetime, as_person: SignIn, who: str, status: int) -> None:
    client = as_person(getattr(cast, who))
    assert BUTTON not in client.get(f"/people/{cast.ada.pk}/").content.decode()
    assert client.post(f"/people/{cast.ada.pk}/reset-factors/").status_code == status
    with pytest.raises(Denied):
        actions.reset_factors(cast.ada, by=getattr(cast, who), at=now)
    assert Authenticator.objects.count() == 2


@pytest.mark.parametrize("who", ["iris", "finn"])
def test_nobody_takes_away_their_own(cast: Cast, now: datetime, as_person: SignIn, who: str) -> None:
    person = getattr(cast, who)
    actions.add_app(person.account, secret=SECRET, by=person, at=timezone.now())
    client = as_person(person)
    assert BUTTON not in client.get(f"/people/{person.pk}/").content.decode()
    assert client.post(f"/people/{person.pk}/reset-factors/").status_code == 403
    assert Authenticator.objects.count() == 2


def test_it_takes_a_click(ada_with_app: Account, cast: Cast, as_person: SignIn) -> None:
    assert as_person(cast.iris).get(f"/people/{cast.ada.pk}/reset-factors/").status_code == 405


def test_from_the_command_line_when_no_administrator_can(ada_with_app: Account, cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(Namespace(address="ADA@example.org")) == 0
    assert "has none now" in capsys.readouterr().out
    assert not Authenticator.objects.exists()
    assert Entry.objects.get(action="workspace.reset_factors").actor_name == ""
    assert command(Namespace(address="ada@example.org")) == 1
    with pytest.raises(Trouble):
        command(Namespace(address="who@example.org"))
