"""Leavers, movers and joiners in the middle of a cycle: proposed with a reason and an effect, followed or left by HR, never applied by themselves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from azimuth.access.verdict import Denied, Refused
from azimuth.audit.models import Entry
from azimuth.people.actions import lines, persons
from azimuth.people.models import Person, ReportingLine
from azimuth.reviews import actions, progress_bands, queries
from azimuth.reviews.models import Assignment, ProgressDay, ReviewCycle, Subject
from azimuth.reviews.states import ChangeKind
from tests.cast import Cast, person

WEEK = timedelta(weeks=1)


@pytest.fixture
def later(now: datetime) -> datetime:
    """A week after the launch."""
    return now + WEEK


def found(cycle: ReviewCycle, at: datetime, viewer: Person | None = None) -> list[tuple[str, str]]:
    return sorted((change.kind.value, change.person.name) for change in queries.proposed_changes(cycle, at, viewer=viewer))


def only(cycle: ReviewCycle, at: datetime) -> queries.Change:
    changes = queries.proposed_changes(cycle, at)
    assert len(changes) == 1, found(cycle, at)
    return changes[0]


def follow(cycle: ReviewCycle, cast: Cast, at: datetime) -> None:
    actions.follow_change(cycle, key=only(cycle, at).key, by=cast.eve, at=at)


def subject(cycle: ReviewCycle, who: Person) -> Subject:
    return Subject.objects.get(cycle=cycle, person=who)


def leaves(who: Person, cast: Cast, at: datetime, days: int = 3) -> None:
    persons.end(who, on=(at + timedelta(days=days)).date(), reports_to=None, by=cast.iris, at=at)


def test_as_long_as_nothing_changes_nothing_is_proposed(launched: ReviewCycle, later: datetime) -> None:
    assert found(launched, later) == []


def test_a_rater_who_leaves(launched: ReviewCycle, workshop: Cast, later: datetime) -> None:
    leaves(workshop.cleo, workshop, later)
    change = only(launched, later)
    assert (change.kind, change.person) == (ChangeKind.RATER_LEAVES, workshop.cleo)
    assert "leaves before the deadline: 12 March 2026" in change.reason
    assert "2 forms are taken back" in change.effect
    assert Assignment.objects.of(workshop.cleo).count() == 2, "nothing follows by itself"
    follow(launched, workshop, later)
    assert Assignment.objects.of(workshop.cleo).count() == 0
    assert found(launched, later) == []
    assert Entry.objects.filter(action="reviews.stop_asking").count() == 2


def test_it_says_which_groups_become_too_small(launched: ReviewCycle, workshop: Cast, later: datetime) -> None:
    tor = Person.objects.get(name="Tor Lund")
    leaves(tor, workshop, later, days=-1)
    change = only(launched, later)
    assert "has left" in change.reason
    assert "1 group is then below 3 people" in change.effect


def test_somebody_who_leaves_after_the_deadline_stays(launched: ReviewCycle, workshop: Cast, later: datetime) -> None:
    leaves(workshop.cleo, workshop, later, days=30)
    assert found(launched, later) == []


def test_a_subject_who_leaves(launched: ReviewCycle, workshop: Cast, later: datetime) -> None:
    leaves(workshop.ada, workshop, later)
    kinds = {change.kind: change for change in queries.proposed_changes(launched, later)}
    assert set(kinds) == {ChangeKind.SUBJECT_LEAVES, ChangeKind.RATER_LEAVES}
    actions.follow_change(launched, key=kinds[ChangeKind.SUBJECT_LEAVES].key, by=workshop.eve, at=later)
    assert subject(launched, workshop.ada).withdrawn_on == later.date()
    assert found(launched, later) == [("rater_leaves", workshop.ada.name)]


def test_another_lead(launched: ReviewCycle, workshop: Cast, later: datetime) -> None:
    lines.move(workshop.ada, lead=workshop.dan, on=later.date(), by=workshop.iris, at=later)
    change = next(change for change in queries.proposed_changes(launched, later) if change.kind == ChangeKind.LEAD_CHANGED)
    assert (change.person, change.subject) == (workshop.dan, subject(launched, workshop.ada))
    assert "at the launch to Bo Lindqvist" in change.reason
    actions.follow_change(launched, key=change.key, by=workshop.eve, at=later)
    assert subject(launched, workshop.ada).lead == workshop.dan
    assert Assignment.objects.asked().get(subject__person=workshop.ada, group="manager").rater == workshop.dan
    assert ("lead_changed", workshop.dan.name) not in found(launched, later)


def test_a_colleague_who_becomes_the_lead_keeps_the_promise_made_to_them(launched: ReviewCycle, workshop: Cast, later: datetime) -> None:
    lines.move(workshop.ada, lead=workshop.cleo, on=later.date(), by=workshop.iris, at=later)
    change = next(change for change in queries.proposed_changes(launched, later) if change.kind == ChangeKind.LEAD_CHANGED)
    assert "stays confidential" in change.effect
    actions.follow_change(launched, key=change.key, by=workshop.eve, at=later)
    assert Assignment.objects.get(subject__person=workshop.ada, rater=workshop.cleo).group == "peer"
    assert Assignment.objects.asked().get(subject__person=workshop.ada, group="manager").rater == workshop.bo


def test_a_new_direct_report(launched: ReviewCycle, workshop: Cast, later: datetime) -> None:
    newcomer = person("Wim Noor", workshop.harbour, "Apprentice")
    ReportingLine.objects.create(person=newcomer, lead=workshop.ada, starts_on=later.date())
    change = only(launched, later)
    assert (change.kind, change.person) == (ChangeKind.REPORT_JOINS, newcomer)
    follow(launched, workshop, later)
    assert Assignment.objects.asked().get(subject__person=workshop.ada, rater=newcomer).group == "report"
    assert found(launched, later) == []


def test_a_direct_report_who_moved_on(launched: ReviewCycle, workshop: Cast, later: datetime) -> None:
    tor = Person.objects.get(name="Tor Lund")
    lines.move(tor, lead=workshop.dan, on=later.date(), by=workshop.iris, at=later)
    change = only(launched, later)
    assert (change.kind, change.person) == (ChangeKind.REPORT_MOVES, tor)
    assert "mostly right" in change.reason
    follow(launched, workshop, later)
    assert Assignment.objects.of(tor).count() == 0


def test_a_joiner_where_nearly_everybody_takes_part(launched: ReviewCycle, workshop: Cast, later: datetime) -> None:
    newcomer = person("Wim Noor", workshop.workshop, "Instrument Maker", workshop.bo)
    Person.objects.filter(pk=newcomer.pk).update(started_on=later.date())
    assert found(launched, later) == [], "only two of the workshop are subjects"
    everybody = Person.objects.filter(unit=workshop.workshop).exclude(pk__in=[newcomer.pk, workshop.gus.pk, workshop.ada.pk, workshop.bo.pk])
    Subject.objects.bulk_create([Subject(cycle=launched, person=who, lead=workshop.bo) for who in everybody])
    joiner = next(change for change in queries.proposed_changes(launched, later) if change.kind == ChangeKind.PERSON_JOINS)
    actions.follow_change(launched, key=joiner.key, by=workshop.eve, at=later)
    assert subject(launched, newcomer).lead == workshop.bo


# ---- deciding


def test_what_was_left_as_it_is_comes_back_only_when_it_changes_again(launched: ReviewCycle, workshop: Cast, later: datetime) -> None:
    leaves(workshop.cleo, workshop, later)
    key = only(launched, later).key
    for _time in range(2):
        actions.leave_as_is(launched, key=key, by=workshop.eve, at=later)
    assert found(launched, later) == []
    assert Entry.objects.get(action="reviews.leave_as_is").detail == {"kind": "rater_leaves"}
    with pytest.raises(Refused, match="no longer so"):
        actions.follow_change(launched, key=key, by=workshop.eve, at=later)
    persons.bring_back(workshop.cleo, by=workshop.iris, at=later)
    leaves(workshop.cleo, workshop, later, days=5)
    assert found(launched, later) == [("rater_leaves", workshop.cleo.name)]


def test_a_stale_page_is_told_so(launched: ReviewCycle, workshop: Cast, later: datetime) -> None:
    leaves(workshop.cleo, workshop, later)
    key = only(launched, later).key
    persons.bring_back(workshop.cleo, by=workshop.iris, at=later)
    with pytest.raises(Refused, match="no longer so"):
        actions.follow_change(launched, key=key, by=workshop.eve, at=later)
    assert Assignment.objects.of(workshop.cleo).count() == 2


@pytest.mark.parametrize("deed", [actions.follow_change, actions.leave_as_is])
@pytest.mark.parametrize("who", ["ada", "bo", "finn", "jon"])
def test_others_decide_nothing(launched: ReviewCycle, workshop: Cast, later: datetime, who: str, deed: Callable[..., None]) -> None:
    leaves(workshop.cleo, workshop, later)
    with pytest.raises(Denied):
        deed(launched, key=only(launched, later).key, by=getattr(workshop, who), at=later)


def test_what_is_about_oneself_is_for_others(launched: ReviewCycle, workshop: Cast, later: datetime) -> None:
    lines.move(workshop.ada, lead=workshop.dan, on=later.date(), by=workshop.iris, at=later)
    assert ("lead_changed", workshop.dan.name) not in found(launched, later, viewer=workshop.ada)
    assert ("lead_changed", workshop.dan.name) not in found(launched, later, viewer=workshop.dan)


def test_their_number_is_written_every_night(launched: ReviewCycle, workshop: Cast, later: datetime) -> None:
    leaves(workshop.cleo, workshop, later)
    progress_bands.write(at=later)
    assert ProgressDay.objects.get(on=later.date()).changes == 1


def test_many_changes_ask_as_little_as_few(launched: ReviewCycle, workshop: Cast, later: datetime) -> None:
    def queries_asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            queries.proposed_changes(launched, later)
        return len(captured)

    leaves(workshop.cleo, workshop, later)
    queries_asked()  # the cycle's unit is loaded once
    few = queries_asked()
    for name in ("Per Holm", "Quim Sala", "Rut Vik"):
        leaves(Person.objects.get(name=name), workshop, later)
    assert queries_asked() == few
    assert len(found(launched, later)) == 4
