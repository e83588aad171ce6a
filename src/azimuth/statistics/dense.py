"""REML by Newton steps with average information, exactly: one dense Cholesky of what the largest factor leaves over.

The largest factor's block of the mixed model equations is diagonal and is eliminated for free. S is what remains:
[Z_rest X]'W[Z_rest X] + diag(1/gamma_rest, 0) - C' D^-1 C, with D = Z_0'W Z_0 + 1/gamma_0 and C = Z_0'W[Z_rest X].
Source: the house's methods A.2; average information: Gilmour, Thompson & Cullis 1995.
"""

from __future__ import annotations

import math

import numpy as np
from scipy import sparse
from scipy.linalg import lapack

from azimuth.statistics.crossed import (
    FLOOR,
    Floats,
    Ratings,
    Solution,
    indicator,
    newton_step,
    reported,
    settled,
)

STEPS = 60
ENOUGH = 1e-6
BLOCK = 4096


def reml(ratings: Ratings, start: Floats) -> Solution:
    """Fit by REML from the ratios `start`, one per factor; the first factor should be the largest.

    Settles when a step changes the ratios by less than 1e-6 of themselves; what is left is smaller still. Memory is (levels of the other factors)^2 doubles, three times.
    Raises ArithmeticError when 60 steps do not settle it.
    """
    system = _System(ratings)
    point = _Point(system, settled(start))
    for iteration in range(1, STEPS + 1):
        score, information = point.slope()
        step = newton_step(score, information, point.gammas, longest=3.0)
        point = _downhill(system, point, step)
        if np.abs(step).max(initial=0.0) < ENOUGH:
            return point.solution(iteration)
    raise ArithmeticError("REML did not settle.")


def predict(ratings: Ratings, gammas: Floats) -> Solution:
    """The effects and the criterion at given variance ratios, without fitting."""
    return _Point(_System(ratings), settled(gammas)).solution(0)


def _downhill(system: _System, point: _Point, step: Floats) -> _Point:
    """The point a whole step on, or half of it and so on, until the criterion does not rise beyond rounding."""
    found = _Point(system, settled(point.gammas * np.exp(step)))
    while found.deviance > point.deviance + 1e-10 * abs(point.deviance):
        step = step / 2
        found = _Point(system, settled(point.gammas * np.exp(step)))
    return found


class _System:
    """What does not depend on the variance ratios."""

    def __init__(self, ratings: Ratings) -> None:
        self.ratings = ratings
        self.sizes = ratings.sizes
        weights = ratings.weights[:, None]
        rest = [
            indicator(codes, size) for codes, size in zip(ratings.factors[1:], self.sizes[1:], strict=True)
        ]
        self.outer = indicator(ratings.factors[0], self.sizes[0])
        self.inner = sparse.hstack([*rest, sparse.csr_array(ratings.fixed)], format="csr")
        weighted = self.inner.multiply(weights).tocsr()
        self.counts = np.bincount(ratings.factors[0], ratings.weights)
        self.cross = (self.outer.T @ weighted).tocsr()
        self.gram = (self.inner.T @ weighted).toarray()
        self.total = float(ratings.weights @ ratings.y**2)
        self.freedom = len(ratings.y) - ratings.fixed.shape[1]

    def right(self, values: Floats) -> tuple[Floats, Floats]:
        """Z'W values for the eliminated factor and for the rest; `values`: (N, m)."""
        weighted = values * self.ratings.weights[:, None]
        return self.outer.T @ weighted, self.inner.T @ weighted


