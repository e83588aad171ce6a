"""Monte-Carlo REML against exact REML on the same data."""

from __future__ import annotations

import numpy as np
import pytest

from azimuth.operations.bench.ratings import ratings
from azimuth.statistics import dense, montecarlo
from azimuth.statistics.crossed import Ratings
from azimuth.statistics.montecarlo import conjugate_gradients
from azimuth.statistics.pairs import reduce

START = np.array([1.0, 1.0])


@pytest.fixture(scope="module")
def crossed() -> Ratings:
    """Six hundred people; uneven weights and two fixed columns, so that every term is there."""
    made = ratings(600, seed=4)
    pairs = reduce(made.subject, made.rater, made.item, made.y)
    random = np.random.default_rng(5)
    n = len(pairs.mean)
    fixed = np.eye(2)[random.integers(0, 2, n)]
    return Ratings(
        pairs.mean + fixed @ [0.0, 0.3], fixed, (pairs.subject, pairs.rater), random.uniform(0.8, 1.25, n)
    )


def test_a_given_point_equals_the_exact_one(crossed: Ratings) -> None:
    gammas = np.array([1.3, 0.9])
    found, exact = montecarlo.predict(crossed, gammas, error_draws=400), dense.predict(crossed, gammas)
    assert found.residual == pytest.approx(exact.residual, rel=1e-9)
    assert found.coefficients == pytest.approx(exact.coefficients, abs=1e-8)
    for place in range(2):
        assert found.effects[place] == pytest.approx(exact.effects[place], abs=1e-7)
        assert found.pev[place] == pytest.approx(exact.pev[place], rel=0.1)


def test_a_fit_lies_near_the_exact_one_and_nearer_with_more_draws(crossed: Ratings) -> None:
    exact = dense.reml(crossed, START)
    off = []
    for draws in (16, 512):
        found = [
            montecarlo.reml(crossed, START, draws=draws, error_draws=8, seed=seed).gammas for seed in range(3)
        ]
        off.append(np.abs(np.array(found) / exact.gammas - 1).mean())
    assert off[0] < 0.06
    assert off[1] < 0.015


def test_the_same_seed_gives_the_same_digits(crossed: Ratings) -> None:
    one, other = (montecarlo.reml(crossed, START, seed=9) for _ in range(2))
    assert one.gammas.tolist() == other.gammas.tolist()
    assert one.pev[0].tolist() == other.pev[0].tolist()
    assert one.deviance is None


def test_no_variance_is_reported_as_nought() -> None:
    made = ratings(400, variances=(0.0, 0.3, 0.2, 0.1), seed=8)
    pairs = reduce(made.subject, made.rater, made.item, made.y)
    flat = pairs.mean - (np.bincount(pairs.subject, pairs.mean) / np.bincount(pairs.subject))[pairs.subject]
    found = montecarlo.reml(
        Ratings(flat, np.ones((len(flat), 1)), (pairs.subject, pairs.rater), np.ones(len(flat))), START
    )
    assert found.gammas[0] == 0
    assert not found.effects[0].any()
    assert found.gammas[1] > 0


def test_a_fit_that_does_not_settle_says_so(crossed: Ratings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(montecarlo, "STEPS", 1)
    with pytest.raises(ArithmeticError, match="settle"):
        montecarlo.reml(crossed, np.array([20.0, 0.01]))


def test_nothing_left_over_is_refused() -> None:
    codes = np.arange(4)
    with pytest.raises(ArithmeticError, match="residual"):
        montecarlo.predict(Ratings(np.zeros(4), np.ones((4, 1)), (codes, codes), np.ones(4)), np.full(2, 0.5))


def test_conjugate_gradients_solve_every_column() -> None:
    random = np.random.default_rng(2)
    root = random.normal(size=(30, 30))
    matrix = root @ root.T + 30 * np.eye(30)
    right = np.column_stack([random.normal(size=(30, 3)), np.zeros(30)])
    found = conjugate_gradients(
        lambda x: matrix @ x, 1 / np.diag(matrix)[:, None], right, np.zeros_like(right), 1e-12
    )
    assert found == pytest.approx(np.linalg.solve(matrix, right), abs=1e-10)
    assert not found[:, 3].any()


def test_conjugate_gradients_give_up_after_a_thousand_rounds() -> None:
    turning = np.array([[1.0, 0.0], [0.0, 1.0]])
    found = conjugate_gradients(
        lambda x: turning @ x * 0.0, np.ones((2, 1)), np.ones((2, 1)), np.zeros((2, 1)), 1e-9
    )
    assert not found.any()
