"""The page of mails: what waits, went out and failed, for system administrators; never words, never reminders."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from azimuth.access.verdict import Denied
from azimuth.audit.models import Entry
from azimuth.jobs.tasks import Progress
from azimuth.notifications import actions, queries, tasks
from azimuth.notifications.models import Mail
from azimuth.people.models import Person
from tests.cast import Cast
from tests.notifications.conftest import Make
from tests.notifications.test_reminders import reminder
from tests.queries import assert_constant_queries
from tests.smtp import Office

SignIn = Callable[[Person], Client]
PAGE = "/notifications/mails/"


@pytest.fixture
def mails(cast: Cast, message: Make) -> Cast:
    """One of each: sent, failed, waiting, a failed code, a reminder."""
    today = timezone.now().date()
    actions.tell([message(person) for person in (cast.ada, cast.bo, cast.cleo)], on=today)
    Mail.objects.filter(person=cast.ada).update(state="sent")
    Mail.objects.filter(person=cast.bo).update(state="failed", error="nobody of that name", attempts=12)
    actions.queue(to="dan@example.org", subject="Your code", text="CANARY 123456", on=today)
    Mail.objects.filter(to="dan@example.org").update(state="failed", error="full", text="")
    actions.remind([reminder(cast.eve, day=today)], on=today)
    return cast


def test_it_shows_how_each_went_and_to_whom(mails: Cast, as_person: SignIn) -> None:
    page = as_person(mails.finn).get(PAGE).text
    for words in ("ada@example.org", "nobody of that name", "codes are not sent twice", "Try 1 failed mail again", "Signing in"):
        assert words in page
    assert "Feedback about Bo" not in page
    assert "Your code" not in page
    assert "CANARY" not in page


def test_reminders_are_not_there(mails: Cast, as_person: SignIn) -> None:
    page = as_person(mails.finn).get(PAGE).text
    assert "eve@example.org" not in page
    outbox = queries.outbox(timezone.now())
    assert (outbox.waiting, outbox.sent, outbox.failed, outbox.may_be_tried_again) == (1, 1, 2, 1)


def test_it_can_be_searched_and_filtered(mails: Cast, as_person: SignIn) -> None:
    finn = as_person(mails.finn)
    assert "ada@example.org" not in finn.get(PAGE, {"q": "lindqvist"}).text
    assert "ada@example.org" not in finn.get(PAGE, {"state": "failed"}).text
    assert "bo@example.org" in finn.get(PAGE, {"state": "failed", "q": "BO@"}).text


def test_only_system_administrators_know_of_it(mails: Cast, as_person: SignIn) -> None:
    for person in (mails.ada, mails.iris, mails.eve, mails.jon):
        assert as_person(person).get(PAGE).status_code == 404
        assert as_person(person).post(f"{PAGE}retry/", {"all": "1"}).status_code == 404
    assert not Mail.objects.visible_to(mails.iris).exists()
    with pytest.raises(Denied):
        actions.retry(None, by=mails.iris, at=timezone.now())


def test_a_failed_mail_is_tried_again_and_arrives(mails: Cast, as_person: SignIn, smtp: Office) -> None:
    failed = Mail.objects.get(person=mails.bo)
    said = as_person(mails.finn).post(f"{PAGE}retry/", {"mail": failed.pk}, follow=True).text
    assert "1 mail is tried again" in said
    tasks.send(Progress())
    assert "Bo Lindqvist <bo@example.org>" in [mail["To"] for mail in smtp.mails]
    assert failed.message_id in [mail["Message-ID"] for mail in smtp.mails]
    assert Entry.objects.get(action="notifications.retry").detail == {"mails": 1}


def test_all_failed_ones_are_tried_again_but_those_whose_words_are_gone(mails: Cast, as_person: SignIn) -> None:
    as_person(mails.finn).post(f"{PAGE}retry/", {"all": "1"})
    assert dict(Mail.objects.filter(to__in=["bo@example.org", "dan@example.org"]).values_list("to", "state")) == {"bo@example.org": "waiting", "dan@example.org": "failed"}
    as_person(mails.finn).post(f"{PAGE}retry/", {"all": "1"})
    assert Entry.objects.filter(action="notifications.retry").count() == 1


def test_keys_no_page_sent_are_a_bad_request(mails: Cast, as_person: SignIn) -> None:
    assert as_person(mails.finn).post(f"{PAGE}retry/", {"mail": "'; drop table"}).status_code == 400


def test_many_mails_ask_as_little_as_few(mails: Cast, as_person: SignIn) -> None:
    def more() -> None:
        for number in range(10):
            actions.queue(to=f"p{number}@example.org", subject="Your code", text="123", on=timezone.now().date())

    assert_constant_queries(as_person(mails.finn), PAGE, more)


# ---- when mail does not leave


def test_all_is_well_while_nothing_waits_for_long(mails: Cast, as_person: SignIn) -> None:
    assert queries.trouble(timezone.now()) is None
    assert "Mail does not leave" not in as_person(mails.finn).get("/").text


def test_when_the_server_is_away_those_who_can_mend_it_are_told(mails: Cast, as_person: SignIn, settings: Settings) -> None:
    settings.SMTP_URL = "smtp://127.0.0.1:9"
    tasks.send(Progress())
    Mail.objects.filter(state="waiting").update(queued_at=timezone.now() - timedelta(minutes=20))
    trouble = queries.trouble(timezone.now())
    assert trouble is not None
    assert (trouble.waiting, trouble.has_server) == (2, True)
    assert "refused" in trouble.said.lower()
    finn = as_person(mails.finn)
    assert "2 mails wait that should have left" in finn.get("/").text
    for path in (PAGE, "/settings/"):
        assert "The mail server said:" in finn.get(path).text
    assert "Mail does not leave" not in as_person(mails.ada).get("/").text
    assert "Mail does not leave" not in as_person(mails.iris).get("/settings/").text


def test_without_a_server_it_says_what_to_set(mails: Cast, as_person: SignIn, settings: Settings) -> None:
    settings.SMTP_URL = ""
    Mail.objects.filter(state="waiting").update(queued_at=timezone.now() - timedelta(minutes=20))
    assert "AZIMUTH_SMTP_URL" in as_person(mails.finn).get(PAGE).text


def test_what_rests_over_night_is_no_trouble(mails: Cast) -> None:
    now = timezone.now()
    Mail.objects.filter(state="waiting").update(queued_at=now - timedelta(hours=9), next_try_at=now + timedelta(hours=3))
    assert queries.trouble(now) is None
    assert queries.trouble(now + timedelta(hours=4)) is not None


def test_the_demo_has_no_trouble(mails: Cast, settings: Settings) -> None:
    settings.DEMO = True
    Mail.objects.filter(state="waiting").update(queued_at=timezone.now() - timedelta(days=1))
    assert queries.trouble(timezone.now()) is None
