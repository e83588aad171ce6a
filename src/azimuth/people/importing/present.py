"""What stands in the database now, as plain values: everything a plan is compared with, in five queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from azimuth.people.importing.fields import AttributeField, Field
from azimuth.people.models import Attribute, Grant, Person, ReportingLine, Unit
from azimuth.people.states import LineKind

COLUMNS = (
    Field.EMPLOYEE_ID, Field.NAME, Field.EMAIL, Field.JOB_TITLE, Field.GRADE, Field.LOCATION, Field.LANGUAGE, Field.TIME_ZONE,
    Field.STARTED_ON, Field.ENDED_ON,
)


@dataclass(slots=True)
class Known:
    """A person as the database has them."""

    id: UUID
    values: dict[str, Any]
    unit: UUID | None
    attributes: dict[str, Any]
    lead: UUID | None = None
    dotted: frozenset[UUID] = frozenset()
    roles: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """The name."""
        return self.values[Field.NAME]

    @property
    def employee_id(self) -> str:
        """The employee number, or nothing."""
        return self.values[Field.EMPLOYEE_ID] or ""

    @property
    def email(self) -> str:
        """The address, or nothing."""
        return self.values[Field.EMAIL] or ""

    @property
    def called(self) -> str:
        """What a problem calls this person."""
        key = self.employee_id or self.email
        return f"{self.name} ({key})" if key else self.name

    def has_left(self, on: date) -> bool:
        """Whether the person no longer works here on this day."""
        ended = self.values[Field.ENDED_ON]
        return ended is not None and ended <= on


@dataclass(frozen=True, slots=True)
class KnownUnit:
    """A unit as the database has it."""

    id: UUID
    name: str
    parent: UUID | None
    path: str
    is_open: bool = True


@dataclass(frozen=True)
class State:
    """The organisation on a day."""

    on: date
    people: Mapping[UUID, Known] = field(default_factory=dict)
    units: Mapping[UUID, KnownUnit] = field(default_factory=dict)

    def present(self) -> list[Known]:
        """Everybody who has not left."""
        return [known for known in self.people.values() if not known.has_left(self.on)]

    def root(self, unit: UUID | None) -> UUID | None:
        """The unit at the top of the tree above a unit."""
        while unit is not None and (above := self.units[unit].parent) is not None:
            unit = above
        return unit

    def unit_path(self, unit: UUID | None) -> tuple[str, ...]:
        """The names from the whole down to a unit."""
        names: list[str] = []
        while unit is not None:
            names.append(self.units[unit].name)
            unit = self.units[unit].parent
        return tuple(reversed(names))


def load(on: date) -> State:
    """The whole organisation on this day. Five queries; 60,000 people take about a second."""
    people = {
        row[0]: Known(id=row[0], unit=row[1], attributes=row[2], values=dict(zip(COLUMNS, row[3:], strict=True)))
        for row in Person.objects.order_by().values_list("id", "unit_id", "attributes", *COLUMNS).iterator(chunk_size=10_000)
    }
    dotted: dict[UUID, set[UUID]] = defaultdict(set)
    for person, lead, kind in ReportingLine.objects.current().values_list("person_id", "lead_id", "kind").iterator(chunk_size=10_000):
        if kind == LineKind.SOLID:
            people[person].lead = lead
        else:
            dotted[person].add(lead)
    for person, leads in dotted.items():
        people[person].dotted = frozenset(leads)
    roles: dict[UUID, set[str]] = defaultdict(set)
    for person, role in Grant.objects.in_force(on).values_list("person_id", "role"):
        roles[person].add(role)
    for person, held in roles.items():
        people[person].roles = frozenset(held)
    units = {
        row[0]: KnownUnit(*row[:4], is_open=row[4] is None)
        for row in Unit.objects.values_list("id", "name", "parent_id", "path", "ended_on")
    }
    return State(on, people, units)


def attributes() -> list[AttributeField]:
    """The custom attributes a column can be mapped to."""
    return [AttributeField(item.key, item.label, item.kind, tuple(map(str, item.choices))) for item in Attribute.objects.order_by("label")]
