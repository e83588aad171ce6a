"""Hides of a cohort's cells those from which, with all that was shown before, few subjects' figures would follow; keeps the decision. Worker only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from azimuth.ballots import ledger
from azimuth.ballots.models import Box, ReleaseDecision
from azimuth.questionnaires import queries as questionnaires
from azimuth.reviews import overlap
from azimuth.reviews.cohort import DERIVABLE, Cell, Variable
from azimuth.reviews.models import ReviewCycle

Planned = Mapping[Variable, Sequence[Cell]]
Sections = Mapping[str, set[str]]


def checked(cycle: ReviewCycle, box: Box, planned: Planned, *, on: date) -> list[Cell]:
    """The planned cells, some of them hidden after all; what is shown goes into the release ledger.

    An earlier cycle's minimum holds for its figures still: of two, the higher one decides.
    """
    earlier = _earlier(cycle, ledger.near(box))
    groups = _alike(planned, lambda variable: earlier[variable])
    decisions: dict[Variable, Sequence[bool]] = {}
    for (cells, before), variables in groups.items():
        k = max(cycle.subject_minimum, *(decision.manifest["k"] for decision in before), 0)
        shown = [group for decision in before for group in decision.shown]
        decision = ledger.decide(cells, earlier=shown, k=k)
        ledger.keep(box, decision, cells, variables=[(v.of, v.seen_by) for v in variables], earlier=before, on=on)
        decisions |= dict.fromkeys(variables, decision.shown)
    return [cell for variable, cells in planned.items() for cell in hidden(cells, decisions.get(variable, ()))]


def hidden(cells: Sequence[Cell], shown: Sequence[bool]) -> Iterator[Cell]:
    """The cells of one figure, with a reason where the decision about those that were to be shown says no."""
    verdicts = iter(shown)
    for cell in cells:
        yield cell if not cell.is_shown or next(verdicts) else replace(cell, why=DERIVABLE)


def members(cells: Sequence[Cell]) -> tuple[frozenset[UUID], ...]:
    """Who is in each cell that is to be shown."""
    return tuple(cell.members for cell in cells if cell.is_shown)


def _alike(planned: Planned, earlier_of: Callable[[Variable], tuple[ReleaseDecision, ...]]) -> Mapping[Any, list[Variable]]:
    """Figures over the same people in the same groups, with the same past, are decided together."""
    alike: dict[Any, list[Variable]] = defaultdict(list)
    for variable, cells in planned.items():
        if wanted := members(cells):
            alike[wanted, earlier_of(variable)].append(variable)
    return alike


def _earlier(cycle: ReviewCycle, decisions: Sequence[ReleaseDecision]) -> Mapping[Variable, tuple[ReleaseDecision, ...]]:
    """For each figure, the decisions about figures that rest on some of the same questions."""
    then = {other.box_id: _shared(cycle, other) for other in ReviewCycle.objects.filter(box__in={kept.box_id for kept in decisions})}
    found: dict[Variable, tuple[ReleaseDecision, ...]] = defaultdict(tuple)
    for kept in decisions:
        for now in {Variable(key, by) for of, by in kept.variables for key, same in then.get(kept.box_id, {}).items() if of in same}:
            found[now] += (kept,)
    return found


def _shared(cycle: ReviewCycle, other: ReviewCycle) -> Sections:
    """For each section with items, the sections of another cycle that ask some of the same on the same scale."""
    both = overlap.of(cycle.snapshot, other.snapshot)
    if not both.can_compare:
        return {}
    home = {item["key"]: section["key"] for section in questionnaires.sections_with_items(other.snapshot) for item in section["questions"]}
    return {
        section["key"]: {home[both.same[item["key"]]] for item in section["questions"] if item["key"] in both.same}
        for section in questionnaires.sections_with_items(cycle.snapshot)
    }
