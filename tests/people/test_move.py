"""Moving a person under another lead, from a day on."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from azimuth.access.verdict import Denied, Refused
from azimuth.audit.models import Entry
from azimuth.people.actions import lines
from azimuth.people.models import Person, ReportingLine
from azimuth.people.queries.lines import leads_above
from tests.cast import LONG_AGO, Cast


def leads_of(person: Person) -> list[tuple[str, date, date | None]]:
    return list(ReportingLine.objects.filter(person=person).order_by("starts_on").values_list("lead__name", "starts_on", "ends_on"))


def test_a_move_ends_the_old_line_on_the_day_the_new_one_begins(cast: Cast, now: datetime) -> None:
    lines.move(cast.ada, lead=cast.dan, on=date(2026, 3, 1), by=cast.iris, at=now)
    assert leads_of(cast.ada) == [("Bo Lindqvist", LONG_AGO, date(2026, 3, 1)), ("Dan Moreau", date(2026, 3, 1), None)]


def test_a_move_is_recorded(cast: Cast, now: datetime) -> None:
    lines.move(cast.ada, lead=cast.dan, on=now.date(), by=cast.iris, at=now)
    entry = Entry.objects.get(action="people.move")
    assert (entry.object_name, entry.actor_name, entry.detail["lead"]) == ("Ada Novak", "Iris Okafor", str(cast.dan.pk))


def test_a_move_to_the_same_lead_changes_nothing(cast: Cast, now: datetime) -> None:
    lines.move(cast.ada, lead=cast.bo, on=now.date(), by=cast.iris, at=now)
    assert leads_of(cast.ada) == [("Bo Lindqvist", LONG_AGO, None)]
    assert not Entry.objects.filter(action="people.move").exists()


def test_somebody_may_become_a_head(cast: Cast, now: datetime) -> None:
    lines.move(cast.dan, lead=None, on=now.date(), by=cast.iris, at=now)
    assert leads_above(cast.dan) == []


def test_two_moves_on_one_day_leave_no_line_of_no_length(cast: Cast, now: datetime) -> None:
    lines.move(cast.ada, lead=cast.dan, on=now.date(), by=cast.iris, at=now)
    lines.move(cast.ada, lead=cast.iris, on=now.date(), by=cast.eve, at=now)
    assert [row[0] for row in leads_of(cast.ada)] == ["Bo Lindqvist", "Iris Okafor"]


def test_a_loop_is_refused_and_named_whole(cast: Cast, now: datetime) -> None:
    lines.move(cast.cleo, lead=cast.ada, on=now.date(), by=cast.iris, at=now)
    with pytest.raises(Refused, match="Bo Lindqvist → Cleo Brandt → Ada Novak → Bo Lindqvist"):
        lines.move(cast.bo, lead=cast.cleo, on=now.date(), by=cast.iris, at=now)
    assert leads_of(cast.bo) == [("Iris Okafor", LONG_AGO, None)]


def test_nobody_leads_themselves(cast: Cast, now: datetime) -> None:
    with pytest.raises(Refused, match="loop: Ada Novak → Ada Novak"):
        lines.move(cast.ada, lead=cast.ada, on=now.date(), by=cast.iris, at=now)


def test_somebody_who_left_leads_nobody(cast: Cast, now: datetime) -> None:
    with pytest.raises(Refused, match="Gus Petrov does not work here"):
        lines.move(cast.ada, lead=cast.gus, on=now.date(), by=cast.iris, at=now)


@pytest.mark.parametrize("day", [date(2026, 3, 3), date(2019, 12, 31)])
def test_days_that_do_not_fit_are_refused(cast: Cast, now: datetime, day: date) -> None:
    with pytest.raises(Refused):
        lines.move(cast.ada, lead=cast.dan, on=day, by=cast.iris, at=now)


def test_a_partner_moves_only_people_of_their_units(cast: Cast, now: datetime) -> None:
    lines.move(cast.ada, lead=cast.dan, on=now.date(), by=cast.eve, at=now)
    with pytest.raises(Denied):
        lines.move(cast.dan, lead=cast.bo, on=now.date(), by=cast.eve, at=now)


@pytest.mark.parametrize("who", ["ada", "bo", "finn", "jon"])
def test_others_move_nobody(cast: Cast, now: datetime, who: str) -> None:
    with pytest.raises(Denied):
        lines.move(cast.cleo, lead=cast.dan, on=now.date(), by=getattr(cast, who), at=now)


def test_a_role_does_not_apply_to_oneself(cast: Cast, now: datetime) -> None:
    with pytest.raises(Denied, match="own record"):
        lines.move(cast.iris, lead=cast.bo, on=now.date(), by=cast.iris, at=now)


def test_a_dotted_line_comes_and_goes(cast: Cast, now: datetime) -> None:
    line = lines.add_dotted(cast.ada, lead=cast.dan, on=date(2026, 1, 1), by=cast.iris, at=now)
    assert lines.add_dotted(cast.ada, lead=cast.dan, on=now.date(), by=cast.iris, at=now) == line
    lines.end_dotted(line, on=now.date(), by=cast.iris, at=now)
    lines.end_dotted(line, on=now.date(), by=cast.iris, at=now)
    line.refresh_from_db()
    assert line.ends_on == now.date()
    assert Entry.objects.filter(action="people.end_dotted").count() == 1


def test_nobody_works_for_themselves(cast: Cast, now: datetime) -> None:
    with pytest.raises(Refused):
        lines.add_dotted(cast.ada, lead=cast.ada, on=now.date(), by=cast.iris, at=now)
