"""What a group says about one person: a competency, an item, everybody, the share in favour.

A table of answers has one row per rater and one column per item; nan is "not observed" or skipped.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from azimuth.statistics.intervals import CONFIDENCE, Mean, mean, wilson
from azimuth.statistics.refusal import Refusal

Floats = npt.NDArray[np.float64]

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
    """The mean of one competency in one group: every rater's mean over its items, then the mean over raters.

    `answers`: (raters, items). Items with fewer than `minimum` answers are not shown, so they do not count here either.
    A rater counts with at least half of the items that are left; `n` is the number of those raters, `sd` and interval are
    theirs. Every rater weighs the same, however many items they answered. Refuses without an item, and below `minimum`
    raters. Source: the half rule is that of the Center for Creative Leadership's 360 reports.
    """
    means, items = _rater_means(answers, minimum)
    if len(means) < minimum or not items:
        return Refusal("too_few_raters", len(means), max(1, minimum))
    return mean(means, low=scale.low, high=scale.high, confidence=confidence, resolution=scale.step / items)


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
    `shown` enter, and of those only the ones whose own competency mean is given (`minimum` answers, 1 for `attributed`
    ones), so that a hidden group can never be had by subtraction. Refuses when nothing is left.
    """
    parts: list[Floats] = []
    items = 1
    for name in sorted(shown):
        least = 1 if name in attributed else minimum
        means, left = _rater_means(groups[name], least)
        if left and len(means) >= least:
            parts.append(means)
            items = max(items, left)
    if not parts:
        return Refusal("no_answers", 0, 1)
    together = np.concatenate(parts)
    return mean(
        together, low=scale.low, high=scale.high, confidence=confidence, resolution=scale.step / items
    )


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


def _rater_means(answers: npt.ArrayLike, minimum: int) -> tuple[Floats, int]:
    """The means of the raters that count, over the items that are shown; and how many items these are."""
    table = np.asarray(answers, dtype=np.float64)
    if table.ndim != 2:
        raise ValueError("A table of raters by items is needed.")
    present = np.isfinite(table)
    table = table[:, present.sum(axis=0) >= max(1, minimum)]
    items = table.shape[1]
    answered = np.isfinite(table).sum(axis=1)
    counted = (answered > 0) & (answered >= math.ceil(items / 2))
    return np.nansum(table[counted], axis=1) / answered[counted], items


def _column(answers: npt.ArrayLike) -> Floats:
    values = np.asarray(answers, dtype=np.float64).ravel()
    return values[np.isfinite(values)]
