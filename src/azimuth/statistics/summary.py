"""What a group says about one person: a competency, an item, everybody, the share in favour.

A table of answers has one row per rater and one column per item; nan is "not observed" or skipped.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from azimuth.statistics.intervals import CONFIDENCE, Mean, about, mean, wilson
from azimuth.statistics.refusal import Refusal

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

ATTRIBUTED = frozenset({"manager"})


@dataclass(frozen=True)
class Scale:
    """The ends of a rating scale and the step between its points."""

    low: float
    high: float
    step: float = 1.0


def item(
    answers: npt.ArrayLike, *, scale: Scale, minimum: int = 1, confidence: float = CONFIDENCE
) -> Mean | Refusal:
    """The mean of one item in one group, with its t interval over raters.

    `answers`: (raters,). Refuses below `minimum` answers: an item that few answered is hidden though its group is shown.
    """
    values = _column(answers)
    if len(values) < minimum:
        return Refusal("too_few_raters", len(values), minimum)
    return mean(values, low=scale.low, high=scale.high, confidence=confidence, resolution=scale.step)


def competency(
    answers: npt.ArrayLike, *, scale: Scale, minimum: int = 1, confidence: float = CONFIDENCE
) -> Mean | Refusal:
    """The mean of one competency in one group: the mean of its items' means, over the items that are shown.

    `answers`: (raters, items). Items with fewer than `minimum` answers are not shown, so they do not count here either.
    Where nobody skipped, this is the mean of the raters' own means; where somebody did, it still is a function of the
    item means printed beside it and so gives nobody away (the mean of raters' means would). A rater counts with at
    least half of the items that are left: `n` is the number of those raters, `sd` that of how far each of them lies, on
    average, from the means of the items they answered, and the t interval is theirs. Refuses below `minimum` raters.
    Source: the half rule is that of the Center for Creative Leadership's 360 reports; the rest is this house's rule.
    """
    shown, counted = _shown(answers, minimum)
    if not counted.any() or counted.sum() < minimum:
        return Refusal("too_few_raters", int(counted.sum()), max(1, minimum))
    return _mean(shown, counted, scale, confidence)


def all_raters(
    groups: Mapping[str, npt.ArrayLike],
    *,
    shown: Collection[str],
    scale: Scale,
    minimum: int,
    attributed: Collection[str] = ATTRIBUTED,
    confidence: float = CONFIDENCE,
) -> Mean | Refusal:
    """The mean of one competency over everybody whose group is shown: each rater weighs the same, not each group.

    `groups`: name shown to the reader -> (raters, items), as merged by the roll-up, without self. Only the names in
    `shown` enter, and of those only the items with `minimum` answers in that group (1 for `attributed` ones) and the
    groups whose own mean is given, so that nothing hidden can be had by subtraction. Computed as in `competency`.
    Refuses when nothing is left.
    """
    parts: list[tuple[Floats, Flags]] = []
    for name in sorted(shown):
        least = 1 if name in attributed else minimum
        table, counted = _shown(groups[name], least)
        if counted.any() and counted.sum() >= least:
            parts.append((table, counted))
    if not parts:
        return Refusal("no_answers", 0, 1)
    tables, flags = zip(*parts, strict=True)
    return _mean(np.concatenate(tables), np.concatenate(flags), scale, confidence)


@dataclass(frozen=True)
class Favour:
    """Shares of the valid answers above, at and below the middle of the scale, with Wilson bounds of the first."""

    favourable: float
    neutral: float
    unfavourable: float
    low: float
    high: float
    n: int


def favourable(answers: npt.ArrayLike, *, scale: Scale, confidence: float = CONFIDENCE) -> Favour | Refusal:
    """How many answers are in favour: above the middle of the scale (the top two of five).

    `answers`: any shape. Refuses without answers. Source: the convention of the US Federal Employee Viewpoint Survey;
    interval: Wilson 1927.
    """
    values = _column(answers)
    n = len(values)
    if not n:
        return Refusal("no_answers", 0, 1)
    middle = (scale.low + scale.high) / 2
    above, below = int((values > middle).sum()), int((values < middle).sum())
    low, high = wilson(above, n, confidence=confidence)
    return Favour(above / n, (n - above - below) / n, below / n, low, high, n)


def distribution(answers: npt.ArrayLike, *, options: Sequence[float]) -> tuple[int, ...]:
    """How many answers each option got, in the order of `options`; raises ValueError for an answer that is none."""
    values = _column(answers)
    counts = tuple(int((values == option).sum()) for option in options)
    if sum(counts) != len(values):
        raise ValueError("An answer lies off the scale.")
    return counts


@dataclass(frozen=True)
class ShownShare:
    """A share as it may be printed: exactly, or only that it is at least or at most this."""

    value: float
    bound: Literal["exactly", "at_least", "at_most"]


def shown_share(share: float, n: int, *, extreme: float = 0.90) -> ShownShare:
    """A share of `n` people for print: where (nearly) all answered alike, only "90 % or more", or "10 % or less".

    In a group of fewer than ten one dissenter already is more than a tenth; the edge then is (n - 1)/n, so that "or
    more" always covers at least two possibilities. Raises ValueError for a share outside 0..1 or nobody.
    """
    if not 0 <= share <= 1 or n < 1:
        raise ValueError("A share of somebody is needed.")
    edge = min(extreme, (n - 1) / n)
    if share >= edge - 1e-12:
        return ShownShare(edge, "at_least")
    if share <= 1 - edge + 1e-12:
        return ShownShare(1 - edge, "at_most")
    return ShownShare(share, "exactly")


def _shown(answers: npt.ArrayLike, minimum: int) -> tuple[Floats, Flags]:
    """The table with its hidden items blanked, and which raters answered at least half of the others."""
    table = np.array(answers, dtype=np.float64)
    if table.ndim != 2:
        raise ValueError("A table of raters by items is needed.")
    hidden = np.isfinite(table).sum(axis=0) < max(1, minimum)
    table[:, hidden] = np.nan
    answered = np.isfinite(table).sum(axis=1)
    return table, (answered > 0) & (2 * answered >= (~hidden).sum())


def _mean(table: Floats, counted: Flags, scale: Scale, confidence: float) -> Mean:
    """The mean of item means, with the spread of the counted raters' mean distances from the items' means."""
    table = table[:, np.isfinite(table).any(axis=0)]
    means = np.nanmean(table, axis=0)
    distances = np.nanmean(table[counted] - means, axis=1)
    n = len(distances)
    sd = float(distances.std(ddof=1)) if n > 1 else 0.0
    step = scale.step / len(means)
    return about(
        float(means.mean()), sd, n, low=scale.low, high=scale.high, confidence=confidence, resolution=step
    )


def _column(answers: npt.ArrayLike) -> Floats:
    values = np.asarray(answers, dtype=np.float64).ravel()
    return values[np.isfinite(values)]
