"""Calling a cycle off: said in numbers first, then nobody answers, everybody is told, and what was written is destroyed unread."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from azimuth.access.verdict import Denied
from azimuth.audit.models import Entry
from azimuth.ballots import vault
from azimuth.ballots.models import CountedGroup
from azimuth.notifications.models import Mail, Notice
from azimuth.reviews import actions, counting, queries
from azimuth.reviews.models import Assignment, Report, ReviewCycle
from azimuth.reviews.states import CycleState
from tests.cast import Cast
from tests.jobs import kill
from tests.reviews.test_answer import sheet_of
from tests.reviews.test_count import answer_all
from tests.reviews.test_launch import quiet


@pytest.fixture
def answered(launched: ReviewCycle, workshop: Cast, now: datetime) -> ReviewCycle:
    """Some have answered, one has begun."""
    answer_all(launched, workshop.ada, {"peer", "manager"}, now)
    draft = Assignment.objects.select_related("subject__cycle__box", "rater").filter(group="report").first()
    assert draft is not None
    actions.save(draft, sheet_of(draft, 2, "Half a thought."), seen=None, by=draft.who, at=now)
    return launched


def sheets_left() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select set_config('azimuth.backup', 'on', false)")
        cursor.execute("select count(*) from ballots_sealedsheet")
        number = cursor.fetchone()[0]
        cursor.execute("select set_config('azimuth.backup', '', false)")
    return number


def test_it_says_first_what_would_end_in_numbers_that_may_be_shown(answered: ReviewCycle, launched: ReviewCycle) -> None:
    goes = queries.what_goes(answered)
    assert (goes.subjects, goes.forms, goes.raters) == (2, Assignment.objects.count(), Assignment.objects.values("rater").distinct().count())


def test_nobody_answers_any_more_and_everybody_is_told(answered: ReviewCycle, workshop: Cast, now: datetime) -> None:
    form = Assignment.objects.select_related("subject__cycle__box", "rater").filter(rater=workshop.cleo).first()
    raters = set(Assignment.objects.values_list("rater", flat=True))
    Mail.objects.all().delete()
    for _time in range(2):
        actions.cancel(answered, by=workshop.eve, at=now)

    answered.refresh_from_db()
    assert (answered.state, answered.cancelled_on) == (CycleState.CANCELLED, now.date())
    with pytest.raises(Denied):
        actions.save(form, sheet_of(form, 3, "Too late."), seen=1, by=workshop.cleo, at=now)
    assert set(Notice.objects.filter(key=f"reviews.cancelled:{answered.pk}").values_list("person", flat=True)) == raters | {workshop.ada.pk, workshop.bo.pk}
    assert Mail.objects.count() == len(raters | {workshop.ada.pk, workshop.bo.pk})
    assert not Notice.objects.filter(key__startswith=f"reviews.invite:{answered.pk}").exists()
    assert Entry.objects.filter(action="reviews.cancel").count() == 1
    assert not queries.waiting_for(workshop.cleo, now)


@pytest.mark.django_db(transaction=True)
def test_what_was_written_is_destroyed_unread(answered: ReviewCycle, workshop: Cast, now: datetime, run_jobs: Callable[..., int]) -> None:
    assert sheets_left() == 7
    actions.cancel(answered, by=workshop.eve, at=now)
    run_jobs()
    answered.box.refresh_from_db()
    assert sheets_left() == 0
    assert not vault.has(answered.box)
    assert answered.box.is_discarded
    assert answered.box.key_destroyed_on is not None
    assert not Assignment.objects.exists()
    assert not CountedGroup.objects.exists()
    assert Entry.objects.filter(action__in=["ballots.discard", "ballots.key_destroyed"]).count() == 2
    assert counting.count(ReviewCycle.objects.select_related("box").get(pk=answered.pk), at=now, step=quiet) == {}
    assert not Report.objects.exists()


@pytest.mark.parametrize("late", ["closed", "counted"])
def test_what_is_closed_is_not_called_off(launched: ReviewCycle, workshop: Cast, now: datetime, late: str) -> None:
    actions.close(launched, by=workshop.eve, at=now)
    if late == "counted":
        ReviewCycle.objects.filter(pk=launched.pk).update(state=late)
    with pytest.raises(Denied, match="not closed yet"):
        actions.cancel(launched, by=workshop.eve, at=now)


def test_a_cancelled_cycle_is_not_closed_extended_or_reminded(answered: ReviewCycle, workshop: Cast, now: datetime) -> None:
    actions.cancel(answered, by=workshop.eve, at=now)
    assert actions.close_due(at=now + timedelta(weeks=9)) == 0
    with pytest.raises(Denied):
        actions.close(answered, by=workshop.eve, at=now)
    with pytest.raises(Denied):
        actions.extend(answered, until=answered.closes_at + timedelta(days=1), by=workshop.eve, at=now)
    actions.remind(at=answered.closes_at - timedelta(hours=10))
    assert not Mail.objects.exclude(digest_on=None).exists()


@pytest.mark.parametrize("state", ["open", "closed", "draft"])
def test_a_cancelled_cycle_stays_cancelled_through_sql(answered: ReviewCycle, workshop: Cast, now: datetime, state: str) -> None:
    actions.cancel(answered, by=workshop.eve, at=now)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("update reviews_reviewcycle set state = %s", [state])


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("at_step", [2, 5, 8, 11, 14])
def test_a_killed_destruction_ends_the_same(draft: ReviewCycle, workshop: Cast, vault_directory: Path, at_step: int) -> None:
    now = timezone.now()
    actions.update(draft, seen=draft.version, by=workshop.eve, at=now, opens_at=now, closes_at=now + timedelta(weeks=3))
    draft.refresh_from_db()
    actions.launch(draft, seen=draft.version, by=workshop.eve, at=now)
    kill.finish()
    draft.refresh_from_db()
    answer_all(draft, workshop.ada, {"peer", "manager"}, now)
    actions.cancel(draft, by=workshop.eve, at=now)

    kill.run_and_kill("reviews.destroy", at_step, settings={"VAULT_URL": f"file://{vault_directory}"})
    kill.finish()

    box = ReviewCycle.objects.select_related("box").get(pk=draft.pk).box
    assert box is not None
    assert (sheets_left(), vault.has(box), Assignment.objects.count()) == (0, False, 0)
    assert (box.is_discarded, box.key_destroyed_on is not None) == (True, True)
    assert list(Entry.objects.filter(object_id=box.pk).order_by("number").values_list("action", flat=True)) == [
        "ballots.open", "ballots.close", "ballots.discard", "ballots.key_destroyed",
    ]
