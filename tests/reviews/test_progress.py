"""The bands HR sees: once a day, in quarters, by unit and group; never moved by taking somebody off, or by one who has more time."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from azimuth.notifications.models import Mail
from azimuth.people.models import Person
from azimuth.reviews import actions, progress_bands, queries
from azimuth.reviews.models import Assignment, ProgressDay, ReviewCycle, Subject
from azimuth.reviews.progress_bands import band, bands, totals
from tests.cast import Cast
from tests.reviews.test_count import answer_all

NEXT_DAY = timedelta(days=1)
PEERS, REPORTS = ("1", "Workshop", "peer"), ("1", "Workshop", "report")


@pytest.mark.parametrize(("submitted", "quarter"), [(0, "0-25"), (1, "0-25"), (2, "25-50"), (3, "25-50"), (4, "50-75"), (6, "75-100"), (8, "75-100")])
def test_a_share_is_told_by_its_quarter(submitted: int, quarter: str) -> None:
    assert band(submitted, 8) == quarter


def test_small_cells_are_put_together_or_left_out() -> None:
    assert bands([(PEERS, 8, 4), (REPORTS, 7, 7)]) == [{"unit_id": "1", "unit": "Workshop", "group": "peer", "invited": 8, "band": "50-75"}]
    assert bands([(PEERS, 4, 4), (REPORTS, 4, 0)]) == [{"unit_id": "", "unit": "", "group": "", "invited": 8, "band": "50-75"}]


def test_totals_are_given_by_group_and_in_all() -> None:
    assert totals([(PEERS, 8, 8), (("2", "Harbour", "peer"), 8, 0), (REPORTS, 3, 0)]) == [
        {"group": "", "invited": 19, "band": "25-50"}, {"group": "peer", "invited": 16, "band": "50-75"},
    ]


def write(cycle: ReviewCycle, at: datetime) -> ProgressDay | None:
    progress_bands.write(at=at)
    return cycle.progress_days.filter(on=at.date()).first()


def test_they_are_written_once_a_day(launched: ReviewCycle, workshop: Cast, now: datetime) -> None:
    """A06: no counter moves as answers arrive."""
    first = write(launched, now)
    answer_all(launched, workshop.ada, {"peer", "report", "manager", "self"}, now)
    second = write(launched, now + timedelta(hours=3))
    assert first is not None
    assert second is not None
    assert second.bands == first.bands
    third = write(launched, now + NEXT_DAY)
    assert third is not None
    assert third.totals != first.totals


def test_taking_somebody_off_moves_no_band(launched: ReviewCycle, workshop: Cast, now: datetime) -> None:
    """Of eleven peers' forms three are submitted: without Cleo's it would be a fifth."""
    peers = Assignment.objects.filter(subject__cycle=launched, group="peer")
    forms = list(peers.filter(subject__person=workshop.ada)[:3])
    Assignment.objects.filter(pk__in=[form.pk for form in forms]).update(state="submitted")
    before = write(launched, now)
    ada = Subject.objects.select_related("cycle").get(cycle=launched, person=workshop.ada)
    for form in forms:
        actions.stop_asking(ada, rater=form.asked_key, by=workshop.eve, at=now)
    after = write(launched, now + NEXT_DAY)
    assert before is not None
    assert after is not None
    assert (after.bands, after.totals) == (before.bands, before.totals)
    actions.remove_subject(ada, by=workshop.eve, at=now)
    last = write(launched, now + 2 * NEXT_DAY)
    assert last is not None
    assert (last.bands, last.totals) == (before.bands, before.totals)


def test_after_the_deadline_they_stand_still(launched: ReviewCycle, workshop: Cast, now: datetime) -> None:
    actions.extend_rater(launched, rater=workshop.cleo.pk, until=launched.closes_at + timedelta(days=5), by=workshop.eve, at=now)
    assert write(launched, launched.closes_at - timedelta(hours=1)) is not None
    assert write(launched, launched.closes_at + timedelta(days=1)) is None


def test_a_draft_or_closed_cycle_has_none(draft: ReviewCycle, now: datetime) -> None:
    assert progress_bands.write(at=now) == 0
    assert queries.progress_of(draft) is None


def test_the_table_has_a_row_for_each_unit_and_a_column_for_each_group(launched: ReviewCycle) -> None:
    cell = {"unit_id": "1", "unit": "Workshop", "group": "peer", "invited": 10, "band": "0-25"}
    ProgressDay.objects.create(cycle=launched, on=launched.launched_on, totals=[], bands=[
        cell, {**cell, "group": "report", "band": "50-75"}, {**cell, "unit": "Attic", "unit_id": "2", "group": "report", "band": "75-100"},
        {"unit_id": "", "unit": "", "group": "", "invited": 9, "band": "25-50"},
    ])
    progress = queries.progress_of(launched)
    assert progress is not None
    assert [code for code, _label in progress.groups] == ["report", "peer"]
    assert [(row.unit, [cell and cell.words for cell in row.cells]) for row in progress.rows] == [("Attic", ["75–100 %", None]), ("Workshop", ["50–75 %", "0–25 %"])]
    assert progress.rest is not None
    assert progress.rest.invited == 9
    assert [row.unit for row in queries.narrowed(progress.rows, words="", only_stuck=True)] == ["Workshop"]
    assert [row.unit for row in queries.narrowed(progress.rows, words="att", only_stuck=False)] == ["Attic"]


def test_all_units_together_are_read_without_any_unit(launched: ReviewCycle, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    cell = {"unit_id": "1", "unit": "Workshop", "group": "peer", "invited": 10, "band": "0-25"}
    ProgressDay.objects.create(cycle=launched, on=launched.launched_on, bands=[cell], totals=[{"group": "peer", "invited": 10, "band": "0-25"}], changes=2)
    with django_assert_num_queries(1):
        progress = queries.progress_of(launched, by_unit=False)
    assert progress is not None
    assert (progress.rows, progress.groups, progress.changes) == ([], [], 2)
    assert [(total.group, total.words) for total in progress.totals] == [("peer", "0–25 %")]


def test_what_is_stuck_never_depends_on_answers(launched: ReviewCycle, workshop: Cast, now: datetime) -> None:
    Mail.objects.all().delete()
    Person.objects.filter(pk=workshop.cleo.pk).update(email=None)
    Assignment.objects.filter(subject__person=workshop.ada, group="peer").delete()
    Assignment.objects.filter(subject__person=workshop.ada, group="report").delete()
    before = queries.stuck(launched, now, viewer=workshop.eve)
    answer_all(launched, workshop.bo, {"peer", "report"}, now)
    after = queries.stuck(launched, now, viewer=workshop.eve)

    assert [subject.person.name for subject in before.few] == [workshop.ada.name]
    assert [person.name for person in before.unreachable] == [workshop.cleo.name]
    assert before == after
    assert not before.mail_waits
