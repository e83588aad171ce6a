"""Writes an invented organisation, set-based."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

from django.db import transaction

from azimuth.kit import rows
from azimuth.kit.search import plain
from azimuth.operations.simulation.world import Place, World
from azimuth.people.models import Account, Person, ReportingLine, Unit

NO_PASSWORD = "!"  # noqa: S105  signs in by e-mailed code


@transaction.atomic
def write(world: World, *, on: date) -> list[UUID]:
    """Units, people, reporting lines and accounts (which sign in by code); returns the keys of people by number."""
    units = _units(world)
    rows.insert(units)
    people = [
        Person(
            id=uuid4(), employee_id=f"S{who.number:06d}", name=who.name, email=f"{plain(who.name).replace(' ', '.')}.{who.number}@example.org",
            job_title=who.title, grade=who.grade, location=who.place, unit=units[who.unit], started_on=on,
            search_text=plain(f"{who.name} {who.title} {units[who.unit].name}"),
        )
        for who in world.people
    ]
    rows.insert(people)
    rows.insert([Account(email=p.email, person=p, password=NO_PASSWORD) for p in people if p.email])
    rows.insert([ReportingLine(person=people[who.number], lead=people[who.lead], starts_on=on) for who in world.people if who.lead is not None])
    return [person.pk for person in people]


def _units(world: World) -> list[Unit]:
    made: list[Unit] = []
    for place in world.units:
        made.append(_unit(place, made))
    return made


def _unit(place: Place, made: list[Unit]) -> Unit:
    parent = made[place.parent] if place.parent is not None else None
    unit = Unit(id=uuid4(), name=place.name, parent=parent)
    unit.path = (parent.path if parent else "") + unit.step
    return unit
