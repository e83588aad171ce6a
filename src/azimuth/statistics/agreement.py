"""Do the raters of one subject agree, and how far would other raters say the same?

Agreement (rwg, AD) asks whether these raters gave the same number; reliability (ICC, alpha) whether subjects can be
told apart by them. A group can agree and still not be reliable. Missing answers are nan throughout.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.special import fdtri

from azimuth.statistics.refusal import Refusal

Floats = npt.NDArray[np.float64]

ENOUGH_AGREEMENT = 0.70
LEAST_ITEMS = 3
LEAST_RESPONDENTS = 30

AgreementBand = Literal["none", "weak", "moderate", "strong", "very_strong"]


def rwg(ratings: npt.ArrayLike, *, options: int) -> float | Refusal:
    """Agreement on one item: 1 = all alike, 0 = no more alike than answers thrown at random.

    `ratings`: (raters,), `options`: points of the scale. 1 - s^2 / ((A^2 - 1) / 12), s^2 with n - 1; negative values are
    reset to 0. Refuses below two ratings. Source: James, Demaree & Wolf 1984.
    """
    values = _present(ratings)
    if len(values) < 2:
        return Refusal("too_few_raters", len(values), 2)
    return max(0.0, 1.0 - float(values.var(ddof=1)) / _uniform_variance(options))


def rwg_j(ratings: npt.ArrayLike, *, options: int) -> float | Refusal:
    """Agreement on a set of parallel items, between 0 and 1.

    `ratings`: (raters, items); the variance of an item is taken over those who answered it, items with fewer than two
    answers are left out. J(1-q) / (J(1-q) + q) with q the mean variance over the variance of random answers; q > 1 is
    reset to 0. Refuses when no item has two answers. Source: James, Demaree & Wolf 1984.
    """
    table = _table(ratings)
    enough = np.isfinite(table).sum(axis=0) >= 2
    items = int(enough.sum())
    if not items:
        return Refusal("too_few_raters", int(np.isfinite(table).any(axis=1).sum()), 2)
    ratio = float(np.nanvar(table[:, enough], axis=0, ddof=1).mean()) / _uniform_variance(options)
    if ratio >= 1:
        return 0.0
    return items * (1 - ratio) / (items * (1 - ratio) + ratio)


def agreement_band(value: float) -> AgreementBand:
    """The word for an rwg or rwg(J): up to .30 none, .50 weak, .70 moderate, .90 strong, above it very strong.

    Source: LeBreton & Senter 2008, table 3. The usual cut for speaking of "the team's view" is .70.
    """
    bands: tuple[tuple[float, AgreementBand], ...] = (
        (0.30, "none"), (0.50, "weak"), (0.70, "moderate"), (0.90, "strong"),
    )  # fmt: skip
    return next((name for edge, name in bands if value <= edge), "very_strong")


def ad_index(ratings: npt.ArrayLike) -> float | Refusal:
    """The mean distance of the ratings from their mean, in points of the scale: 0 = all alike.

    `ratings`: (raters,). Refuses below two ratings. Source: Burke, Finkelstein & Dusig 1999.
    """
    values = _present(ratings)
    if len(values) < 2:
        return Refusal("too_few_raters", len(values), 2)
    return float(np.abs(values - values.mean()).mean())


def ad_limit(options: int) -> float:
    """The largest AD index that still counts as agreement on a scale of `options` points: A / 6.

    Source: Burke & Dunlap 2002.
    """
    return options / 6


@dataclass(frozen=True)
class OneWay:
    """ICC(1) and ICC(1,k) of subjects that are each rated by their own raters; `k` is the group size they are for."""

    icc1: float
    icc1k: float
    k: float
    groups: int
    ratings: int


def icc_one_way(
    ratings: npt.ArrayLike, groups: Sequence[object] | npt.NDArray, *, size: Literal["k0", "mean"] = "k0"
) -> OneWay | Refusal:
    """ICC(1): the share of one rating's variance that lies between groups; ICC(1,k): the reliability of a group's mean.

    `ratings`: (N,), `groups`: (N,) labels. `size` is the k of unequal groups: "k0" = (N - sum n^2/N) / (G - 1), which is
    unbiased, or the plain mean size, as R's multilevel does. May be negative: then groups differ less than chance would
    have them. Refuses below two groups, without a group of two, and without variance. Source: Shrout & Fleiss 1979;
    Bliese 2000.
    """
    values = np.asarray(ratings, dtype=np.float64)
    present = np.isfinite(values)
    values = values[present]
    _, codes = np.unique(np.asarray(groups)[present], return_inverse=True)
    sizes = np.bincount(codes)
    number, total = len(sizes), len(values)
    if number < 2:
        return Refusal("too_few_subjects", number, 2)
    if total == number:
        return Refusal("one_rater_per_subject", 1, 2)
    means = np.bincount(codes, values) / sizes
    between = float((sizes * (means - values.mean()) ** 2).sum()) / (number - 1)
    within = float(((values - means[codes]) ** 2).sum()) / (total - number)
    if _nothing(between + within, values):
        return Refusal("no_variance")
    k = (total - float((sizes**2).sum()) / total) / (number - 1) if size == "k0" else total / number
    return OneWay(
        _ratio(between - within, between + (k - 1) * within),
        _ratio(between - within, between),
        k,
        number,
        total,
    )


@dataclass(frozen=True)
class ICC:
    """The six coefficients of Shrout & Fleiss: the first digit is the model, `one` a single rater, `k` their mean."""

    one_one: float
    one_k: float
    two_one: float
    two_k: float
    three_one: float
    three_k: float


def icc(ratings: npt.ArrayLike) -> ICC | Refusal:
    """All six intraclass correlations of a complete table in which the same raters rated every subject.

    `ratings`: (subjects, raters). Model 1: raters at random for each subject; 2: the same random raters, who also count
    by how severe they are; 3: these very raters, severity ignored. Refuses below two subjects or raters, with gaps in
    the table (fit `effects` instead), and without variance. Source: Shrout & Fleiss 1979.
    """
    table = _table(ratings)
    n, k = table.shape
    if n < 2:
        return Refusal("too_few_subjects", n, 2)
    if k < 2:
        return Refusal("too_few_raters", k, 2)
    if not np.isfinite(table).all():
        return Refusal("incomplete", int(np.isfinite(table).sum()), n * k)
    grand = table.mean()
    rows = k * float(((table.mean(axis=1) - grand) ** 2).sum())
    columns = n * float(((table.mean(axis=0) - grand) ** 2).sum())
    total = float(((table - grand) ** 2).sum())
    if _nothing(total, table):
        return Refusal("no_variance")
    msr, msc = rows / (n - 1), columns / (k - 1)
    msw = (total - rows) / (n * (k - 1))
    mse = max(0.0, total - rows - columns) / ((n - 1) * (k - 1))
    return ICC(
        one_one=_ratio(msr - msw, msr + (k - 1) * msw),
        one_k=_ratio(msr - msw, msr),
        two_one=_ratio(msr - mse, msr + (k - 1) * mse + k * (msc - mse) / n),
        two_k=_ratio(msr - mse, msr + (msc - mse) / n),
        three_one=_ratio(msr - mse, msr + (k - 1) * mse),
        three_k=_ratio(msr - mse, msr),
    )


@dataclass(frozen=True)
class Alpha:
    """Cronbach's alpha with its interval, and how many complete respondents and items it rests on."""

    value: float
    low: float
    high: float
    respondents: int
    items: int


