"""REML for large graphs: the same Newton steps, but solved by conjugate gradients and with traces from random draws.

Two factors. The larger one is eliminated (its block is diagonal), what it leaves over for the smaller one,
K = Zb'WZb + 1/gamma_b - C'D^-1 C, is never built: it is applied, to all right-hand sides at once. The draws are kept for the
whole fit, so that the score is a smooth function of the ratios. Source: the house's methods A.2; Loh et al. 2015 (BOLT-REML).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

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

STEPS = 30
ENOUGH = 1e-3
DRAWS = 16
ERROR_DRAWS = 64
NOISE_DRAWS = 4
ERROR_BATCH = 8
LOOSE, TIGHT = 1e-4, 1e-9


def predict(ratings: Ratings, gammas: Floats, *, error_draws: int = ERROR_DRAWS, seed: int = 0) -> Solution:
    """The effects at given variance ratios, without fitting."""
    system = _System(ratings)
    random = np.random.default_rng(seed)
    return _Point(system, settled(gammas), system.draw(random, 1), None).solution(0, random, error_draws)


@dataclass(frozen=True)
class _Draws:
    """Z'W of unit pseudo-data, by where the randomness sits: first factor, second factor, residual.

    Each part is (first levels, second levels, fixed) by draws; scaled by the roots of the ratios they add up.
    """

    seeds: tuple[Floats, Floats]
    parts: tuple[tuple[Floats, Floats, Floats], ...]

    def right(self, gammas: Floats) -> tuple[Floats, Floats, Floats]:
        """Z'W y* for the ratios `gammas`: first factor, second factor, fixed effects."""
        scales = (*np.sqrt(gammas), 1.0)
        first, second, fixed = (
            sum(
                (scale * part[place] for scale, part in zip(scales, self.parts, strict=True)),
                start=np.zeros(1),
            )
            for place in range(3)
        )
        return first, second, fixed

    def truth(self, gammas: Floats) -> tuple[Floats, Floats]:
        """The effects the pseudo-data were made from."""
        return np.sqrt(gammas[0]) * self.seeds[0], np.sqrt(gammas[1]) * self.seeds[1]


@dataclass(frozen=True)
class _Solved:
    """Solutions of the mixed model equations, a column per right-hand side."""

    first: Floats
    second: Floats
    fixed: Floats


def reml(
    ratings: Ratings, start: Floats, *, draws: int = DRAWS, error_draws: int = ERROR_DRAWS, seed: int = 0
) -> Solution:
    """Fit two crossed factors by Monte-Carlo REML from the ratios `start`; the first factor should be the larger.

    With 16 draws the components lie within 0.2-1 % of exact REML, far inside their own standard errors. The prediction
    error variances rest on `error_draws` draws: about 5 % of each. The same `seed` gives the same result to the last
    digit. `Solution.deviance` is None. Raises ArithmeticError when 30 steps do not settle it.
    """
    system = _System(ratings)
    random = np.random.default_rng(seed)
    kept = system.draw(random, draws)
    gammas = settled(start)
    point = _Point(system, gammas, kept, None)
    for iteration in range(1, STEPS + 1):
        score, information = point.slope()
        step = newton_step(score, information, gammas, longest=1.0)
        gammas = settled(gammas * np.exp(step))
        point = _Point(system, gammas, kept, point)
        if np.abs(step).max() < ENOUGH:
            return point.solution(iteration, random, error_draws)
    raise ArithmeticError("Monte-Carlo REML did not settle.")


