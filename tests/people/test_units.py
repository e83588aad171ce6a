"""Arranging the tree of units."""

from __future__ import annotations

from datetime import datetime

import pytest

from azimuth.access.verdict import Denied, Refused
from azimuth.audit.models import Entry
from azimuth.people.actions import units
from azimuth.people.models import Grant, Person, Unit
from tests.cast import Cast, unit


def test_a_unit_is_made_below_another(cast: Cast, now: datetime) -> None:
    new = units.create("  Optics   Lab ", parent=cast.workshop, by=cast.iris, at=now)
    assert new.name == "Optics Lab"
    assert new.path == cast.workshop.path + new.step
    assert list(Unit.objects.within(cast.workshop).order_by("path")) == [cast.workshop, new]


def test_the_same_name_twice_is_refused(cast: Cast, now: datetime) -> None:
    with pytest.raises(Refused, match="already"):
        units.create("workshop", parent=cast.company, by=cast.iris, at=now)


def test_people_are_found_by_the_new_name(cast: Cast, now: datetime) -> None:
    units.rename(cast.workshop, name="Atelier Öst", by=cast.iris, at=now)
    assert Person.objects.matching("ada ost").exists()
    assert not Person.objects.matching("ada workshop").exists()
    assert Entry.objects.get(action="people.rename_unit").detail == {"before": "Workshop"}


def test_a_move_carries_everything_below(cast: Cast, now: datetime) -> None:
    lab = unit("Lab", cast.workshop)
    bench = unit("Bench", lab)
    units.move(cast.workshop, parent=cast.harbour, by=cast.iris, at=now)
    bench.refresh_from_db()
    cast.workshop.refresh_from_db()
    assert cast.workshop.path == cast.harbour.path + cast.workshop.step
    assert bench.path == cast.workshop.path + lab.step + bench.step
    assert set(Person.objects.of_unit(cast.harbour).values_list("name", flat=True)) >= {"Ada Novak", "Dan Moreau"}


def test_a_unit_does_not_lie_inside_itself(cast: Cast, now: datetime) -> None:
    lab = unit("Lab", cast.workshop)
    with pytest.raises(Refused, match="lies inside"):
        units.move(cast.workshop, parent=lab, by=cast.iris, at=now)
    with pytest.raises(Refused, match="lies inside"):
        units.merge(cast.workshop, into=lab, by=cast.iris, at=now)


def test_a_unit_may_become_a_root(cast: Cast, now: datetime) -> None:
    units.move(cast.harbour, parent=None, by=cast.iris, at=now)
    assert Unit.objects.get(pk=cast.harbour.pk).path == cast.harbour.step


def test_two_spellings_become_one(cast: Cast, now: datetime) -> None:
    other = unit("Work-shop", cast.company)
    lab = unit("Lab", other)
    Person.objects.filter(pk=cast.cleo.pk).update(unit=other)
    Grant.objects.filter(person=cast.eve).update(unit=other)
    units.merge(other, into=cast.workshop, by=cast.iris, at=now)
    lab.refresh_from_db()
    other.refresh_from_db()
    assert Person.objects.get(pk=cast.cleo.pk).unit == cast.workshop
    assert (lab.parent, lab.path) == (cast.workshop, cast.workshop.path + lab.step)
    assert Grant.objects.get(person=cast.eve).unit == cast.workshop
    assert other.ended_on == now.date()


def test_namesakes_below_are_merged_first(cast: Cast, now: datetime) -> None:
    other = unit("Work-shop", cast.company)
    unit("Lab", other)
    unit("lab", cast.workshop)
    with pytest.raises(Refused, match="Both have a unit named Lab"):
        units.merge(other, into=cast.workshop, by=cast.iris, at=now)


def test_what_changes_nothing_is_not_recorded(cast: Cast, now: datetime) -> None:
    units.rename(cast.workshop, name=" Workshop ", by=cast.iris, at=now)
    units.move(cast.workshop, parent=cast.company, by=cast.iris, at=now)
    units.reopen(cast.workshop, by=cast.iris, at=now)
    assert not Entry.objects.exists()


def test_a_unit_has_a_name_and_reopens_under_an_open_one(cast: Cast, now: datetime) -> None:
    with pytest.raises(Refused, match="needs a name"):
        units.create("  ", parent=None, by=cast.iris, at=now)
    outer = unit("Outer", cast.company)
    inner = unit("Inner", outer)
    units.close(inner, by=cast.iris, at=now)
    units.close(outer, by=cast.iris, at=now)
    inner = Unit.objects.select_related("parent").get(pk=inner.pk)
    with pytest.raises(Refused, match="Outer is closed"):
        units.reopen(inner, by=cast.iris, at=now)


def test_closing_waits_for_people_units_and_partners(cast: Cast, now: datetime) -> None:
    with pytest.raises(Refused, match="People work in"):
        units.close(cast.workshop, by=cast.iris, at=now)
    empty = unit("Empty", cast.company)
    below = unit("Below", empty)
    with pytest.raises(Refused, match="units below"):
        units.close(empty, by=cast.iris, at=now)
    Grant.objects.filter(person=cast.eve).update(unit=below)
    with pytest.raises(Refused, match="HR partner"):
        units.close(below, by=cast.iris, at=now)


def test_a_closed_unit_can_be_opened_again(cast: Cast, now: datetime) -> None:
    empty = unit("Empty", cast.company)
    units.close(empty, by=cast.iris, at=now)
    with pytest.raises(Refused, match="is closed"):
        units.create("New", parent=empty, by=cast.iris, at=now)
    units.reopen(empty, by=cast.iris, at=now)
    assert Unit.objects.open().filter(pk=empty.pk).exists()


@pytest.mark.parametrize("who", ["ada", "eve", "finn", "jon"])
def test_only_hr_administrators_arrange_units(cast: Cast, now: datetime, who: str) -> None:
    by = getattr(cast, who)
    for deed in (
        lambda: units.create("X", parent=None, by=by, at=now), lambda: units.rename(cast.harbour, name="X", by=by, at=now),
        lambda: units.move(cast.harbour, parent=None, by=by, at=now), lambda: units.close(cast.harbour, by=by, at=now),
        lambda: units.merge(cast.harbour, into=cast.workshop, by=by, at=now), lambda: units.reopen(cast.harbour, by=by, at=now),
    ):
        with pytest.raises(Denied):
            deed()