def alpha(answers: npt.ArrayLike, *, confidence: float = 0.95) -> Alpha | Refusal:
    """How far the items of one scale measure the same thing: J/(J-1) (1 - sum of item variances / variance of sums).

    `answers`: (respondents, items), reverse-keyed items already turned; respondents with a gap are left out. The
    interval is Feldt's: 1 - (1 - alpha) F, degrees of freedom n - 1 and (n - 1)(J - 1). Refuses below 3 items, below 30
    complete respondents, and without variance. Source: Cronbach 1951; Feldt, Woodruff & Salih 1987.
    """
    table = _table(answers)
    table = table[np.isfinite(table).all(axis=1)]
    n, items = table.shape
    if items < LEAST_ITEMS:
        return Refusal("too_few_items", items, LEAST_ITEMS)
    if n < LEAST_RESPONDENTS:
        return Refusal("too_few_respondents", n, LEAST_RESPONDENTS)
    spread = float(table.sum(axis=1).var(ddof=1))
    if _nothing(spread, table):
        return Refusal("no_variance")
    value = items / (items - 1) * (1 - float(table.var(axis=0, ddof=1).sum()) / spread)
    degrees = (n - 1, (n - 1) * (items - 1))
    tail = (1 - confidence) / 2
    low, high = (1 - (1 - value) * float(fdtri(*degrees, p)) for p in (1 - tail, tail))
    return Alpha(value, low, high, n, items)


def spearman_brown(reliability: float, raters: float) -> float:
    """The reliability of the mean of `raters` raters, given that of one: m r / (1 + (m - 1) r).

    Source: Spearman 1910; Brown 1910.
    """
    return raters * reliability / (1 + (raters - 1) * reliability)


def raters_needed(reliability: float, wanted: float) -> int | Refusal:
    """The fewest raters whose mean reaches the `wanted` reliability, given that of one rater.

    Both strictly between 0 and 1 (ValueError for `wanted`); a single reliability of 0 or below is refused: no number of
    raters would do. Source: the Spearman-Brown formula, solved for m.
    """
    if not 0 < wanted < 1:
        raise ValueError("The wanted reliability lies strictly between 0 and 1.")
    if reliability <= 0:
        return Refusal("no_reliability", reliability)
    if reliability >= wanted:
        return 1
    exact = wanted * (1 - reliability) / (reliability * (1 - wanted))
    return math.ceil(exact - 1e-9)


def _uniform_variance(options: int) -> float:
    """The variance of answers spread evenly over the scale: what agreement is measured against."""
    if options < 2:
        raise ValueError("A scale has at least two points.")
    return (options**2 - 1) / 12


def _present(ratings: npt.ArrayLike) -> Floats:
    values = np.asarray(ratings, dtype=np.float64).ravel()
    return values[np.isfinite(values)]


def _table(ratings: npt.ArrayLike) -> Floats:
    table = np.asarray(ratings, dtype=np.float64)
    if table.ndim != 2:
        raise ValueError("A table of two dimensions is needed.")
    return table


def _nothing(spread: float, values: Floats) -> bool:
    """Whether a sum of squares is nought but for rounding."""
    return spread <= 1e-20 * max(1.0, float(np.square(values).sum()))


def _ratio(part: float, whole: float) -> float:
    """A coefficient; 0 where it has no value because all subjects have the same mean."""
    return part / whole if whole else 0.0
