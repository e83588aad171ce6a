"""From closed to reports: counted once, roll-up kept, the key gone, nothing left of who answered."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from azimuth.access.verdict import Denied
from azimuth.ballots import vault
from azimuth.ballots.models import CountedAnswer, SealedSheet
from azimuth.notifications.models import Mail
from azimuth.people.models import Person
from azimuth.reviews import actions, counting
from azimuth.reviews.models import Assignment, Report, ReviewCycle, Subject
from azimuth.reviews.states import AssignmentState, CycleState
from tests.cast import Cast
from tests.reviews.test_answer import sheet_of
from tests.reviews.test_launch import quiet


def answer_all(cycle: ReviewCycle, about: Person, groups: set[str], at: datetime, score: int = 4) -> None:
    """Everybody of these groups answers about this subject."""
    forms = Assignment.objects.filter(subject__cycle=cycle, subject__person=about, group__in=groups).select_related("subject__cycle__box", "rater")
    for form in forms:
        actions.save(form, sheet_of(form, score, f"Comment about {about.name}"), seen=None, by=form.rater, at=at)
        actions.submit([form], by=form.rater, at=at)


def count(cycle: ReviewCycle, at: datetime) -> None:
    """Close and count."""
    actions.close(cycle, by=None, at=at)
    counting.count(ReviewCycle.objects.select_related("box", "scope").get(pk=cycle.pk), at=at, step=quiet)
    cycle.refresh_from_db()


@pytest.fixture
def counted(launched: ReviewCycle, workshop: Cast, now: datetime) -> ReviewCycle:
    """Everybody answered about Ada; only her lead about Bo."""
    answer_all(launched, workshop.ada, {"self", "manager", "peer", "report"}, now)
    answer_all(launched, workshop.bo, {"manager"}, now, score=2)
    count(launched, now + timedelta(weeks=3))
    return launched


def test_every_subject_has_a_report_built_from_what_may_be_shown(counted: ReviewCycle, workshop: Cast) -> None:
    ada = Report.objects.get(subject__person=workshop.ada).content

    assert counted.state == CycleState.COUNTED
    assert {(a["group"], a["invited"], a["answered"], a["shown_as"]) for a in ada["asked"]} == {
        ("self", 1, 1, "self"), ("manager", 1, 1, "manager"), ("peer", 5, 5, "peer"), ("report", 3, 3, "report"),
    }
    assert set(ada["competencies"][0]["figures"]) == {"self", "manager", "peer", "report", "all"}
    assert ada["competencies"][0]["figures"]["all"]["mean"] == 4


def test_a_group_nobody_of_which_answered_is_not_told_from_one_too_small(counted: ReviewCycle, workshop: Cast) -> None:
    bo = Report.objects.get(subject__person=workshop.bo).content

    assert {a["group"]: (a["answered"], a["shown_as"]) for a in bo["asked"]}["report"] == (None, "")
    assert "report" not in bo["competencies"][0]["figures"]


def test_nothing_is_left_of_who_answered_what(counted: ReviewCycle) -> None:
    assert counted.box is not None
    assert not SealedSheet.objects.exists()
    assert set(Assignment.objects.values_list("state", "ticket")) == {(AssignmentState.COUNTED, None)}
    assert not vault.has(counted.box)
    assert {field.name for field in CountedAnswer._meta.get_fields()} == {"id", "box", "about", "shown_as", "question", "score", "text", "counted_on"}


def test_counting_twice_is_counting_once(counted: ReviewCycle, now: datetime) -> None:
    before = list(Report.objects.values_list("pk", "content"))

    ReviewCycle.objects.filter(pk=counted.pk)
    counting.count(ReviewCycle.objects.select_related("box").get(pk=counted.pk), at=now, step=quiet)

    assert list(Report.objects.values_list("pk", "content")) == before


def test_answers_after_the_count_are_refused(counted: ReviewCycle, workshop: Cast, now: datetime) -> None:
    """A07: no report before and after one late answer."""
    form = Assignment.objects.select_related("subject__cycle__box").get(rater=workshop.cleo, subject__person=workshop.ada)

    with pytest.raises(Denied):
        actions.save(form, {"scores": {}, "texts": {}}, seen=None, by=workshop.cleo, at=now)


def test_the_deadline_closes_a_cycle_even_if_nothing_ran_at_that_minute(launched: ReviewCycle, now: datetime) -> None:
    assert actions.close_due(at=now + timedelta(weeks=5)) == 1
    assert actions.close_due(at=now + timedelta(weeks=5)) == 0

    launched.refresh_from_db()
    assert launched.state == CycleState.CLOSED


def test_a_release_tells_the_subjects_and_never_the_releaser_themselves(counted: ReviewCycle, workshop: Cast, now: datetime) -> None:
    released = actions.release(counted, subjects=None, by=workshop.eve, at=now)

    assert released == 2
    assert set(Mail.objects.filter(key__startswith="reviews.released").values_list("person__name", flat=True)) == {workshop.ada.name, workshop.bo.name}
    assert list(Subject.objects.readable_by(workshop.ada).values_list("person", flat=True)) == [workshop.ada.pk]
    assert not Subject.objects.readable_by(workshop.cleo).exists()


@pytest.mark.parametrize("who", ["ada", "bo", "cleo", "dan", "finn", "jon"])
def test_others_do_not_release(counted: ReviewCycle, workshop: Cast, now: datetime, who: str) -> None:
    subject = Subject.objects.select_related("cycle").get(person=workshop.ada)

    with pytest.raises(Denied):
        actions.release(counted, subjects=[subject.pk], by=getattr(workshop, who), at=now)
