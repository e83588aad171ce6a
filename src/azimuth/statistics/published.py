"""Scores of subjects with the strictness of their raters taken out, from nothing but published group means.

The crossed model of `effects` again, but seen through what a report shows: y = source + subject + mean strictness of those
asked + rest, one row a subject and group. A rater's own answers never enter, so that neither strictness nor an answer of one
rater can be found from the result that could not be found without it. `effects` on single answers does better and
must not be published by subject: from its adjusted scores the strictness of raters follows with a correlation of .9.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import LinearOperator, cg

from azimuth.statistics.crossed import Floats, Ints, indicator

LEAST_OF_SOURCE = 8  # rows a source needs for a mean of its own
Z = 1.96


@dataclass(frozen=True)
class Groups:
    """Published means, a row per subject and group shown.

    All (G,): `subject` and `source` codes 0.., `mean` over all items, `n` raters behind it. `asked`: (G, R), one over the
    number asked where a rater was asked to be in the group.
    """

    subject: Ints
    source: Ints
    mean: Floats
    n: Floats
    asked: sparse.csr_array


@dataclass(frozen=True)
class Adjusted:
    """Per subject (S,): the score on the scale of the answers, half the width of its 95 % interval, its reliability 0..1."""

    score: Floats
    half: Floats
    reliability: Floats


def usual(groups: Groups, *, subject: float, rater: float, pair: float) -> Floats:
    """What the raters of each group usually give above (or below) the general level: source and mean strictness. (G,).

    `subject`, `rater`, `pair`: variances of subjects, of raters, and of what else moves one rater's mean of one subject.
    Best linear unbiased prediction; raters asked who did not answer count as drawn at random from those asked.
    Source: Henderson's mixed model equations, subjects eliminated, solved by conjugate gradients.
    """
    missing = np.maximum(1 / groups.n - groups.asked.power(2).sum(axis=1), 0)
    weight = 1 / np.maximum(pair / groups.n + rater * missing, 1e-9)
    within = _without_subjects(groups.subject, weight, subject)
    fixed, asked = _sources(groups.source, groups.n), groups.asked

    def strictness(y: Floats) -> Floats:
        """The effects of raters predicted from deviations y."""
        if not rater:
            return np.zeros(asked.shape[1])
        system = LinearOperator((asked.shape[1],) * 2, matvec=lambda u: asked.T @ within(asked @ u) + u / rater, dtype=np.float64)
        return np.asarray(cg(system, asked.T @ within(y), rtol=1e-10, maxiter=2000)[0])

    carried = np.column_stack([column - asked @ strictness(column) for column in fixed.T])
    cross = np.column_stack([within(column) for column in carried.T])
    rest = groups.mean - asked @ strictness(groups.mean)
    source = fixed @ np.linalg.lstsq(fixed.T @ cross, fixed.T @ within(rest))[0]
    found = source + asked @ strictness(groups.mean - source)
    return np.asarray(found - np.average(source, weights=groups.n))


def adjusted(raw: npt.ArrayLike, n: npt.ArrayLike, offset: npt.ArrayLike, *, truth: float, error: float) -> Adjusted:
    """Raw means less what their raters usually give (`offset`), drawn to the general level as far as they are unsure. (S,) each.

    `n` raters; `truth`: variance of subjects, `error`: variance one rater adds. reliability = truth / (truth + error / n);
    score = level + reliability (raw - offset - level); half = 1.96 sqrt(truth (1 - reliability)). The interval is that of
    shrinkage alone: taking strictness out only makes it narrower, so it is on the safe side. Source: methods A.2 and A.3.
    """
    corrected = np.asarray(raw, dtype=np.float64) - np.asarray(offset, dtype=np.float64)
    noise = error / np.asarray(n, dtype=np.float64)
    level = np.average(corrected, weights=1 / (truth + noise))
    reliability = truth / (truth + noise)
    return Adjusted(level + reliability * (corrected - level), Z * np.sqrt(truth * (1 - reliability)), reliability)


def parts(groups: Groups) -> tuple[Ints, Ints]:
    """How many subjects and how many raters lie in each subject's connected part of the graph of who was asked. (S,) each."""
    people = int(groups.subject.max()) + 1
    asked = indicator(groups.subject, people).T @ groups.asked
    size, part = connected_components(sparse.block_array([[None, asked], [asked.T, None]]), directed=False)
    return np.bincount(part[:people], minlength=size)[part[:people]], np.bincount(part[people:], minlength=size)[part[:people]]


def _without_subjects(subject: Ints, weight: Floats, variance: float) -> Callable[[Floats], Floats]:
    """The precision of the rows once subjects are integrated out: W - W Z (Z'WZ + 1/variance)^-1 Z'W, as a function."""
    levels = int(subject.max()) + 1
    inner = 1 / (np.bincount(subject, weight, minlength=levels) + 1 / variance)

    def apply(y: Floats) -> Floats:
        return np.asarray(weight * (y - (inner * np.bincount(subject, weight * y, minlength=levels))[subject]))

    return apply


def _sources(source: Ints, n: Floats) -> Floats:
    """A column for each source with rows enough for a mean of its own; rows of others stand for a usual mixture. (G, p)."""
    number = np.bincount(source)
    own = np.flatnonzero(number >= LEAST_OF_SOURCE)
    if not len(own):
        return np.ones((len(source), 1))
    fixed = (source[:, None] == own[None, :]).astype(np.float64)
    rare = ~np.isin(source, own)
    fixed[rare] = np.average(fixed[~rare], axis=0, weights=n[~rare])
    return fixed
