"""Competency means corrected for how strict raters usually are, from what is published and who was asked. Worker only.

Done after the count, when no sealed sheet is left: nothing can go in that a reader of all reports does not have, so nothing
comes out about a rater that such a reader could not have found (ADR 0037).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt
from django.db.models.functions import Coalesce
from scipy import sparse

from azimuth.ballots.disclosure import ALL
from azimuth.ballots.models import CountedFigure, CountedGroup, CountedReliability
from azimuth.ballots.publishing import SELF, TENTH
from azimuth.questionnaires import queries as questionnaires
from azimuth.reviews.models import Assignment, ReviewCycle
from azimuth.statistics import published
from azimuth.statistics.effects import ENOUGH_RELIABILITY, LEAST_RATERS, LEAST_SUBJECTS

Floats = npt.NDArray[np.float64]
Adjustment = dict[str, Any]
BLOCKING = ("raters_of_one_subject", "no_subject_variance", "one_option")  # notes of a fit with which nothing is corrected


@dataclass(frozen=True)
class Adjustments:
    """For each person and section: a mean with its interval and reliability, or `why` there is none."""

    of: Mapping[tuple[UUID, str], Adjustment] = field(default_factory=dict)

    def about(self, person: UUID, sections: Iterable[str]) -> dict[str, Adjustment]:
        """One subject's, by section; only where the raw mean of all raters is shown."""
        return {section: self.of[person, section] for section in sections if (person, section) in self.of}


def adjustments(cycle: ReviewCycle) -> Adjustments:
    """The corrected means of every subject of a counted cycle; none where reliability was not measured at its count."""
    return corrected(cycle, {row.of: row for row in CountedReliability.objects.filter(box=cycle.box)})


def corrected(cycle: ReviewCycle, measured: Mapping[UUID | None, CountedReliability]) -> Adjustments:
    """The same with these variances: by section, and None for all items. Everything else is what any reader of all reports has."""
    if None not in measured:
        return Adjustments()
    sections = [section["key"] for section in questionnaires.sections_with_items(cycle.snapshot)]
    cells = _cells(cycle, [UUID(key) for key in sections])
    over_all = measured[None]
    frame = None if _why(over_all) or not cells.names else _frame(cycle, cells, over_all)
    found: dict[tuple[UUID, str], Adjustment] = {}
    for place, key in enumerate(sections):
        found |= _section(cells, place, key, frame, _why(over_all) or _why(measured[UUID(key)]), measured[UUID(key)], _ends(cycle))
    return Adjustments(found)


@dataclass(frozen=True)
class _Cells:
    """The published figures: a row per (person, shown as), a column per section; nan and 0 where a section is not shown."""

    names: Sequence[tuple[UUID, str]]
    mean: Floats
    n: Floats

    def where(self, *, wanted: bool) -> list[int]:
        """Rows of "all", or of the groups behind it."""
        return [row for row, (_person, name) in enumerate(self.names) if (name == ALL) is wanted]


@dataclass(frozen=True)
class _Frame:
    """What all sections share: what each subject's raters usually give, and whether their graph can carry that."""

    usual: Mapping[UUID, float]
    is_connected: Mapping[UUID, bool]


def _cells(cycle: ReviewCycle, sections: list[UUID]) -> _Cells:
    figures = CountedFigure.objects.filter(box=cycle.box, of__in=sections).exclude(shown_as=SELF)
    names: list[tuple[UUID, str]] = list(figures.order_by("about_id", "shown_as").values_list("about_id", "shown_as").distinct())
    row_of, column_of = {name: row for row, name in enumerate(names)}, {key: column for column, key in enumerate(sections)}
    mean, n = np.full((len(names), len(sections)), np.nan), np.zeros((len(names), len(sections)))
    for about, name, of, raters, value in figures.values_list("about_id", "shown_as", "of", "n", "mean").iterator(5000):
        place = row_of[about, name], column_of[of]
        mean[place], n[place] = value, raters
    return _Cells(names, mean, n)


