"""Letting a person leave."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from azimuth.access.verdict import Denied, Refused
from azimuth.audit.models import Entry
from azimuth.people.actions import persons
from azimuth.people.models import Grant, Person, ReportingLine
from azimuth.people.queries.lines import leads_above
from azimuth.people.states import LineKind
from tests.cast import Cast


def reports(lead: Person) -> set[str]:
    return set(ReportingLine.objects.current().solid().filter(lead=lead).values_list("person__name", flat=True))


def test_reports_go_to_the_lead_named(cast: Cast, now: datetime) -> None:
    persons.end(cast.bo, on=now.date(), reports_to=cast.dan, by=cast.iris, at=now)
    assert {"Ada Novak", "Cleo Brandt"} <= reports(cast.dan)
    assert reports(cast.bo) == set()
    assert not Person.objects.present(now.date()).filter(pk=cast.bo.pk).exists()


def test_a_successor_from_below_takes_the_place_and_no_loop_closes(cast: Cast, now: datetime) -> None:
    persons.end(cast.bo, on=now.date(), reports_to=cast.ada, by=cast.iris, at=now)
    assert "Cleo Brandt" in reports(cast.ada)
    assert leads_above(cast.ada) == [cast.iris]
    assert [one.name for one in leads_above(cast.cleo)] == ["Ada Novak", "Iris Okafor"]


def test_without_a_successor_reports_become_heads(cast: Cast, now: datetime) -> None:
    persons.end(cast.bo, on=now.date(), reports_to=None, by=cast.iris, at=now)
    assert leads_above(cast.ada) == []


def test_a_last_day_to_come_keeps_the_person_until_then(cast: Cast, now: datetime) -> None:
    day = now.date() + timedelta(days=30)
    persons.end(cast.ada, on=day, reports_to=None, by=cast.iris, at=now)
    assert Person.objects.present(day - timedelta(days=1)).filter(pk=cast.ada.pk).exists()
    assert not Person.objects.present(day).filter(pk=cast.ada.pk).exists()


def test_grants_and_dotted_lines_end(cast: Cast, now: datetime) -> None:
    ReportingLine.objects.create(person=cast.eve, lead=cast.bo, kind=LineKind.DOTTED, starts_on=date(2025, 1, 1))
    persons.end(cast.eve, on=now.date(), reports_to=None, by=cast.iris, at=now)
    assert Grant.objects.get(person=cast.eve).ends_on == now.date()
    assert not ReportingLine.objects.current().filter(kind=LineKind.DOTTED).exists()


def test_it_is_recorded(cast: Cast, now: datetime) -> None:
    persons.end(cast.bo, on=now.date(), reports_to=cast.iris, by=cast.iris, at=now)
    assert Entry.objects.get(action="people.end").detail == {"on": "2026-03-02", "reports_moved": 3}


def test_the_last_administrator_does_not_leave(cast: Cast, now: datetime) -> None:
    with pytest.raises(Refused, match="last holder"):
        persons.end(cast.finn, on=now.date(), reports_to=None, by=cast.iris, at=now)


def test_nobody_leaves_before_they_came(cast: Cast, now: datetime) -> None:
    with pytest.raises(Refused, match="first day"):
        persons.end(cast.ada, on=date(2019, 1, 1), reports_to=None, by=cast.iris, at=now)


@pytest.mark.parametrize("heir", ["bo", "gus"])
def test_reports_need_a_lead_who_stays(cast: Cast, now: datetime, heir: str) -> None:
    with pytest.raises(Refused):
        persons.end(cast.bo, on=now.date(), reports_to=getattr(cast, heir), by=cast.iris, at=now)


@pytest.mark.parametrize("who", ["bo", "finn", "jon"])
def test_others_end_nobody(cast: Cast, now: datetime, who: str) -> None:
    with pytest.raises(Denied):
        persons.end(cast.ada, on=now.date(), reports_to=None, by=getattr(cast, who), at=now)


def test_coming_back_revives_no_grant(cast: Cast, now: datetime) -> None:
    persons.end(cast.eve, on=now.date(), reports_to=None, by=cast.iris, at=now)
    persons.bring_back(Person.objects.get(pk=cast.eve.pk), by=cast.iris, at=now)
    assert Person.objects.present(now.date()).filter(pk=cast.eve.pk).exists()
    assert not Grant.objects.in_force(now.date()).filter(person=cast.eve).exists()


def test_coming_back_without_having_left_changes_nothing(cast: Cast, now: datetime) -> None:
    persons.bring_back(cast.ada, by=cast.iris, at=now)
    assert not Entry.objects.exists()
