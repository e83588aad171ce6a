"""A mail after signing in from a browser new to the account: not the first time ever, not the second time, nothing kept on the server."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from azimuth.notifications.models import Mail
from azimuth.people.models import Account, Person
from azimuth.workspace.security import devices
from tests.cast import Cast
from tests.security.conftest import code_of_app, sign_in, with_password

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0"


def browser(agent: str = FIREFOX) -> Client:
    return Client(headers={"user-agent": agent})


def mails() -> list[Mail]:
    return list(Mail.objects.filter(subject="Your account was opened in a new browser"))


def test_not_the_first_time_and_not_where_one_was_before(ada: Account) -> None:
    first = browser()
    sign_in(first, ada)
    first.post("/accounts/logout/")
    sign_in(first, ada)
    assert mails() == []


def test_another_browser_is_mentioned_once(ada: Account) -> None:
    sign_in(browser(), ada)
    other = browser(EDGE)
    sign_in(other, ada)
    mail = mails()[0]
    assert (mail.to, mail.person) == ("ada@example.org", ada.person)
    assert "Edge on Windows" in mail.text
    assert "/accounts/security/" in mail.text
    other.post("/accounts/logout/")
    sign_in(other, ada)
    assert len(mails()) == 1


def test_in_the_language_and_time_zone_of_the_person(ada: Account) -> None:
    Person.objects.filter(pk=ada.person_id).update(language="de", time_zone="Asia/Tokyo")
    sign_in(browser(), ada)
    sign_in(browser(EDGE), ada)
    text = Mail.objects.get().text
    assert "(Asia/Tokyo)" in text


def test_every_way_in_counts_and_only_once_all_steps_are_done(ada_with_app: Account) -> None:
    first = browser()
    sign_in(first, ada_with_app)
    first.post("/accounts/login/second-step/", {"code": code_of_app(step=0)})
    other = browser(EDGE)
    sign_in(other, ada_with_app)
    assert mails() == []
    other.post("/accounts/login/second-step/", {"code": code_of_app()})
    assert len(mails()) == 1


def test_two_people_may_share_a_browser(ada: Account, cast: Cast) -> None:
    bo = with_password(cast.bo)
    shared, first = browser(), browser(EDGE)
    sign_in(first, bo)
    for account in (ada, bo, ada, bo):
        sign_in(shared, account)
        shared.post("/accounts/logout/")
    assert [mail.to for mail in mails()] == ["bo@example.org"]


def test_a_browser_remembers_eight_accounts(ada: Account, rf: Any) -> None:
    request = rf.get("/")
    accounts = [Account(email=str(number)) for number in range(10)]
    for account in accounts:
        response = HttpResponse()
        devices.remember(request, response, account)
        request.COOKIES["devices"] = response.cookies["devices"].value
    assert [devices.is_known(request, account) for account in accounts] == [False] * 2 + [True] * 8


def test_after_signing_out_everywhere_every_other_browser_is_new(ada: Account) -> None:
    here, there = browser(), browser(EDGE)
    sign_in(here, ada)
    sign_in(there, ada)
    Mail.objects.all().delete()
    here.post("/accounts/security/sessions/end/", {"others": "yes"})
    here.post("/accounts/logout/")
    sign_in(here, ada)
    assert mails() == []
    sign_in(there, ada)
    assert len(mails()) == 1


@pytest.mark.parametrize("forged", ["x", "", "a:b:c", "." * 500, "é"])
def test_a_forged_cookie_is_a_new_browser(ada: Account, forged: str) -> None:
    sign_in(browser(), ada)
    other = browser()
    other.cookies["devices"] = forged
    sign_in(other, ada)
    assert len(mails()) == 1


def test_the_cookie_is_out_of_reach_and_names_nobody(ada: Account) -> None:
    client = browser()
    cookie = sign_in(client, ada).cookies["devices"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert ada.pk.hex not in cookie.value
    assert str(ada.pk) not in cookie.value
    assert "ada" not in cookie.value


@pytest.mark.parametrize("agent", ["", "odd", "x" * 5000, "<script>alert(1)</script>", "\u202e"])
def test_a_browser_may_call_itself_anything(ada: Account, agent: str) -> None:
    sign_in(browser(), ada)
    sign_in(browser(agent), ada)
    assert "A browser we do not know" in mails()[0].text