class _Point:
    """The factorised system, the solution and the criterion at one set of variance ratios."""

    def __init__(self, system: _System, gammas: Floats) -> None:
        self.system, self.gammas = system, gammas
        self.diagonal = system.counts + 1 / gammas[0]
        scaled = system.cross.multiply(1 / np.sqrt(self.diagonal)[:, None]).tocsr()
        reduced = system.gram - (scaled.T @ scaled).toarray()
        levels = sum(system.sizes[1:])
        ridge = np.repeat(1 / gammas[1:], np.array(system.sizes[1:], dtype=np.int64))
        reduced[np.arange(levels), np.arange(levels)] += ridge
        self.factor, failed = lapack.dpotrf(reduced, lower=1, overwrite_a=1)
        if failed:
            raise ArithmeticError("The fixed effects are not of full rank.")
        y = system.ratings.y[:, None]
        outer, inner = self.solve(y)
        self.outer, self.inner = outer[:, 0], inner[:, 0]
        right_outer, right_inner = system.right(y)
        self.rss = (
            system.total - float(self.outer @ right_outer[:, 0]) - float(self.inner @ right_inner[:, 0])
        )
        if not self.rss > 1e-12 * system.total:
            raise ArithmeticError("Nothing is left over: there is no residual variance to compare with.")
        self.residual = self.rss / system.freedom
        self.deviance = self._deviance()

    def _deviance(self) -> float:
        """The REML criterion, as lme4 counts it."""
        determinant = float(np.log(self.diagonal * self.gammas[0]).sum()) + 2 * float(
            np.log(np.diag(self.factor)).sum()
        )
        determinant += float(np.log(self.gammas[1:]) @ self.system.sizes[1:])
        likelihood = self.system.freedom * (1 + math.log(2 * math.pi * self.residual))
        return determinant + likelihood - float(np.log(self.system.ratings.weights).sum())

    def solve(self, values: Floats) -> tuple[Floats, Floats]:
        """The solution of the mixed model equations with `values` (N, m) in the place of y: eliminated factor, the rest."""
        right_outer, right_inner = self.system.right(values)
        left = right_inner - self.system.cross.T @ (right_outer / self.diagonal[:, None])
        inner = lapack.dpotrs(self.factor, left, lower=1)[0]
        return (right_outer - self.system.cross @ inner) / self.diagonal[:, None], inner

    def projected(self, values: Floats) -> Floats:
        """P values: what is left of them after fitting, times the weights."""
        outer, inner = self.solve(values)
        left = values - self.system.outer @ outer - self.system.inner @ inner
        return left * self.system.ratings.weights[:, None]

    def effects(self) -> list[Floats]:
        """The effects of every factor, in order."""
        return [self.outer, *np.split(self.inner, np.cumsum(self.system.sizes[1:], dtype=np.int64))[:-1]]

    def slope(self) -> tuple[Floats, Floats]:
        """The derivative of the criterion by each ratio, and the average information, residual variance profiled out."""
        effects = self.effects()
        squares = np.array([float(effect @ effect) for effect in effects])
        traces = self._traces()
        sizes, gammas = np.array(self.system.sizes), self.gammas
        score = (sizes - traces / gammas) / gammas - squares / gammas**2 / self.residual
        shapes = [effect[codes] for effect, codes in zip(effects, self.system.ratings.factors, strict=True)]
        columns = np.column_stack(
            [*(shape / gamma for shape, gamma in zip(shapes, gammas, strict=True)), self.system.ratings.y]
        )
        products = columns.T @ self.projected(columns)
        with_y = products[:-1, -1]
        information = (products[:-1, :-1] - np.outer(with_y, with_y) / self.rss) / self.residual
        return score, information

    def _traces(self) -> Floats:
        """The traces of the inverse coefficient matrix over each factor's block."""
        lower = lapack.dpotri(self.factor, lower=1)[0]
        scaled = self.system.cross.multiply(1 / self.diagonal[:, None]).tocsr()
        pairs = (scaled.T @ scaled).tocoo()
        below = pairs.row > pairs.col
        mixed = 2 * float(lower[pairs.row[below], pairs.col[below]] @ pairs.data[below])
        mixed += float(np.diag(lower) @ scaled.multiply(scaled).sum(axis=0))
        ends = np.cumsum(self.system.sizes[1:], dtype=np.int64)
        inner = [float(block.sum()) for block in np.split(np.diag(lower), ends)[:-1]]
        return np.array([float((1 / self.diagonal).sum()) + mixed, *inner])

    def solution(self, iterations: int) -> Solution:
        """Everything to report from here."""
        inverse = lapack.dpotri(self.factor, lower=1)[0]
        inverse = np.tril(inverse) + np.tril(inverse, -1).T
        outer = np.empty(len(self.diagonal))
        for first in range(0, len(outer), BLOCK):
            rows = self.system.cross[first : first + BLOCK]
            part = rows.multiply(rows @ inverse).sum(axis=1)
            diagonal = self.diagonal[first : first + BLOCK]
            outer[first : first + BLOCK] = 1 / diagonal + part / diagonal**2
        blocks = np.split(np.diag(inverse), np.cumsum(self.system.sizes[1:], dtype=np.int64))[:-1]
        return Solution(
            gammas=np.where(self.gammas > FLOOR, self.gammas, 0.0),
            residual=self.residual,
            coefficients=self.inner[sum(self.system.sizes[1:]) :],
            effects=reported(self.gammas, self.effects()),
            pev=reported(self.gammas, [self.residual * values for values in (outer, *blocks)]),
            deviance=self.deviance,
            iterations=iterations,
        )
