"""HR's view of progress: coarse bands by unit and group, written once a day, so that no single answer shows.

A form that was taken back still counts as it stood: a band that fell when a rater was removed would tell that they had
answered. After the deadline nothing is written any more: a band that rose would tell of those few who were given more time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, F, Q, When

from azimuth.reviews import queries
from azimuth.reviews.models import Assignment, ProgressDay, ReviewCycle
from azimuth.reviews.states import AssignmentState, CycleState

SMALLEST = 8  # forms a cell needs; smaller ones go together
BANDS = (25, 50, 75)  # per cent; four bands
Cell = tuple[str, str, str]  # key of the unit, its name, group


def band(submitted: int, invited: int) -> str:
    """The quarter in which the share of submitted forms lies: "0-25", "25-50", "50-75" or "75-100"."""
    share = 100 * submitted / invited
    lower = max((edge for edge in BANDS if share >= edge), default=0)
    return f"{lower}-{lower + 25}"


def bands(rows: Iterable[tuple[Cell, int, int]]) -> list[dict[str, Any]]:
    """Cells from rows (cell, forms, submitted forms); cells below the smallest are pooled, nameless, if together they reach it."""
    invited: Counter[Cell] = Counter()
    submitted: Counter[Cell] = Counter()
    for cell, forms, done in rows:
        invited[cell] += forms
        submitted[cell] += done
    small = {cell for cell, number in invited.items() if number < SMALLEST}
    large = [_cell(cell, invited[cell], submitted[cell]) for cell in sorted(invited, key=lambda cell: (cell[1], cell)) if cell not in small]
    return large + _pooled(invited, submitted, small)


def totals(rows: Iterable[tuple[Cell, int, int]]) -> list[dict[str, Any]]:
    """One cell a group over all units, and one for everything ("")."""
    invited: Counter[str] = Counter()
    submitted: Counter[str] = Counter()
    for (_key, _unit, group), forms, done in rows:
        for place in (group, ""):
            invited[place] += forms
            submitted[place] += done
    return [{"group": group, "invited": n, "band": band(submitted[group], n)} for group, n in sorted(invited.items()) if n >= SMALLEST]


def _pooled(invited: Mapping[Cell, int], submitted: Mapping[Cell, int], small: Collection[Cell]) -> list[dict[str, Any]]:
    number = sum(invited[cell] for cell in small)
    return [_cell(("", "", ""), number, sum(submitted[cell] for cell in small))] if number >= SMALLEST else []


def _cell(cell: Cell, invited: int, submitted: int) -> dict[str, Any]:
    key, unit, group = cell
    return {"unit_id": key, "unit": unit, "group": group, "invited": invited, "band": band(submitted, invited)}


def write(*, at: datetime) -> int:
    """Write today's bands of every cycle that is open to all its raters, once. Returns how many cycles."""
    cycles = list(ReviewCycle.objects.filter(state=CycleState.OPEN, closes_at__gt=at).exclude(progress_days__on=at.date()).select_related("scope"))
    for cycle in cycles:  # one row a cycle and day
        rows = _rows(cycle)
        figures = {"bands": bands(rows), "totals": totals(rows), "changes": len(queries.proposed_changes(cycle, at))}
        ProgressDay.objects.get_or_create(cycle=cycle, on=at.date(), defaults=figures)
    return len(cycles)


def _rows(cycle: ReviewCycle) -> list[tuple[Cell, int, int]]:
    """Forms and submitted forms by unit of the subject and group, those taken back as they stood."""
    stood = Case(When(state=AssignmentState.WITHDRAWN, then=F("state_before")), default=F("state"))
    found = Assignment.objects.filter(subject__cycle=cycle).annotate(stood=stood).order_by().values_list(
        "subject__person__unit_id", "subject__person__unit__name", "group"
    ).annotate(forms=Count("pk"), done=Count("pk", filter=Q(stood=AssignmentState.SUBMITTED)))
    return [((str(key or ""), name or "", group), forms, done) for key, name, group, forms, done in found]