class _System:
    """What does not depend on the variance ratios."""

    def __init__(self, ratings: Ratings) -> None:
        self.ratings = ratings
        self.sizes = ratings.sizes
        first, second = (
            indicator(codes, size) for codes, size in zip(ratings.factors, self.sizes, strict=True)
        )
        self.first, self.second = first, second
        weights = ratings.weights[:, None]
        self.weighted_fixed = ratings.fixed * weights
        self.counts = [np.bincount(codes, ratings.weights) for codes in ratings.factors]
        self.cross = (first.T @ second.multiply(weights).tocsr()).tocsr()
        self.back = self.cross.T.tocsr()
        self.fixed_first, self.fixed_second = first.T @ self.weighted_fixed, second.T @ self.weighted_fixed
        self.fixed_gram = ratings.fixed.T @ self.weighted_fixed
        self.freedom = len(ratings.y) - ratings.fixed.shape[1]
        self.total = float(ratings.weights @ ratings.y**2)

    def right(self, values: Floats) -> tuple[Floats, Floats, Floats]:
        """Z'W values: first factor, second factor, fixed effects; `values`: (N, m)."""
        weighted = values * self.ratings.weights[:, None]
        return self.first.T @ weighted, self.second.T @ weighted, self.ratings.fixed.T @ weighted

    def draw(self, random: np.random.Generator, number: int) -> _Draws:
        """Unit pseudo-data from signs thrown at random: for second moments they serve as well as normal ones."""
        one, other = (_signs(random, size, number) for size in self.sizes)
        parts = (
            (self.counts[0][:, None] * one, self.back @ one, self.fixed_first.T @ one),
            (self.cross @ other, self.counts[1][:, None] * other, self.fixed_second.T @ other),
            self._noise(random, number),
        )
        return _Draws((one, other), parts)

    def _noise(self, random: np.random.Generator, number: int) -> tuple[Floats, Floats, Floats]:
        """Z'W of the residual part, a few draws at a time: a row per rating and a column per draw is a large table."""
        found = tuple(np.empty((rows, number)) for rows in (*self.sizes, self.ratings.fixed.shape[1]))
        roots = 1 / np.sqrt(self.ratings.weights)[:, None]
        for at in range(0, number, NOISE_DRAWS):
            signs = _signs(random, len(roots), min(NOISE_DRAWS, number - at))
            signs *= roots
            for whole, part in zip(found, self.right(signs), strict=True):
                whole[:, at : at + NOISE_DRAWS] = part
        return found[0], found[1], found[2]


