"""What changed since last time? Differences of frozen means with their intervals, and which of many are worth a word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

from azimuth.statistics.intervals import CONFIDENCE, Difference, Mean, recovered

Direction = Literal["up", "down", "none"]


@dataclass(frozen=True)
class Change:
    """Now minus then; `direction` is "none" unless the change is clear of chance. Without bounds there is no interval to give."""

    value: float
    low: float | None
    high: float | None
    direction: Direction


def changes(pairs: Sequence[tuple[Mean, Mean]], *, confidence: float = CONFIDENCE) -> list[Change]:
    """The change of each (now, then) pair of means, judged together: they stand on one page.

    Two means are taken as independent: another time, other answers. Where the same raters answered again they are usually
    positively correlated, and the intervals err on the wide side. A change is clear when its interval excludes zero and
    it stays among the discoveries of Benjamini and Hochberg at 1 - confidence over all pairs that have an interval.
    Sources: `intervals.recovered`; Benjamini & Hochberg 1995; methods D.2.
    """
    differences = [_difference(now, then) for now, then in pairs]
    judged = [place for place, difference in enumerate(differences) if difference.low is not None]
    found = discoveries([p_value(differences[place], confidence=confidence) for place in judged], share=1 - confidence)
    clear = {place for place, is_found in zip(judged, found, strict=True) if is_found and differences[place].excludes_zero}
    return [Change(d.value, d.low, d.high, _direction(d.value) if place in clear else "none") for place, d in enumerate(differences)]


def _difference(now: Mean, then: Mean) -> Difference:
    if now.low is None or now.high is None or then.low is None or then.high is None:
        return Difference(now.value - then.value, None, None)
    return recovered((now.value, now.low, now.high), (then.value, then.low, then.high))


def _direction(value: float) -> Direction:
    return "up" if value > 0 else "down"


def p_value(difference: Difference, *, confidence: float = CONFIDENCE) -> float:
    """How surprising a difference is if nothing changed, from its interval: the bound on zero's side taken as so many standard errors.

    Two-sided, by the normal curve; below 1 - confidence exactly where the interval excludes zero. Raises ValueError without one.
    """
    if difference.low is None or difference.high is None:
        raise ValueError("A difference without an interval has no p-value.")
    if difference.value == 0:
        return 1.0
    reach = difference.value - difference.low if difference.value > 0 else difference.high - difference.value
    if reach == 0:
        return 0.0
    return float(2 * ndtr(-abs(difference.value) / reach * ndtri((1 + confidence) / 2)))


def discoveries(p_values: npt.ArrayLike, *, share: float) -> list[bool]:
    """Which of these tests hold when at most `share` of those that do may be false, on average.

    The largest k with p(k) <= k / m * share, and all below it. Source: Benjamini & Hochberg 1995.
    """
    p = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(p, kind="stable")
    within = np.flatnonzero(p[order] <= np.arange(1, len(p) + 1) / max(len(p), 1) * share)
    found = np.zeros(len(p), dtype=bool)
    if len(within):
        found[order[: within[-1] + 1]] = True
    return [bool(value) for value in found]
