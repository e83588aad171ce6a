"""The worker killed with -9 in the middle of everything long that a cycle asks for: run again, the end is the same."""

from __future__ import annotations

import dataclasses
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone

from azimuth.ballots import row_security, vault
from azimuth.ballots.models import Box, CountedGroup, CountedReliability, SealedSheet
from azimuth.ballots.opening import opened
from azimuth.ballots.reliability import Answers, Measured, measure
from azimuth.notifications.models import Mail
from azimuth.reviews import actions, adjusting
from azimuth.reviews.counting import Plan
from azimuth.reviews.models import (
    Assignment,
    CohortReport,
    Nomination,
    ProgressDay,
    RaterLink,
    Rehearsal,
    Report,
    ReportPdf,
    ReviewCycle,
    Subject,
)
from tests.cast import Cast
from tests.jobs import kill
from tests.reviews import simulated
from tests.reviews.conftest import call_for_lists
from tests.reviews.finished import finished
from tests.reviews.test_count import answer_all, count
from tests.reviews.test_launch import quiet

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def keys_of_this_test(vault_directory: Path) -> dict[str, str]:
    """Settings by which a worker process finds this test's vault."""
    return {"VAULT_URL": f"file://{vault_directory}"}


@pytest.fixture
def ordered(draft: ReviewCycle, workshop: Cast) -> ReviewCycle:
    """A launch that waits for the worker."""
    now = timezone.now()
    actions.update(draft, seen=draft.version, by=workshop.eve, at=now, opens_at=now, closes_at=now + timedelta(weeks=3))
    draft.refresh_from_db()
    actions.launch(draft, seen=draft.version, by=workshop.eve, at=now)
    return draft


@pytest.mark.parametrize("at_step", [3, 20])
def test_a_killed_launch_ends_the_same(ordered: ReviewCycle, workshop: Cast, keys_of_this_test: dict[str, str], at_step: int) -> None:
    kill.run_and_kill("reviews.launch", at_step, settings=keys_of_this_test)
    assert not Assignment.objects.exists()
    assert not Mail.objects.exists()

    kill.finish()

    ordered.refresh_from_db()
    assert ordered.state == "open"
    assert Box.objects.count() == 1
    assert Counter(Assignment.objects.filter(subject__person=workshop.ada).values_list("group", flat=True)) == {"self": 1, "manager": 1, "peer": 5, "report": 3}
    assert Mail.objects.count() == Assignment.objects.values("rater").distinct().count()


@pytest.mark.parametrize("at_step", [4, 13, 24])
def test_a_killed_beginning_ends_the_same(draft: ReviewCycle, workshop: Cast, keys_of_this_test: dict[str, str], at_step: int) -> None:
    now = timezone.now()
    cycle = call_for_lists(draft, now, by=workshop.eve)
    subject = Subject.objects.select_related("cycle__scope", "person").get(cycle=cycle, person=workshop.ada)
    actions.nominate(subject, rater=workshop.cleo, by=workshop.ada, at=now)
    actions.nominate_external(subject, name="Hana Sato", email="hana@client.example", language="en", by=workshop.ada, at=now)
    ReviewCycle.objects.filter(pk=cycle.pk).update(nominations_close_at=now)
    before = Mail.objects.count()
    assert actions.begin_due(at=timezone.now()) == 1

    kill.run_and_kill("reviews.begin", at_step, settings=keys_of_this_test)
    cycle.refresh_from_db()
    assert cycle.state == "nominating"
    assert not Assignment.objects.exists()
    assert not RaterLink.objects.exists()
    assert Mail.objects.count() == before

    kill.finish()

    cycle.refresh_from_db()
    assert cycle.state == "open"
    assert Counter(Assignment.objects.filter(subject__person=workshop.ada).values_list("group", flat=True)) == {"self": 1, "manager": 1, "peer": 3, "report": 3, "external": 1}
    assert Nomination.objects.filter(subject=subject, proposed_by=None).count() == 2
    assert Mail.objects.filter(to="hana@client.example").count() == RaterLink.objects.count() == 1
    assert Mail.objects.exclude(person=None).filter(key__startswith="reviews.invite:").count() == Assignment.objects.exclude(rater=None).values("rater").distinct().count()
    assert actions.begin_due(at=timezone.now()) == 0


