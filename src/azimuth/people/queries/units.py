"""The tree of units, for pages and choices."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q
from django.db.models.functions import Length
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from azimuth.people.models import Unit

CHOICES_AT_MOST = 200
_TOP = "SELECT id::text, name, parent_id::text, length(path) FROM people_unit WHERE ended_on IS NULL ORDER BY length(path) LIMIT %s"


@cache
def _units_url() -> str:
    return reverse("people:units")


@dataclass(frozen=True, slots=True)
class Branch:
    """A unit in its place: how deep it lies, how many work in it itself."""

    unit: Unit
    depth: int
    people: int

    @property
    def url(self) -> str:
        """The unit's page."""
        return f"{_units_url()}{self.unit.pk}/"

    @property
    def indent(self) -> int:
        """How far it is set in, at most six steps."""
        return min(self.depth, 6)

    @property
    def words(self) -> str:
        """How many work in it, or that it is closed."""
        if self.unit.ended_on:
            return _("closed")
        return ngettext("%(many)s person", "%(many)s people", self.people) % {"many": self.people}


def tree(on: date, *, with_closed: bool = False) -> list[Branch]:
    """All units in reading order, each below its parent, siblings by name. One query."""
    units = Unit.objects.all() if with_closed else Unit.objects.open()
    present = Q(people__ended_on=None) | Q(people__ended_on__gt=on)
    return _in_order(units.annotate(present=Count("people", filter=present)))


def place(unit: Unit) -> str:
    """The names of the units above, from the top. One query."""
    steps = unit.path.split("/")[:-2]
    above = Unit.objects.filter(path__in=["/".join(steps[: deep + 1]) + "/" for deep in range(len(steps))])
    return " › ".join(one.name for one in above.order_by(Length("path")))


def choices() -> list[tuple[str, str]]:
    """Units to filter by, as (key, name set in by its depth): as many whole levels from the top as are still a list. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_TOP, [CHOICES_AT_MOST + 1])
        top = cursor.fetchall()
    if len(top) > CHOICES_AT_MOST:
        deepest = top[-1][-1]
        top = [row for row in top if row[-1] < deepest] or top[:CHOICES_AT_MOST]
    places: dict[str | None, tuple[str, ...]] = {}  # the names from the top: the query gives each unit after its parent
    for key, name, parent, _length in top:
        places[key] = (*places.get(parent, ()), name.casefold())
    in_order = sorted(top, key=lambda row: places[row[0]])
    return [(key, "\u2003" * (len(places[key]) - 1) + name) for key, name, _parent, _length in in_order]


def _in_order(units: Iterable[Unit]) -> list[Branch]:
    below: dict[UUID | None, list[Unit]] = {}
    found = {unit.pk: unit for unit in units}
    for unit in found.values():
        below.setdefault(unit.parent_id if unit.parent_id in found else None, []).append(unit)
    ordered: list[Branch] = []
    waiting = [(unit, 0) for unit in _by_name(below.get(None, []))]
    while waiting:
        unit, depth = waiting.pop()
        ordered.append(Branch(unit, depth, getattr(unit, "present", 0)))
        waiting += [(child, depth + 1) for child in _by_name(below.get(unit.pk, []))]
    return ordered


def _by_name(units: list[Unit]) -> list[Unit]:
    """Last name first: the stack turns them round."""
    return sorted(units, key=lambda unit: unit.name.casefold(), reverse=True)
