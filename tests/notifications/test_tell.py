"""Telling people: once, set-based, one mail a person."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from azimuth.access.verdict import Denied
from azimuth.jobs.queries import worker_health
from azimuth.notifications import actions
from azimuth.notifications.models import Mail, Notice
from tests.cast import Cast
from tests.notifications.conftest import MONDAY, Make


def test_a_person_finds_a_notice_and_gets_a_mail(cast: Cast, message: Make) -> None:
    actions.tell([message(cast.ada)], on=MONDAY)
    notice, mail = Notice.objects.get(), Mail.objects.get()
    assert (notice.person, notice.title, notice.due_on, notice.minutes, notice.told_on) == (cast.ada, "Feedback about Bo", date(2026, 3, 20), 6, MONDAY)
    assert (mail.person, mail.to, mail.url, mail.things, mail.due_on, mail.minutes) == (cast.ada, "ada@example.org", "/reviews/mine/", 1, date(2026, 3, 20), 6)
    assert (mail.subject, mail.text, mail.state) == ("", "", "waiting")


def test_a_person_is_told_once(cast: Cast, message: Make) -> None:
    for _time in range(2):
        actions.tell([message(cast.ada), message(cast.ada), message(cast.bo)], on=MONDAY)
    assert (Notice.objects.count(), Mail.objects.count()) == (2, 2)


def test_many_messages_of_one_call_are_one_mail(cast: Cast, message: Make) -> None:
    actions.tell([message(cast.ada, key="one", due_on=None), message(cast.ada, key="two", minutes=None), message(cast.ada, key="three", mail=False)], on=MONDAY)
    mail = Mail.objects.get()
    assert (mail.things, mail.url, mail.due_on, mail.minutes) == (2, "/", date(2026, 3, 20), 6)
    assert Notice.objects.count() == 3


def test_without_an_address_there_is_a_notice_only(cast: Cast, message: Make) -> None:
    cast.ada.email = None
    cast.ada.save()
    actions.tell([message(cast.ada), message(cast.bo, mail=False)], on=MONDAY)
    assert (Notice.objects.count(), Mail.objects.count()) == (2, 0)


def test_telling_many_asks_as_little_as_telling_few(cast: Cast, message: Make, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    everybody = [cast.ada, cast.bo, cast.cleo, cast.dan, cast.eve, cast.iris]
    with django_assert_num_queries(5):
        actions.tell([message(cast.jon)], on=MONDAY)
    with django_assert_num_queries(5):
        actions.tell([message(person) for person in everybody], on=MONDAY)


def test_telling_nobody_does_nothing(db: None) -> None:
    actions.tell([], on=MONDAY)
    assert not Mail.objects.exists()


def test_the_worker_is_woken_once_after_the_commit(cast: Cast, message: Make, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        actions.tell([message(cast.ada)], on=MONDAY)
        actions.tell([message(cast.bo)], on=MONDAY)
        assert worker_health().waiting == 0
    assert worker_health().waiting == 1


def test_what_is_rolled_back_was_not_told(cast: Cast, message: Make) -> None:
    with transaction.atomic():
        actions.tell([message(cast.ada)], on=MONDAY)
        transaction.set_rollback(True)
    assert (Notice.objects.count(), Mail.objects.count()) == (0, 0)


def test_a_settled_notice_leaves_the_inbox(cast: Cast, message: Make) -> None:
    actions.tell([message(cast.ada), message(cast.bo)], on=MONDAY)
    actions.settle(cast.ada, "reviews.invite:1", on=MONDAY)
    assert not Notice.objects.open_for(cast.ada).exists()
    assert Notice.objects.open_for(cast.bo).exists()
    actions.settle_all("reviews.invite:1", on=MONDAY)
    assert not Notice.objects.open_for(cast.bo).exists()


def test_a_key_speaks_for_those_that_go_on_from_it(cast: Cast, message: Make) -> None:
    for key in ("reviews.invite:1", "reviews.invite:1:later", "reviews.invite:12", "other"):
        actions.tell([message(cast.ada, key=key), message(cast.bo, key=key)], on=MONDAY)
    actions.settle(cast.ada, "reviews.invite:1", on=MONDAY)
    actions.settle([cast.bo.pk], "other", on=MONDAY)
    assert [notice.key for notice in Notice.objects.open_for(cast.ada).order_by("key")] == ["other", "reviews.invite:12"]
    assert Notice.objects.open_for(cast.bo).count() == 3
    actions.move_due("reviews.invite:1", due_on=date(2026, 4, 1))
    assert set(Notice.objects.filter(due_on=date(2026, 4, 1)).values_list("key", flat=True)) == {"reviews.invite:1", "reviews.invite:1:later"}
    actions.take_back("reviews.invite:1")
    assert set(Notice.objects.values_list("key", flat=True)) == {"reviews.invite:12", "other"}


def test_only_the_person_says_it_is_done(cast: Cast, message: Make) -> None:
    actions.tell([message(cast.ada)], on=MONDAY)
    with pytest.raises(Denied):
        actions.mark_done(Notice.objects.get(), by=cast.bo, on=MONDAY)
    actions.mark_done(Notice.objects.get(), by=cast.ada, on=MONDAY)
    assert Notice.objects.get().done_on == MONDAY


def test_the_inbox_begins_with_what_is_due_first(cast: Cast, message: Make) -> None:
    days = {"late": date(2026, 4, 1), "soon": date(2026, 3, 3), "never": None}
    actions.tell([message(cast.ada, key=key, due_on=day) for key, day in days.items()], on=MONDAY)
    assert [notice.key for notice in Notice.objects.open_for(cast.ada)] == ["soon", "late", "never"]