@pytest.mark.parametrize("at_step", [14, 45])
def test_a_killed_count_ends_the_same(ordered: ReviewCycle, workshop: Cast, keys_of_this_test: dict[str, str], at_step: int) -> None:
    now = timezone.now()
    actions.carry_out_launch(ordered, at=now, step=quiet)
    for person in (workshop.ada, workshop.bo):
        answer_all(ordered, person, {"self", "manager", "peer", "report"}, now)
    actions.close(ordered, by=None, at=now)

    kill.run_and_kill("reviews.count", at_step, settings=keys_of_this_test)
    kill.finish()

    ordered.refresh_from_db()
    assert ordered.state == "counted"
    assert ordered.box is not None
    assert not vault.has(ordered.box)
    assert not SealedSheet.objects.exists()
    assert Report.objects.count() == 2
    assert CountedGroup.objects.filter(about=workshop.ada, group="peer").values_list("answered", flat=True).get() == 5
    assert set(Assignment.objects.values_list("state", "ticket")) == {("counted", None)}


MOMENTS = {  # (n-th statement, with these words)
    "measuring": (5, 'FROM "ballots_sealedsheet"'), "measured": (1, 'INSERT INTO "ballots_countedgroup"'), "counting": (6, 'DELETE FROM "ballots_sealedsheet"'),
    "counted": (1, 'SET "key_destroyed_on"'), "reporting": (4, 'INSERT INTO "reviews_report"'),
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_count_measures_once_and_corrects_the_same(keys_of_this_test: dict[str, str], moment: str) -> None:
    """Large enough for figures: killed while reliability is measured, after it, among subjects, after the key is gone, among reports."""
    now = timezone.now()
    made = simulated.founded(20, now)
    cycle = simulated.launched(now)
    simulated.answer(cycle, made, now)
    actions.close(cycle, by=None, at=now)
    wanted = measured_by_hand(cycle)
    assert wanted[0].subject

    step, words = MOMENTS[moment]
    kill.run_and_kill("reviews.count", step, containing=words, settings=keys_of_this_test)
    assert CountedReliability.objects.exists() is (moment != "measuring")
    assert CountedGroup.objects.exists() is (moment not in {"measuring", "measured"})
    assert vault.has(cycle.box) is (moment not in {"counted", "reporting"})
    assert not Report.objects.exists(), "they are built in one transaction, here"
    kill.finish()

    cycle.refresh_from_db()
    assert (cycle.state, vault.has(cycle.box), SealedSheet.objects.exists()) == ("counted", False, False)
    fields = [field.name for field in dataclasses.fields(Measured)]
    kept = {row.of: row for row in CountedReliability.objects.filter(box=cycle.box)}
    assert [[getattr(kept[row.of], name) for name in fields] for row in wanted] == [[getattr(row, name) for name in fields] for row in wanted]
    again = adjusting.adjustments(cycle)
    reports = list(Report.objects.select_related("subject"))
    assert len(reports) == cycle.subjects.count()
    for report in reports:
        found = {c["key"]: c["adjusted"] for c in report.content["competencies"] if c["adjusted"]}
        assert found == again.about(report.subject.person_id, [c["key"] for c in report.content["competencies"]])
    assert any("mean" in (c["adjusted"] or {}) for report in reports for c in report.content["competencies"])


def measured_by_hand(cycle: ReviewCycle) -> list[Measured]:
    """What the count should keep, from sheets that are still there."""
    assert cycle.box
    answers = Answers(cycle.snapshot, minimum=cycle.box.minimum)
    with transaction.atomic(), row_security.counting(cycle.box):
        for subject in Plan(ReviewCycle.objects.get(pk=cycle.pk)):
            answers.add(subject.about, subject.invited, opened(cycle.box, subject, vault.read(cycle.box), accept_lost=False))
    return measure(answers)


def test_a_killed_pdf_is_made_once(ordered: ReviewCycle, workshop: Cast, keys_of_this_test: dict[str, str]) -> None:
    now = timezone.now()
    actions.carry_out_launch(ordered, at=now, step=quiet)
    answer_all(ordered, workshop.ada, {"self", "manager", "peer", "report"}, now)
    count(ordered, now)
    actions.release(ordered, subjects=None, by=workshop.eve, at=now)
    subject = Subject.objects.select_related("cycle").get(person=workshop.ada)
    actions.make_pdf(subject, language="en", by=workshop.ada, at=now, next_url="/")

    kill.run_and_kill("reviews.make_pdf", 2, settings=keys_of_this_test)
    assert not ReportPdf.objects.exists()
    kill.finish()

    made = ReportPdf.objects.get(report__subject=subject)
    assert made.language == "en"
    assert bytes(made.file).startswith(b"%PDF")


def closed_by_itself(cycle: ReviewCycle, cast: Cast) -> None:
    """Everybody answered about Ada and Bo; the count waits, and releases what it has counted."""
    now = timezone.now()
    ReviewCycle.objects.filter(pk=cycle.pk).update(releaser="automatic")
    actions.carry_out_launch(cycle, at=now, step=quiet)
    for person in (cast.ada, cast.bo):
        answer_all(cycle, person, {"self", "manager", "peer", "report"}, now)
    actions.close(cycle, by=None, at=now)


@pytest.mark.parametrize("at_step", [68, 80, 90])
def test_a_count_killed_while_it_releases_leaves_nothing_undone(ordered: ReviewCycle, workshop: Cast, keys_of_this_test: dict[str, str], at_step: int) -> None:
    closed_by_itself(ordered, workshop)

    kill.run_and_kill("reviews.count", at_step, settings=keys_of_this_test)
    kill.finish()

    ordered.refresh_from_db()
    assert ordered.state == "released"
    assert not Subject.objects.filter(released_on=None).exists()
    assert CohortReport.objects.filter(cycle=ordered).count() == 1
    assert Mail.objects.filter(key__startswith="reviews.released").count() == 2


# ---- what runs by the clock, and what is cheap: killed before every statement


def test_a_cycle_is_rehearsed_measured_and_closed_once_however_often_it_is_killed(draft: ReviewCycle, workshop: Cast) -> None:
    now = timezone.now()
    actions.update(draft, seen=draft.version, by=workshop.eve, at=now, opens_at=now, closes_at=now + timedelta(weeks=3))
    draft.refresh_from_db()
    rehearsed = kill.kill_again_and_again("reviews.rehearse", cycle_id=str(draft.pk), version=draft.version)
    assert Rehearsal.objects.filter(cycle=draft).count() == 1
    actions.launch(draft, seen=draft.version, by=workshop.eve, at=now)
    actions.carry_out_launch(draft, at=now, step=quiet)
    measured = kill.kill_again_and_again("reviews.progress")
    assert ProgressDay.objects.filter(cycle=draft).count() == 1
    before = Mail.objects.count()
    actions.extend(ReviewCycle.objects.get(pk=draft.pk), until=now + timedelta(weeks=4), by=workshop.eve, at=now)
    ReviewCycle.objects.filter(pk=draft.pk).update(invited_on=None)

    invited = kill.kill_again_and_again("reviews.keep_time")

    draft.refresh_from_db()
    assert (draft.invited_on is not None, Mail.objects.count()) == (True, before)
    assert min(rehearsed, measured, invited) > 3


def test_a_killed_pdf_about_all_subjects_is_made_once(draft: ReviewCycle, workshop: Cast, now: datetime, keys_of_this_test: dict[str, str]) -> None:
    cycle = finished(draft, workshop, now)
    actions.make_cohort_pdf(cycle, by=workshop.eve, at=now, next_url="/")
    kill.run_and_kill("reviews.make_cohort_pdf", 2, settings=keys_of_this_test)
    assert not CohortReport.objects.get(cycle=cycle).pdf
    kill.finish()
    assert bytes(CohortReport.objects.get(cycle=cycle).pdf or b"").startswith(b"%PDF")