class _Point:
    """The solution for the data and for all draws at one set of variance ratios."""

    def __init__(self, system: _System, gammas: Floats, draws: _Draws, before: _Point | None) -> None:
        self.system, self.gammas, self.draws = system, gammas, draws
        self.diagonal = system.counts[0] + 1 / gammas[0]
        self.own = system.counts[1] + 1 / gammas[1]
        squares = system.back.multiply(system.back)
        self.preconditioner = 1 / (self.own - squares @ (1 / self.diagonal))
        fixed = system.fixed_second - system.back @ (system.fixed_first / self.diagonal[:, None])
        self.fixed_part: Floats = self._inner(fixed, TIGHT, before.fixed_part if before else None)
        eliminated = system.fixed_first.T @ (system.fixed_first / self.diagonal[:, None])
        self.fixed_schur = system.fixed_gram - eliminated - fixed.T @ self.fixed_part
        self.fixed_left = fixed
        right = system.right(system.ratings.y[:, None])
        self.data: _Solved = self.solve(right, TIGHT, before.data.second if before else None)
        self.drawn: _Solved = self.solve(draws.right(gammas), LOOSE, before.drawn.second if before else None)
        explained = [
            float((one * other).sum()) for one, other in zip(self._parts(self.data), right, strict=True)
        ]
        self.rss = system.total - sum(explained)
        if not self.rss > 1e-12 * system.total:
            raise ArithmeticError("Nothing is left over: there is no residual variance to compare with.")
        self.residual = self.rss / system.freedom

    @staticmethod
    def _parts(solved: _Solved) -> tuple[Floats, Floats, Floats]:
        return solved.first, solved.second, solved.fixed

    def solve(self, right: tuple[Floats, Floats, Floats], tolerance: float, guess: Floats | None) -> _Solved:
        """The mixed model equations for right-hand sides (first, second, fixed), each (levels, m)."""
        first, second, fixed = right
        left = second - self.system.back @ (first / self.diagonal[:, None])
        inner = self._inner(left, tolerance, guess)
        fixed = (
            fixed - self.system.fixed_first.T @ (first / self.diagonal[:, None]) - self.fixed_left.T @ inner
        )
        coefficients = np.linalg.solve(self.fixed_schur, fixed)
        inner -= self.fixed_part @ coefficients
        outer = first - self.system.cross @ inner - self.system.fixed_first @ coefficients
        return _Solved(outer / self.diagonal[:, None], inner, coefficients)

    def _inner(self, right: Floats, tolerance: float, guess: Floats | None) -> Floats:
        """K^-1 right."""

        def times(values: Floats) -> Floats:
            passed = self.system.cross @ values
            passed /= self.diagonal[:, None]
            found = self.own[:, None] * values
            found -= self.system.back @ passed
            return found

        start = np.zeros_like(right) if guess is None else guess
        return conjugate_gradients(times, self.preconditioner[:, None], right, start, tolerance)

    def slope(self) -> tuple[Floats, Floats]:
        """The derivative of the criterion by each ratio (traces from the draws) and the average information."""
        factors, gammas = self.system.ratings.factors, self.gammas
        effects = (self.data.first[:, 0], self.data.second[:, 0])
        drawn = (self.drawn.first, self.drawn.second)
        traces = np.array([float((values**2).sum()) / values.shape[1] for values in drawn]) / gammas**2
        squares = np.array([float(effect @ effect) for effect in effects]) / gammas**2
        columns = np.column_stack(
            [effect[codes] / gamma for effect, codes, gamma in zip(effects, factors, gammas, strict=True)]
        )
        right = self.system.right(columns)
        solved = self.solve(right, LOOSE, None)
        weighted = columns * self.system.ratings.weights[:, None]
        left = columns.T @ weighted - sum(
            one.T @ other for one, other in zip(right, self._parts(solved), strict=True)
        )
        with_y = self.system.ratings.y @ weighted - sum(
            (one.T @ other)[:, 0] for one, other in zip(right, self._parts(self.data), strict=True)
        )
        information = (left - np.outer(with_y, with_y) / self.rss) / self.residual
        return traces - squares / self.residual, (information + information.T) / 2

    def solution(self, iterations: int, random: np.random.Generator, error_draws: int) -> Solution:
        """Everything to report from here."""
        return Solution(
            gammas=np.where(self.gammas > FLOOR, self.gammas, 0.0),
            residual=self.residual,
            coefficients=self.data.fixed[:, 0],
            effects=reported(self.gammas, (self.data.first[:, 0], self.data.second[:, 0])),
            pev=reported(self.gammas, self._errors(random, error_draws)),
            deviance=None,
            iterations=iterations,
        )

    def _errors(self, random: np.random.Generator, number: int) -> tuple[Floats, Floats]:
        """Prediction error variances of both factors.

        Given everything else an effect's error variance is 1/(counts + 1/gamma), exactly; only what the errors of its
        neighbours add is taken from draws, so a draw error of 20 % there is a small one of the whole.
        """
        sums = [np.zeros(size) for size in self.system.sizes]
        made = 0
        while made < number:
            batch = self.system.draw(random, min(ERROR_BATCH, number - made))
            solved = self.solve(batch.right(self.gammas), LOOSE, None)
            truth = batch.truth(self.gammas)
            first, second = truth[0] - solved.first, truth[1] - solved.second
            around_first = self.system.cross @ second - self.system.fixed_first @ solved.fixed
            around_second = self.system.back @ first - self.system.fixed_second @ solved.fixed
            sums[0] += (around_first**2).sum(axis=1)
            sums[1] += (around_second**2).sum(axis=1)
            made += first.shape[1]
        diagonals = (self.diagonal, self.own)
        one, other = (
            self.residual * (1 / diagonal + total / made / diagonal**2)
            for diagonal, total in zip(diagonals, sums, strict=True)
        )
        return one, other


def conjugate_gradients(
    times: Callable[[Floats], Floats], preconditioner: Floats, right: Floats, start: Floats, tolerance: float
) -> Floats:
    """Solve times(x) = right for every column at once, until each residual is `tolerance` of its right-hand side.

    `times` applies a symmetric positive definite matrix, `preconditioner` is the inverse of its diagonal; (n, m) in and
    out. Stops after 1,000 rounds. Source: Hestenes & Stiefel 1952.
    """
    found = start.copy()
    left = right - times(found)
    towards = preconditioner * left
    product = np.einsum("ij,ij->j", left, towards)
    goal = tolerance**2 * np.einsum("ij,ij->j", right, preconditioner * right)
    step = towards.copy()
    for _ in range(1000):
        if (product <= goal).all():
            break
        moved = times(step)
        curvature = np.einsum("ij,ij->j", step, moved)
        length = np.divide(product, curvature, out=np.zeros_like(product), where=curvature > 0)
        found += length * step
        moved *= length
        left -= moved
        np.multiply(preconditioner, left, out=towards)
        before, product = product, np.einsum("ij,ij->j", left, towards)
        step *= np.divide(product, before, out=np.zeros_like(product), where=before > 0)
        step += towards
    return found


def _signs(random: np.random.Generator, rows: int, columns: int) -> Floats:
    """(rows, columns) of -1 and 1."""
    signs = random.integers(0, 2, (rows, columns), dtype=np.int8)
    signs *= 2
    signs -= 1
    return signs.astype(np.float64)
