"""What people choose about reminders: on their page, from a mail, by their mail program's own button; and the words of a reminder."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from azimuth.access.verdict import Denied
from azimuth.notifications import actions
from azimuth.notifications.actions import Reminder
from azimuth.notifications.composing import compose, envelope
from azimuth.notifications.links import proof
from azimuth.notifications.models import Mail, MailChoice
from azimuth.people.models import Person
from tests.cast import Cast
from tests.notifications.conftest import MONDAY

SignIn = Callable[[Person], Client]
FRIDAY_NIGHT = datetime(2026, 3, 20, 23, 0, tzinfo=UTC)  # midnight in Berlin


@pytest.fixture(autouse=True)
def _site(settings: Settings) -> None:
    settings.PUBLIC_URL = "https://azimuth.example.com"
    settings.MAIL_FROM = "Azimuth <azimuth@example.com>"


def reminder(person: Person, day: date = MONDAY, **more: object) -> Reminder:
    values: dict[str, object] = {"things": 3, "url": "/reviews/", "due_at": FRIDAY_NIGHT, "minutes": 18, "is_last": False}
    return Reminder(person=person, day=day, **{**values, **more})  # type: ignore[arg-type]


@pytest.fixture
def digest(cast: Cast) -> Mail:
    """What Ada, in Berlin, gets."""
    cast.ada.time_zone = "Europe/Berlin"
    cast.ada.save()
    actions.remind([reminder(cast.ada)], on=MONDAY)
    return Mail.objects.select_related("person").get()


def link(person: Person, word: str = "") -> str:
    return f"/notifications/reminders/{person.pk}/{word or proof(person.pk)}/"


# ---- the words


def test_both_parts_say_how_much_until_when_and_where(digest: Mail) -> None:
    letter = compose(digest)
    assert letter.subject == "3 things wait for you"
    for part in (letter.text, letter.html):
        for words in ("Ada Novak", "3 things still wait", "Friday 20 March 2026, 23:59 (Europe/Berlin)", "About 18 minutes in all", "https://azimuth.example.com/reviews/"):
            assert words in part


@pytest.mark.parametrize(("zone", "says"), [
    ("America/New_York", "Friday 20 March 2026, 19:00 (America/New York)"), ("Asia/Kathmandu", "Saturday 21 March 2026, 04:45 (Asia/Kathmandu)"), ("Mars/Olympus", "23:00 (UTC)"),
])
def test_the_deadline_is_told_by_the_persons_own_clock(digest: Mail, zone: str, says: str) -> None:
    assert digest.person is not None
    digest.person.time_zone = zone
    assert says in compose(digest).text


def test_mails_of_many_differ_in_name_and_link_only(cast: Cast) -> None:
    actions.remind([reminder(cast.ada), reminder(cast.bo)], on=MONDAY)
    ada, bo = (compose(mail) for mail in Mail.objects.select_related("person").order_by("person__name"))
    assert "Bo Lindqvist" not in ada.html
    assert str(cast.bo.pk) not in ada.text
    assert bo.html.replace("Bo Lindqvist", "Ada Novak").replace(str(cast.bo.pk), str(cast.ada.pk)).replace(proof(cast.bo.pk), proof(cast.ada.pk)) == ada.html
    assert "\ue000" not in ada.html + ada.text
    assert "\ue001" not in ada.html + ada.text


def test_a_name_is_escaped_in_a_reminder_too(digest: Mail) -> None:
    assert digest.person is not None
    digest.person.name = "Ada <b>& Co"
    assert "Ada &lt;b&gt;&amp; Co" in compose(digest).html
    assert "Ada <b>& Co" in compose(digest).text


def test_the_head_lets_a_mail_program_unsubscribe(digest: Mail, cast: Cast) -> None:
    head = envelope(digest, at=FRIDAY_NIGHT)
    assert head["List-Unsubscribe"] == f"<https://azimuth.example.com{link(cast.ada)}>"
    assert head["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    wire = head.as_bytes()
    assert all(line.isascii() for line in wire.splitlines())
    assert b"\r\n" in wire


def test_other_mails_cannot_be_unsubscribed_from(cast: Cast) -> None:
    mail = actions.queue(to="ada@example.org", subject="Your code", text="123", on=MONDAY)
    assert envelope(mail, at=FRIDAY_NIGHT)["List-Unsubscribe"] is None


# ---- one a day


def test_a_person_gets_one_a_day_whatever_is_said(cast: Cast) -> None:
    for _time in range(2):
        actions.remind([reminder(cast.ada), reminder(cast.ada, things=9)], on=MONDAY)
    assert Mail.objects.get().things == 3


def test_reminders_are_forgotten_after_days_and_other_mails_after_weeks(digest: Mail, cast: Cast) -> None:
    actions.queue(to="ada@example.org", subject="Your code", text="123", on=MONDAY)
    Mail.objects.update(state="sent")
    long_ago = timezone.now() - timedelta(days=30)
    assert actions.forget_old(before=long_ago, digests_before=MONDAY) == 0
    assert actions.forget_old(before=long_ago, digests_before=MONDAY + timedelta(days=1)) == 1
    assert Mail.objects.get().subject == "Your code"


# ---- choosing


def test_on_ones_own_page(cast: Cast, as_person: SignIn) -> None:
    ada = as_person(cast.ada)
    assert "Not now" in ada.get("/notifications/reminders/").text
    said = ada.post("/notifications/reminders/", {"days": "3"}, follow=True).text
    assert "You are reminded again on" in said
    assert MailChoice.objects.get().snoozed_until == timezone.now().date() + timedelta(days=3)
    assert "You get no more reminders by mail" in ada.post("/notifications/reminders/", {"wanted": "no"}, follow=True).text
    assert MailChoice.objects.get().no_reminders_since is not None
    assert "You are not reminded by mail" in ada.get("/notifications/reminders/").text
    ada.post("/notifications/reminders/", {"wanted": "yes"})
    choice = MailChoice.objects.get()
    assert (choice.no_reminders_since, choice.snoozed_until) == (None, None)


@pytest.mark.parametrize("days", ["0", "30", "soon", "-1"])
def test_no_other_pauses(cast: Cast, as_person: SignIn, days: str) -> None:
    assert as_person(cast.ada).post("/notifications/reminders/", {"days": days}).status_code == 400
    assert not MailChoice.objects.exists()


@pytest.mark.parametrize(("asked", "leads"), [("/", "/"), ("/reviews/", "/reviews/"), ("//evil.example", "/notifications/reminders/"), ("https://evil.example", "/notifications/reminders/")])
def test_it_leads_back_to_our_own_pages_only(cast: Cast, as_person: SignIn, asked: str, leads: str) -> None:
    assert as_person(cast.ada).post("/notifications/reminders/", {"days": "1", "next": asked}).url == leads


def test_from_a_mail_without_signing_in(cast: Cast) -> None:
    stranger = Client(enforce_csrf_checks=True)
    page = stranger.get(link(cast.ada))
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    assert not MailChoice.objects.exists(), "a scanner that opens the link changes nothing"
    assert cast.ada.name not in page.text
    stranger.post(link(cast.ada), {"days": "7"})
    assert MailChoice.objects.get(person=cast.ada).snoozed_until is not None


def test_a_mail_programs_one_click(cast: Cast) -> None:
    answer = Client(enforce_csrf_checks=True).post(link(cast.ada), "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 302
    assert MailChoice.objects.get(person=cast.ada).no_reminders_since is not None


@pytest.mark.parametrize("word", ["wrong", "0" * 40])
def test_a_made_up_link_is_nothing(cast: Cast, word: str) -> None:
    for answer in (Client().get(link(cast.ada, word)), Client().post(link(cast.ada, word)), Client().get(link(cast.ada, proof(cast.bo.pk)))):
        assert answer.status_code == 404
    assert not MailChoice.objects.exists()


def test_nobody_chooses_for_others(cast: Cast) -> None:
    with pytest.raises(Denied):
        actions.choose_reminders(cast.ada, wanted=False, by=cast.iris, on=MONDAY)
    with pytest.raises(Denied):
        actions.snooze(cast.ada, until=MONDAY, by=cast.bo)


def test_the_page_a_link_opens_needs_no_account(cast: Cast) -> None:
    cast.ada.account.delete()
    assert re.search("No reminders by mail", Client().get(link(cast.ada)).text)