def _frame(cycle: ReviewCycle, cells: _Cells, over_all: CountedReliability) -> _Frame | None:
    """None where the equations have no answer: reports are built without it rather than not at all."""
    rows = cells.where(wanted=False)
    mean, n = cells.mean[rows], cells.n[rows]
    centre = np.nansum(mean * n, axis=0) / np.maximum(n.sum(axis=0), 1)
    people = sorted({cells.names[row][0] for row in rows})
    code = {person: number for number, person in enumerate(people)}
    source = np.unique([cells.names[row][1] for row in rows], return_inverse=True)[1]
    subject = np.array([code[cells.names[row][0]] for row in rows])
    asked = _asked(cycle, {cells.names[row]: place for place, row in enumerate(rows)})
    groups = published.Groups(subject, source, np.nanmean(mean - centre, axis=1), n.max(axis=1), asked)
    offset = published.usual(groups, subject=over_all.subject or 0, rater=over_all.rater or 0, pair=_pair(over_all))
    if not np.isfinite(offset).all():
        return None
    weighed = np.bincount(subject, offset * groups.n) / np.bincount(subject, groups.n)
    return _Frame(dict(zip(people, weighed.tolist(), strict=True)), dict(zip(people, _connected(groups), strict=True)))


def _asked(cycle: ReviewCycle, row_of: Mapping[tuple[UUID, str], int]) -> sparse.csr_array:
    """Published rows x raters: one over the number asked, where somebody was asked in a group behind that row."""
    shown_as = {(about, group): name for about, group, name in CountedGroup.objects.filter(box=cycle.box).values_list("about_id", "group", "shown_as")}
    asked = Assignment.objects.asked().filter(subject__cycle=cycle).exclude(group=SELF).annotate(asked=Coalesce("rater_id", "external_id"))
    pairs = asked.order_by("asked", "subject__person_id").values_list("subject__person_id", "group", "asked")
    raters: dict[UUID, int] = {}
    places = [
        (row, raters.setdefault(rater, len(raters)))
        for about, group, rater in pairs.iterator(5000) if (row := row_of.get((about, shown_as.get((about, group), "")))) is not None
    ]
    rows, columns = np.array(places, dtype=np.int64).reshape(-1, 2).T
    number = np.bincount(rows, minlength=len(row_of))
    return sparse.csr_array((1 / number[rows], (rows, columns)), shape=(len(row_of), max(len(raters), 1)))


def _connected(groups: published.Groups) -> list[bool]:
    """Whether each subject hangs together, through raters they share, with enough others to compare strictness."""
    subjects, raters = published.parts(groups)
    return ((subjects >= LEAST_SUBJECTS) & (raters >= LEAST_RATERS)).tolist()


def _section(
    cells: _Cells, column: int, key: str, frame: _Frame | None, why: str, measured: CountedReliability, ends: tuple[int, int]
) -> dict[tuple[UUID, str], Adjustment]:
    """One competency's corrected means, for everybody whose raw mean of all raters is shown."""
    rows = [row for row in cells.where(wanted=True) if cells.n[row, column]]
    people = [cells.names[row][0] for row in rows]
    if why or frame is None or not rows:
        return {(person, key): {"why": why or "not_settled"} for person in people}
    found = published.adjusted(
        cells.mean[rows, column], cells.n[rows, column], [frame.usual[person] for person in people],
        truth=measured.subject or 0, error=(measured.rater or 0) + _pair(measured),
    )
    figures = zip(found.score.tolist(), found.half.tolist(), found.reliability.tolist(), strict=True)
    return {
        (person, key): _shown(*figure, ends) if frame.is_connected[person] else {"why": "disconnected"}
        for person, figure in zip(people, figures, strict=True)
    }


def _shown(score: float, half: float, reliability: float, ends: tuple[int, int]) -> Adjustment:
    """Rounded to a tenth, the interval outwards and kept on the scale, reliability down."""
    if reliability < ENOUGH_RELIABILITY:
        return {"why": "unsure"}
    low, high = math.floor((score - half) * TENTH) / TENTH, math.ceil((score + half) * TENTH) / TENTH
    return {
        "mean": round(min(max(score, ends[0]), ends[1]), 1), "low": max(low, ends[0]), "high": min(high, ends[1]),
        "reliability": math.floor(reliability * TENTH) / TENTH,
    }


def _pair(measured: CountedReliability) -> float:
    """What moves one rater's mean of one subject, beside the rater's strictness."""
    return (measured.interaction or 0) + (measured.residual or 0) / (measured.items or 1)


def _why(measured: CountedReliability) -> str:
    """Why nothing is corrected with these variances; "" when it may be."""
    return measured.refusal or next((note for note in BLOCKING if note in measured.notes), "")


def _ends(cycle: ReviewCycle) -> tuple[int, int]:
    points = [point["value"] for point in cycle.snapshot["scale"]["points"]]
    return min(points), max(points)
