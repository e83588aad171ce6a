"""How reliable a cycle's answers are: measured once, while it is still known which answers came from one rater. Worker only.

What is kept are figures of the whole cycle, rounded: how much of the variance of a form lies in the person rated, in the
strictness of raters, in each rater's own view, in the rest. Nothing about a single rater is kept, and nothing about a
single subject: which rater is strict would be found again from means corrected with it (docs/developer/confidence.md).
Only answers that are published go in, so that what is hidden of a report is hidden here too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from statistics import median_low
from uuid import UUID

import numpy as np
import numpy.typing as npt

from azimuth.ballots.earlier import NOTHING, Past
from azimuth.ballots.publishing import SELF, Decided, decide, items_of
from azimuth.ballots.sheets import OpenSheet
from azimuth.questionnaires.queries import Snapshot
from azimuth.statistics.effects import Effects, fit_items
from azimuth.statistics.refusal import Refusal

NOT_GIVEN = -1


@dataclass(frozen=True)
class Measured:
    """One row to keep: fields of `models.CountedReliability`."""

    of: UUID | None
    subjects: int
    forms: int
    raters: int
    refusal: str = ""
    notes: list[str] = field(default_factory=list)
    connected: float | None = None
    items: float | None = None
    subject: float | None = None
    rater: float | None = None
    interaction: float | None = None
    residual: float | None = None


class Answers:
    """The published answers of a cycle, a row a form and a column an item; in memory only, never printed."""

    def __init__(self, snapshot: Snapshot, *, minimum: int, fit: Callable[..., Effects | Refusal] = fit_items) -> None:
        self._snapshot, self._minimum, self._fit = snapshot, minimum, fit
        self._items = items_of(snapshot)
        self._raters: dict[UUID, int] = {}
        self._groups: dict[str, int] = {}
        self._about: list[UUID] = []
        self._reports: list[int] = []
        self._scores: list[npt.NDArray[np.int16]] = []
        self._who: list[npt.NDArray[np.int32]] = []

    def add(self, about: UUID, invited: Mapping[str, int], opened: Iterable[tuple[UUID, str, OpenSheet]], past: Past = NOTHING) -> None:
        """Take in one subject's sheets, of everybody but themselves, as far as they are published."""
        sheets = sorted(opened, key=lambda row: row[0])
        by_group: dict[str, list[OpenSheet]] = {}
        for _holder, group, sheet in sheets:
            by_group.setdefault(group, []).append(sheet)
        shown = decide(by_group, invited, self._snapshot, minimum=self._minimum, past=past)
        others = [(holder, group, sheet) for holder, group, sheet in sheets if group != SELF and shown.rolled.shown_as[group]]
        if not others:
            return
        if shown.has_all:
            self._reports.append(len(others))
        self._about.append(about)
        self._who.append(np.array([(self._code(holder), self._groups.setdefault(group, len(self._groups))) for holder, group, _ in others], dtype=np.int32))
        self._scores.append(np.array([self._row(shown, group, sheet) for _, group, sheet in others], dtype=np.int16))

    def _code(self, holder: UUID) -> int:
        return self._raters.setdefault(holder, len(self._raters))

    def _row(self, shown: Decided, group: str, sheet: OpenSheet) -> list[int]:
        scores = (shown.score(group, sheet, item) for item in self._items)
        return [NOT_GIVEN if score != score else int(score) for score in scores]

    def columns(self) -> Iterator[tuple[UUID | None, list[int]]]:
        """All items, then those of each section that has any: (the section's key, columns)."""
        yield None, list(range(len(self._items)))
        place = {item["key"]: number for number, item in enumerate(self._items)}
        for section in self._snapshot["sections"]:
            if columns := [place[question["key"]] for question in section["questions"] if question["key"] in place]:
                yield UUID(section["key"]), columns

    def measured(self, of: UUID | None, columns: list[int]) -> Measured:
        """The crossed model over these items: rounded variances, or why there are none."""
        scores = np.concatenate(self._scores)[:, columns] if self._scores else np.empty((0, len(columns)), dtype=np.int16)
        given = (scores != NOT_GIVEN).any(axis=1)
        subject, rater, group = self._labels()
        row = Measured(of, len(np.unique(subject[given])), int(given.sum()), self._usual_raters())
        wide = len(columns)
        labels = np.repeat(subject, wide), np.repeat(rater, wide), np.tile(np.arange(wide), len(scores))
        try:
            found = self._fit(*labels, np.where(scores == NOT_GIVEN, np.nan, scores).ravel(), source=np.repeat(group, wide))
        except (ArithmeticError, np.linalg.LinAlgError):  # a figure must never hold up a count
            found = Refusal("not_settled")
        return _kept(row, found)

    def _labels(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Subjects, raters and groups of every form as numbers in the order of their (random) keys."""
        if not self._who:
            nothing = np.empty(0, dtype=np.int64)
            return nothing, nothing, nothing
        who = np.concatenate(self._who)
        sizes = [len(part) for part in self._who]
        return np.repeat(_ranks(self._about), sizes), _ranks(list(self._raters))[who[:, 0]], _ranks(list(self._groups))[who[:, 1]]

    def _usual_raters(self) -> int:
        """Behind a typical "all", or a typical lead's rating where no colleagues are shown at all."""
        return median_low(self._reports or [len(part) for part in self._who] or [0])


def measure(answers: Answers) -> list[Measured]:
    """One row for all items together, and one for each competency."""
    return [answers.measured(of, columns) for of, columns in answers.columns()]


def _ranks(labels: list[UUID] | list[str]) -> npt.NDArray[np.int64]:
    """The place of each label among all, sorted."""
    ranks = np.empty(len(labels), dtype=np.int64)
    ranks[sorted(range(len(labels)), key=lambda number: str(labels[number]))] = np.arange(len(labels))
    return ranks


def _kept(row: Measured, found: Effects | Refusal) -> Measured:
    if isinstance(found, Refusal):
        return Measured(row.of, row.subjects, row.forms, row.raters, refusal=found.code)
    parts = found.variances
    return Measured(
        row.of, row.subjects, row.forms, row.raters, notes=sorted(found.notes), connected=_rounded(found.connected_share), items=_rounded(found.items),
        subject=_rounded(parts.subject), rater=_rounded(parts.rater), interaction=_rounded(parts.interaction), residual=_rounded(parts.residual),
    )


def _rounded(value: float | None) -> float | None:
    """Two digits: more would be noise to a reader, and traces of single answers to an attacker."""
    return None if value is None else float(f"{value:.2g}")
