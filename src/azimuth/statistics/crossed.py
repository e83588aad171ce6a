"""Ratings laid out for the crossed model: every row is one rater's score of one subject.

The model of all fitting modules: y = X b + sum over factors k of Z_k u_k + e, with u_k ~ N(0, gamma_k s2) and
e ~ N(0, s2 / weight). gamma_k is a variance ratio, u_k the effects of factor k (subjects, raters).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse.csgraph import connected_components

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

ABSENT = 1e-6
FLOOR = 1e-8
CEILING = 1e8


@dataclass(frozen=True)
class Ratings:
    """`y`, `weights`: (N,); `fixed`: (N, p) of full rank with a constant in its span; `factors`: codes 0.. of (N,) each."""

    y: Floats
    fixed: Floats
    factors: tuple[Ints, ...]
    weights: Floats

    @property
    def sizes(self) -> list[int]:
        """How many levels each factor has."""
        return [int(codes.max()) + 1 for codes in self.factors]


@dataclass(frozen=True)
class Solution:
    """A fitted model: variance ratios, residual variance, coefficients; per factor the effects and their error variance.

    `deviance` is the REML criterion, None where it is not computed; a ratio of 0 stands for a factor without detectable
    variance. `iterations` counts Newton steps.
    """

    gammas: Floats
    residual: float
    coefficients: Floats
    effects: tuple[Floats, ...]
    pev: tuple[Floats, ...]
    deviance: float | None
    iterations: int


def indicator(codes: Ints, levels: int) -> sparse.csr_array:
    """Z of a factor: (N, levels), a single one in each row."""
    n = len(codes)
    return sparse.csr_array((np.ones(n), codes, np.arange(n + 1)), shape=(n, levels))


def components(one: Ints, other: Ints) -> Ints:
    """The connected part of the graph of two factors that each level of the first lies in, numbered from 0."""
    first, second = int(one.max()) + 1, int(other.max()) + 1
    edges = sparse.coo_array(
        (np.ones(len(one)), (one, other + first)), shape=(first + second, first + second)
    )
    _, labels = connected_components(edges, directed=False)
    return np.unique(labels[:first], return_inverse=True)[1].astype(np.int64)


def newton_step(score: Floats, information: Floats, gammas: Floats, *, longest: float) -> Floats:
    """The step in log gamma; nought for factors that have been given up (at `FLOOR`).

    A factor whose step would be longer than `longest`, as on its way to zero, goes that far, and the others follow it: cut
    off afterwards, they would be sent to where it never arrives.
    """
    slope, curvature = score * gammas, information * np.outer(gammas, gammas)
    step = np.zeros(len(gammas))
    free = gammas > FLOOR
    while free.any():
        fixed = slope[free] + curvature[np.ix_(free, ~free)] @ step[~free]
        step[free] = -np.linalg.lstsq(curvature[np.ix_(free, free)], fixed)[0]
        long = free & (np.abs(step) > longest)
        if not long.any():
            break
        step[long] = np.sign(step[long]) * longest
        free &= ~long
    return step


def settled(gammas: Floats) -> Floats:
    """Ratios that fell below `ABSENT` are given up: held at `FLOOR`, where the term makes no difference.

    Raises ArithmeticError above `CEILING`: then nothing is left over that ratings could be compared with.
    """
    if gammas.max() > CEILING:
        raise ArithmeticError("There is no residual variance to compare with.")
    return np.where(gammas < ABSENT, FLOOR, gammas)


def reported(gammas: Floats, values: Sequence[Floats]) -> tuple[Floats, ...]:
    """Effects (or their error variances) of each factor, nought where the factor was given up."""
    return tuple(value * (gamma > FLOOR) for gamma, value in zip(gammas, values, strict=True))
