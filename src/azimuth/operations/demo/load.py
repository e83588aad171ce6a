"""Builds the demo company: people, an earlier cycle released, and one in the middle."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from uuid import uuid4

from django.db import transaction

from azimuth.kit.search import plain
from azimuth.operations.demo import company
from azimuth.operations.simulation.world import FIRST, LAST
from azimuth.people.models import Account, Grant, Person, ReportingLine, Unit

SINCE = date(2019, 4, 1)
DOMAIN = "meridian.example"

NO_PASSWORD = "!"  # noqa: S105  signs in by e-mailed code


class Builder:
    """Collects the company's rows before they are written at once."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)  # noqa: S311  invented people
        self.units: dict[str, Unit] = {}
        self.heads: dict[str, Person] = {}
        self.people: list[Person] = []
        self.lines: list[ReportingLine] = []
        self.taken = {f"{m.first} {m.last}" for m in company.CAST} | {" ".join(company.LEFT[:2]), " ".join(company.DIRECTOR)}

    def unit(self, name: str, parent: str | None) -> None:
        """A unit below another."""
        above = self.units.get(parent or "")
        unit = Unit(id=uuid4(), name=name, parent=above)
        unit.path = (above.path if above else "") + unit.step
        self.units[name] = unit

    def person(self, name: str, unit: str, title: str, lead: Person | None, *, ended_on: date | None = None, see: str = "") -> Person:
        """A person with an address and, unless the head of all, a lead."""
        who = Person(
            id=uuid4(), employee_id=f"M{len(self.people) + 100}", name=name, email=f"{plain(name).replace(' ', '.')}@{DOMAIN}", job_title=title,
            unit=self.units[unit], location=company.PLACES.get(unit, company.HOME), started_on=SINCE + timedelta(days=self.draw.randrange(2200)),
            ended_on=ended_on, time_zone="Europe/Stockholm", language="en", search_text=plain(f"{name} {title} {unit}"),
            attributes={"demo": see} if see else {},
        )
        self.people.append(who)
        if lead is not None:
            self.lines.append(ReportingLine(person=who, lead=lead, starts_on=SINCE, ends_on=ended_on))
        return who

    def name(self) -> str:
        """A name nobody here has yet."""
        while True:
            name = f"{self.draw.choice(FIRST)} {self.draw.choice(LAST)}"
            if name not in self.taken:
                self.taken.add(name)
                return name


@transaction.atomic
def load_company(*, on: date) -> dict[str, Person]:
    """Units, people, lines, accounts and grants of Meridian; returns the cast by first name."""
    build = Builder(seed=360)
    cast = {}
    for name, (parent, title, titles, size) in company.UNITS.items():
        build.unit(name, parent)
        members = [m for m in company.CAST if m.unit == name]
        head = next((m for m in members if m.is_head), None)
        lead = build.heads.get(parent or "")
        who = f"{head.first} {head.last}" if head else " ".join(company.DIRECTOR) if parent is None else build.name()
        build.heads[name] = build.person(who, name, title, lead, see=head.see if head else "")
        if head:
            cast[head.first] = build.heads[name]
        for member in members:
            if not member.is_head:
                cast[member.first] = build.person(f"{member.first} {member.last}", name, member.title, build.heads[name], see=member.see)
        for number in range(size):
            build.person(build.name(), name, titles[number % len(titles)], build.heads[name])
    left_first, left_last, left_unit, left_title = company.LEFT
    build.person(f"{left_first} {left_last}", left_unit, left_title, build.heads[left_unit], ended_on=on - timedelta(days=120))
    _write(build, cast, on)
    return cast


def _write(build: Builder, cast: dict[str, Person], on: date) -> None:
    Unit.objects.bulk_create(build.units.values())
    Person.objects.bulk_create(build.people)
    ReportingLine.objects.bulk_create(build.lines)
    Account.objects.bulk_create([Account(email=p.email, person=p, password=NO_PASSWORD, is_active=p.ended_on is None) for p in build.people if p.email])
    Grant.objects.bulk_create(
        [
            Grant(person=cast[m.first], role=m.role, unit=build.units[m.scope] if m.scope else None, starts_on=SINCE)
            for m in company.CAST if m.role
        ]
    )


def earlier(at: datetime, days: int) -> datetime:
    """So many days before, at nine in the morning."""
    return (at - timedelta(days=days)).replace(hour=9, minute=0, second=0, microsecond=0)
