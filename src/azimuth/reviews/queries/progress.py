"""How far a cycle is, as HR may see it: last night's bands, and what is stuck for reasons that have nothing to do with who has answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from azimuth.notifications import queries as mail
from azimuth.people.models import Person
from azimuth.questionnaires.models import RaterGroup
from azimuth.reviews import planning
from azimuth.reviews.models import Assignment, Decline, ProgressDay, ReviewCycle, Subject
from azimuth.reviews.states import AssignmentState

LOWEST = "0-25"
SHOWN = 10  # of each list of what is stuck
COLLEAGUES = (RaterGroup.PEER, RaterGroup.DIRECT_REPORT, RaterGroup.EXTERNAL)


@dataclass(frozen=True, slots=True)
class Cell:
    """The forms of one group about the people of one unit: how many, and the quarter in which the share submitted lies."""

    group: str
    invited: int
    band: str

    @property
    def label(self) -> str:
        """The group in words; everything together where there is none."""
        return str(RaterGroup(self.group).label) if self.group else _("All together")

    @property
    def low(self) -> int:
        """The lower end of the quarter, in per cent."""
        return int(self.band.split("-")[0])

    @property
    def words(self) -> str:
        """The quarter as people write it."""
        return f"{self.band.replace('-', '–')} %"

    @property
    def is_stuck(self) -> bool:
        """Whether it lies in the lowest quarter."""
        return self.band == LOWEST


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit, with a cell for each group in the order of the columns; None where too few forms to tell."""

    key: str
    unit: str
    cells: Sequence[Cell | None]

    @property
    def is_stuck(self) -> bool:
        """Whether a cell of it lies in the lowest quarter."""
        return any(cell and cell.is_stuck for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Progress:
    """The table of one morning: its columns, its rows, all units together, and the pooled rest."""

    on: date
    groups: Sequence[tuple[str, str]]
    rows: Sequence[UnitRow]
    totals: Sequence[Cell]
    rest: Cell | None
    changes: int


def progress_of(cycle: ReviewCycle, *, by_unit: bool = True) -> Progress | None:
    """Last night's figures; None before the first. Without units it is quick however many there are. One query."""
    days = cycle.progress_days.order_by("-on")
    day = (days if by_unit else days.defer("bands")).first()
    return _progress(day, day.bands if by_unit else []) if day else None


def _progress(day: ProgressDay, bands: Sequence[Mapping[str, Any]]) -> Progress:
    present = {cell["group"] for cell in bands}
    groups = [group for group in planning.ORDER if group.value in present]
    units: dict[tuple[str, str], dict[str, Cell]] = {}
    rest = None
    for found in bands:
        if found["group"]:
            units.setdefault((found["unit"], found.get("unit_id", "")), {})[found["group"]] = _cell(found)
        else:
            rest = _cell(found)
    rows = [UnitRow(key, unit or _("Without a unit"), [cells.get(group) for group in groups]) for (unit, key), cells in sorted(units.items())]
    order = ["", *(group.value for group in planning.ORDER)]
    totals = sorted((_cell(total) for total in day.totals), key=lambda cell: order.index(cell.group))
    return Progress(day.on, [(group.value, str(group.label)) for group in groups], rows, totals, rest, day.changes)


def _cell(found: Mapping[str, Any]) -> Cell:
    return Cell(found["group"], found["invited"], found["band"])


def narrowed(rows: Sequence[UnitRow], *, words: str, only_stuck: bool) -> list[UnitRow]:
    """Rows whose unit contains these words, and those in the lowest quarter only."""
    return [row for row in rows if words.strip().lower() in row.unit.lower() and (row.is_stuck or not only_stuck)]


@dataclass(frozen=True, slots=True)
class Stuck:
    """What HR can mend. Each is known without looking at who has answered."""

    few: Sequence[Subject]
    few_total: int
    unreachable: Sequence[Person]
    unreachable_total: int
    declines: int
    mail_waits: bool

    def __bool__(self) -> bool:
        return bool(self.few_total or self.unreachable_total or self.declines or self.mail_waits)


def stuck(cycle: ReviewCycle, at: datetime, *, viewer: Person) -> Stuck:
    """Subjects with too few colleagues to be shown anything, raters without an address, declines nobody saw to, mail that does not leave."""
    asked = Q(assignments__group__in=COLLEAGUES) & ~Q(assignments__state=AssignmentState.WITHDRAWN)
    few = cycle.subjects.taking_part().exclude(person=viewer).annotate(colleagues=Count("assignments", filter=asked)).filter(colleagues__lt=cycle.minimum)
    unreachable = Person.objects.filter(
        pk__in=Assignment.objects.asked().filter(subject__cycle=cycle, external=None).values("rater"), email=None
    )
    declines = Decline.objects.filter(assignment__subject__cycle=cycle, settled_on=None).count()
    return Stuck(
        few=list(few.select_related("person").order_by("person__name")[:SHOWN]), few_total=few.count(),
        unreachable=list(unreachable.order_by("name")[:SHOWN]), unreachable_total=unreachable.count(), declines=declines, mail_waits=mail.trouble(at) is not None,
    )


@dataclass(frozen=True, slots=True)
class WhatGoes:
    """What a cancellation would end, in numbers that tell nothing of who has answered."""

    subjects: int
    raters: int
    forms: int


def what_goes(cycle: ReviewCycle) -> WhatGoes:
    """Subjects, raters and forms of a running cycle. Two queries."""
    asked = Assignment.objects.asked().filter(subject__cycle=cycle).aggregate(forms=Count("pk"), people=Count("rater", distinct=True), others=Count("external", distinct=True))
    return WhatGoes(cycle.subjects.taking_part().count(), asked["people"] + asked["others"], asked["forms"])
