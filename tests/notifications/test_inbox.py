"""The inbox, and the mailbox of the demo."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import Settings

from azimuth.notifications import actions
from azimuth.notifications.models import Mail, Notice
from azimuth.people.models import Person
from tests.cast import Cast
from tests.notifications.conftest import MONDAY, Make
from tests.queries import assert_constant_queries

SignIn = Callable[[Person], Client]


def test_it_shows_what_waits_and_where_to_go(cast: Cast, message: Make, as_person: SignIn) -> None:
    actions.tell([message(cast.ada), message(cast.bo, title="Something of Bo's")], on=MONDAY)
    page = as_person(cast.ada).get("/notifications/").content.decode()
    assert '<a class="strong" href="/reviews/mine/">Feedback about Bo</a>' in page
    assert "about 6 minutes" in page
    assert "Something of Bo" not in page


def test_when_nothing_waits_it_says_so(cast: Cast, as_person: SignIn) -> None:
    assert "Nothing waits for you" in as_person(cast.ada).get("/notifications/").content.decode()
    assert "Nothing done yet" in as_person(cast.ada).get("/notifications/?show=done").content.decode()


def test_done_moves_it_to_what_is_done(cast: Cast, message: Make, as_person: SignIn) -> None:
    actions.tell([message(cast.ada)], on=MONDAY)
    ada = as_person(cast.ada)
    response = ada.post(f"/notifications/{Notice.objects.get().pk}/done/", follow=True)
    assert "Taken off your list" in response.content.decode()
    assert "Feedback about Bo" not in response.content.decode().split('id="content"')[1].split("</main>")[0]
    assert "Feedback about Bo" in ada.get("/notifications/?show=done").content.decode()


def test_nobody_touches_anothers_inbox(cast: Cast, message: Make, as_person: SignIn) -> None:
    actions.tell([message(cast.ada)], on=MONDAY)
    notice = Notice.objects.get()
    for person in (cast.bo, cast.iris, cast.finn, cast.jon):
        assert as_person(person).post(f"/notifications/{notice.pk}/done/").status_code == 404
    assert as_person(cast.ada).get(f"/notifications/{notice.pk}/done/").status_code == 405
    notice.refresh_from_db()
    assert notice.done_on is None


def test_a_long_inbox_asks_as_little_as_a_short_one(cast: Cast, message: Make, as_person: SignIn) -> None:
    actions.tell([message(cast.ada)], on=MONDAY)
    many = [message(cast.ada, key=str(number)) for number in range(70)]
    assert_constant_queries(as_person(cast.ada), "/notifications/", lambda: actions.tell(many, on=MONDAY))
    assert "after=" in as_person(cast.ada).get("/notifications/").content.decode()


@pytest.fixture
def mail(cast: Cast, message: Make) -> Mail:
    """Ada's mail."""
    actions.tell([message(cast.ada)], on=MONDAY)
    return Mail.objects.get()


def test_the_demo_shows_every_mail_with_both_parts(cast: Cast, mail: Mail, settings: Settings) -> None:
    settings.DEMO = True
    client = Client()
    assert "ada@example.org" in client.get("/notifications/mailbox/").content.decode()
    assert "ada@example.org" not in client.get("/notifications/mailbox/", {"q": "bo@"}).content.decode()
    page = client.get(f"/notifications/mailbox/{mail.pk}/").content.decode()
    assert "Hello <bdi>Ada Novak</bdi>," in page.split('id="html-part"')[1]
    assert "Hello Ada Novak," in page.split('id="text-part"')[1]


def test_an_empty_mailbox_says_what_comes(db: None, settings: Settings) -> None:
    settings.DEMO = True
    assert "No mail" in Client().get("/notifications/mailbox/").content.decode()


def test_outside_the_demo_there_is_no_mailbox(cast: Cast, mail: Mail, as_person: SignIn) -> None:
    for client in (Client(), as_person(cast.finn)):
        assert client.get("/notifications/mailbox/").status_code == 404
        assert client.get(f"/notifications/mailbox/{mail.pk}/").status_code == 404
