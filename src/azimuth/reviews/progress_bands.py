"""HR's view of progress: coarse bands by unit and group, written once a day, so that no single answer shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from azimuth.reviews.models import Assignment, ProgressDay, ReviewCycle
from azimuth.reviews.states import AssignmentState, CycleState

SMALLEST = 8  # forms a cell needs; smaller ones go together
BANDS = (25, 50, 75)  # per cent; four bands


def band(submitted: int, invited: int) -> str:
    """The quarter in which the share of submitted forms lies: "0-25", "25-50", "50-75" or "75-100"."""
    share = 100 * submitted / invited
    lower = max((edge for edge in BANDS if share >= edge), default=0)
    return f"{lower}-{lower + 25}"


def bands(rows: Iterable[tuple[str, str, bool]]) -> list[dict[str, Any]]:
    """Cells of (unit name, group) from rows (unit name, group, is_submitted); cells below the smallest are pooled."""
    invited: Counter[tuple[str, str]] = Counter()
    submitted: Counter[tuple[str, str]] = Counter()
    for unit, group, is_submitted in rows:
        invited[unit, group] += 1
        submitted[unit, group] += is_submitted
    small = {cell for cell, number in invited.items() if number < SMALLEST}
    return [_cell(unit, group, invited[unit, group], submitted[unit, group]) for unit, group in sorted(invited) if (unit, group) not in small] + _pooled(
        invited, submitted, small
    )


def _pooled(invited: Mapping[tuple[str, str], int], submitted: Mapping[tuple[str, str], int], small: set[tuple[str, str]]) -> list[dict[str, Any]]:
    number = sum(invited[cell] for cell in small)
    return [_cell("", "", number, sum(submitted[cell] for cell in small))] if number >= SMALLEST else []


def _cell(unit: str, group: str, invited: int, submitted: int) -> dict[str, Any]:
    return {"unit": unit, "group": group, "invited": invited, "band": band(submitted, invited)}


def write(*, on: date) -> int:
    """Write today's bands of every open cycle, once. Returns how many cycles."""
    cycles = list(ReviewCycle.objects.filter(state=CycleState.OPEN).exclude(progress_days__on=on))
    for cycle in cycles:  # one row a cycle and day
        rows = Assignment.objects.asked().filter(subject__cycle=cycle).values_list("subject__person__unit__name", "group", "state")
        cells = bands((unit or "", group, state == AssignmentState.SUBMITTED) for unit, group, state in rows.iterator(10000))
        ProgressDay.objects.get_or_create(cycle=cycle, on=on, defaults={"bands": cells})
    return len(cycles)
