"""How sure is it? Intervals for means, shares and differences, and the verdict whether a gap is worth a word.

Everything is on the scale of the answers; shares lie between 0 and 1. Intervals are two-sided at `confidence`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri, stdtrit

from azimuth.statistics.refusal import Refusal

CONFIDENCE = 0.95
CLEAR_SHARE = 0.25

Verdict = Literal["clear", "no_clear_difference"]


@dataclass(frozen=True)
class Mean:
    """The mean of `n` raters; `sd`, `low` and `high` are None where fewer than two answered."""

    value: float
    n: int
    sd: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Difference:
    """A difference with its interval; the bounds are None where there is no interval to give."""

    value: float
    low: float | None
    high: float | None

    @property
    def excludes_zero(self) -> bool:
        """Whether the interval exists and lies wholly on one side of zero."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


def mean(
    values: npt.ArrayLike,
    *,
    low: float,
    high: float,
    confidence: float = CONFIDENCE,
    population: int | None = None,
    resolution: float = 0.0,
) -> Mean | Refusal:
    """The mean of the raters with a t interval, which is cut off at the ends of the scale `low`..`high`.

    `values`: (raters,), nan = no answer. `population` is the size of the whole group when the question is what *this*
    group thinks now, not what such people think in general: the half width then shrinks by `finite_population`.
    `resolution` is the step in which values can differ (a scale step, divided by the items of a mean); answers that all
    agree then still leave the interval of rounding, step / sqrt(12), instead of a false certainty. Refuses without
    answers; one answer gets no interval. Source: Student 1908; for the rounding, Sheppard 1898.
    """
    present = np.asarray(values, dtype=np.float64).ravel()
    present = present[np.isfinite(present)]
    n = len(present)
    if n == 0:
        return Refusal("no_answers", 0, 1)
    sd = float(present.std(ddof=1)) if n > 1 else 0.0
    return about(
        float(present.mean()),
        sd,
        n,
        low=low,
        high=high,
        confidence=confidence,
        population=population,
        resolution=resolution,
    )


def about(
    centre: float,
    sd: float,
    n: int,
    *,
    low: float,
    high: float,
    confidence: float = CONFIDENCE,
    population: int | None = None,
    resolution: float = 0.0,
) -> Mean:
    """The t interval of `mean` around a `centre` that was found elsewhere, from the `sd` of `n` raters."""
    if n < 2:
        return Mean(centre, n)
    half = float(stdtrit(n - 1, _upper(confidence))) * max(sd, resolution / math.sqrt(12)) / math.sqrt(n)
    if population is not None:
        half *= finite_population(n, population)
    return Mean(centre, n, sd, max(low, centre - half), min(high, centre + half))


def finite_population(n: int, population: int) -> float:
    """The factor by which an interval narrows when `n` of a whole group of `population` answered: sqrt((N-n) / (N-1)).

    0 when everybody answered. Raises ValueError when more answered than there are. Source: Cochran 1977.
    """
    if n > population:
        raise ValueError(f"{n} of {population} cannot have answered.")
    return math.sqrt((population - n) / (population - 1)) if population > 1 else 0.0


def wilson(successes: int, n: int, *, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """The interval of a share, good in small groups too: 4 of 6 gives .300 to .903.

    Bounds lie in 0..1. Raises ValueError unless 0 <= successes <= n and n >= 1. Source: Wilson 1927.
    """
    if not 0 <= successes <= n or n < 1:
        raise ValueError(f"{successes} of {n} is no share.")
    z2 = float(ndtri(_upper(confidence))) ** 2
    share = successes / n
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = math.sqrt(z2) / (1 + z2 / n) * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return (0.0 if successes == 0 else centre - half), (1.0 if successes == n else centre + half)


def newcombe(
    first: tuple[int, int], second: tuple[int, int], *, confidence: float = CONFIDENCE
) -> Difference:
    """The difference of two independent shares, first minus second, each given as (successes, n).

    Built from the two Wilson intervals; bounds lie in -1..1. Source: Newcombe 1998, method 10.
    """
    one, other = first[0] / first[1], second[0] / second[1]
    one_low, one_high = wilson(*first, confidence=confidence)
    other_low, other_high = wilson(*second, confidence=confidence)
    return recovered((one, one_low, one_high), (other, other_low, other_high))


def recovered(first: tuple[float, float, float], second: tuple[float, float, float]) -> Difference:
    """The difference of two independent figures from their own intervals, each given as (value, low, high).

    Serves figures that are already frozen, whose raw answers are gone. Where the same raters are behind both the two
    are usually positively correlated, and the interval errs on the wide side. Source: Zou & Donner 2008 (MOVER).
    """
    value = first[0] - second[0]
    down = math.hypot(first[0] - first[1], second[2] - second[0])
    up = math.hypot(first[2] - first[0], second[0] - second[1])
    return Difference(value, value - down, value + up)


@dataclass(frozen=True)
class Gap:
    """Self minus the others' mean, with its interval, and whether it is worth a word."""

    value: float
    low: float | None
    high: float | None
    verdict: Verdict


def self_gap(own: float, others: Mean, *, low: float, high: float, share: float = CLEAR_SHARE) -> Gap:
    """How far a self-rating lies from the mean of the others, on the scale `low`..`high`; positive: self is higher.

    The self-rating is taken as the fixed number it is; the interval is that of the others' mean. Source: methods A.1
    (self-ratings get a statistic of their own), the verdict from `gap_verdict`.
    """
    value = own - others.value
    difference = Difference(
        value,
        None if others.high is None else own - others.high,
        None if others.low is None else own - others.low,
    )
    verdict = gap_verdict(difference, low=low, high=high, share=share)
    return Gap(difference.value, difference.low, difference.high, verdict)


def gap_verdict(difference: Difference, *, low: float, high: float, share: float = CLEAR_SHARE) -> Verdict:
    """ "clear" only when the gap is larger than `share` of the scale's range AND its interval excludes zero.

    Anything else, a gap without an interval too, is "no_clear_difference". Raises ValueError for an empty scale.
    """
    if high <= low:
        raise ValueError("The scale needs a range.")
    large = abs(difference.value) > share * (high - low)
    return "clear" if large and difference.excludes_zero else "no_clear_difference"


def _upper(confidence: float) -> float:
    """The cumulative probability below the upper bound of a two-sided interval."""
    if not 0 < confidence < 1:
        raise ValueError("A confidence lies strictly between 0 and 1.")
    return (1 + confidence) / 2
