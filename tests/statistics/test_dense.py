"""Exact REML against brute force, finite differences and lme4 on real data."""

from __future__ import annotations

import math

import numpy as np
import pytest

from azimuth.operations.bench import ratings as simulated
from azimuth.statistics import dense
from azimuth.statistics.crossed import Ratings
from tests.statistics.real import columns


def small(seed: int = 1, *, levels: tuple[int, ...] = (9, 6, 3), n: int = 60) -> Ratings:
    """A few ratings with uneven weights, a covariate, and as many factors as there are level counts."""
    random = np.random.default_rng(seed)
    factors = tuple(np.concatenate([np.arange(k), random.integers(0, k, n - k)]) for k in levels)
    effects = [random.normal(0, 0.8, k)[codes] for k, codes in zip(levels, factors, strict=True)]
    fixed = np.column_stack([np.ones(n), random.normal(size=n)])
    weights = random.uniform(0.5, 2, n)
    y = fixed @ [1.0, 0.5] + sum(effects) + random.normal(size=n) / np.sqrt(weights)
    return Ratings(y, fixed, factors, weights)


def brute_force(
    ratings: Ratings, gammas: np.ndarray
) -> tuple[float, list[np.ndarray], list[np.ndarray], np.ndarray]:
    """Criterion, effects, error variances and coefficients from the full covariance matrix."""
    n, p = ratings.fixed.shape
    designs = [np.eye(int(codes.max()) + 1)[codes] for codes in ratings.factors]
    covariance = np.diag(1 / ratings.weights) + sum(g * z @ z.T for g, z in zip(gammas, designs, strict=True))
    inverse = np.linalg.inv(covariance)
    gram = ratings.fixed.T @ inverse @ ratings.fixed
    coefficients = np.linalg.solve(gram, ratings.fixed.T @ inverse @ ratings.y)
    projection = inverse - inverse @ ratings.fixed @ np.linalg.solve(gram, ratings.fixed.T @ inverse)
    rss = ratings.y @ projection @ ratings.y
    residual = rss / (n - p)
    criterion = np.linalg.slogdet(covariance)[1] + np.linalg.slogdet(gram)[1]
    criterion += (n - p) * (1 + math.log(2 * math.pi * residual))
    effects = [g * z.T @ projection @ ratings.y for g, z in zip(gammas, designs, strict=True)]
    errors = [
        residual * (g - g**2 * np.diag(z.T @ projection @ z)) for g, z in zip(gammas, designs, strict=True)
    ]
    return criterion, effects, errors, coefficients


@pytest.mark.parametrize("levels", [(9, 6, 3), (9, 6), (9,)])
def test_a_given_point_equals_brute_force(levels: tuple[int, ...]) -> None:
    ratings = small(levels=levels)
    gammas = np.array([0.7, 0.2, 1.5])[: len(levels)]
    found = dense.predict(ratings, gammas)
    criterion, effects, errors, coefficients = brute_force(ratings, gammas)
    assert found.deviance == pytest.approx(criterion, abs=1e-9)
    assert found.coefficients == pytest.approx(coefficients)
    for place in range(len(levels)):
        assert found.effects[place] == pytest.approx(effects[place])
        assert found.pev[place] == pytest.approx(errors[place])


def test_the_slope_is_that_of_the_criterion() -> None:
    ratings, gammas, step = small(), np.array([0.7, 0.2, 1.5]), 1e-5
    score, information = dense._Point(dense._System(ratings), gammas).slope()
    for place, moved in enumerate(np.eye(3) * step):
        up, down = (dense.predict(ratings, gammas + sign * moved).deviance for sign in (1, -1))
        assert up is not None
        assert down is not None
        assert score[place] == pytest.approx((up - down) / (2 * step), abs=1e-5)
    assert np.linalg.eigvalsh(information).min() > 0


def test_a_fit_is_the_lowest_point() -> None:
    ratings = small(n=200)
    found = dense.reml(ratings, np.full(3, 0.25))
    assert found.deviance is not None
    for place in range(3):
        for factor in (0.99, 1.01):
            moved = found.gammas.copy()
            moved[place] *= factor
            assert brute_force(ratings, moved)[0] > found.deviance


def test_a_fit_does_not_depend_on_its_start() -> None:
    one, other = (dense.reml(small(n=200), np.full(3, start)) for start in (0.01, 20.0))
    assert one.gammas == pytest.approx(other.gammas, rel=1e-5)
    assert one.deviance == pytest.approx(other.deviance, abs=1e-8)


def test_no_variance_between_levels_is_reported_as_nought() -> None:
    random = np.random.default_rng(3)
    codes = np.repeat(np.arange(20), 10)
    other = np.tile(np.arange(10), 20)
    y = random.normal(size=200)
    y -= (np.bincount(codes, y) / 10)[codes]
    y -= (np.bincount(other, y) / 20)[other]
    found = dense.reml(Ratings(y, np.ones((200, 1)), (codes, other), np.ones(200)), np.full(2, 0.25))
    assert found.gammas.tolist() == [0, 0]
    assert not found.effects[0].any()
    assert not found.pev[1].any()
    assert found.residual == pytest.approx(y.var(ddof=1))


def test_one_factor_on_its_way_to_nought_does_not_mislead_the_others() -> None:
    """Pairs add nothing here; the third factor must still arrive at the optimum of the model without them."""
    made = simulated.ratings(60, variances=(0.25, 0.2, 0.02, 1.0), missing=0.6, seed=0)
    kept = np.isfinite(made.y)
    factors = tuple(
        coded(codes[kept]) for codes in (made.subject * 60 + made.rater, made.subject, made.rater)
    )
    y, fixed, weights = made.y[kept], np.eye(10)[made.item[kept]], np.ones(kept.sum())
    with_pairs = dense.reml(Ratings(y, fixed, factors, weights), np.full(3, 0.3))
    without = dense.reml(Ratings(y, fixed, factors[1:], weights), np.full(2, 0.3))
    assert with_pairs.gammas[0] == 0
    assert with_pairs.gammas[1:] == pytest.approx(without.gammas, rel=1e-5)
    assert with_pairs.deviance == pytest.approx(without.deviance, abs=1e-4)


def test_fixed_effects_that_repeat_each_other_are_refused() -> None:
    ratings = small(levels=(9, 6))
    doubled = Ratings(
        ratings.y,
        np.column_stack([ratings.fixed, ratings.fixed[:, :1] * 3]),
        ratings.factors,
        ratings.weights,
    )
    with pytest.raises(ArithmeticError):
        dense.predict(doubled, np.full(2, 0.5))


def test_nothing_left_over_is_refused() -> None:
    codes = np.arange(4)
    with pytest.raises(ArithmeticError, match="residual"):
        dense.predict(Ratings(np.zeros(4), np.ones((4, 1)), (codes, codes), np.ones(4)), np.full(2, 0.5))


def test_a_fit_that_does_not_settle_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dense, "STEPS", 1)
    with pytest.raises(ArithmeticError, match="settle"):
        dense.reml(small(), np.full(3, 20.0))


def test_a_step_too_far_is_halved() -> None:
    system = dense._System(small())
    point = dense._Point(system, np.full(3, 0.25))
    too_far = np.full(3, 3.0)
    assert dense.predict(small(), point.gammas * np.exp(too_far)).deviance > point.deviance
    assert dense._downhill(system, point, too_far).deviance <= point.deviance


def coded(values: np.ndarray) -> np.ndarray:
    return np.unique(values, return_inverse=True)[1]


# lme4 1.1-31 on R 4.2.2. Its optimiser stops six digits from the optimum; the criterion is flat there.
LME4 = {
    "m1": (237783.88038798, {"s": 0.1062145039, "d": 0.2737348597, "residual": 1.3871797066}),
    "m2": (
        237733.83412754,
        {"s": 0.105997799, "d": 0.265219452, "dept": 0.006911696, "residual": 1.386500540},
    ),
    "m3": (237688.733511, {"s": 0.1056196049, "d": 0.2623385036, "residual": 1.3849320553}),
    "m4": (
        237661.53571979,
        {"s": 0.10542670802, "d": 0.26256908013, "dept:service": 0.01202386214, "residual": 1.38495980317},
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("model", LME4)
def test_ratings_of_lecturers_fit_as_in_lme4(model: str) -> None:
    data = columns("insteval")
    service = data["service"].astype(float)
    columns_of = {
        "s": data["s"],
        "d": data["d"],
        "dept": data["dept"],
        "dept:service": np.char.add(data["dept"], data["service"]),
    }
    criterion, variances = LME4[model]
    *names, _ = variances
    ones = np.ones(len(service))
    departments = np.eye(14)[coded(data["dept"])]
    fixed = {
        "m1": ones[:, None],
        "m3": np.column_stack([departments, departments * service[:, None]]),
    }.get(model, np.column_stack([ones, service]))
    ratings = Ratings(data["y"].astype(float), fixed, tuple(coded(columns_of[name]) for name in names), ones)
    found = dense.reml(ratings, np.full(len(names), 0.25))
    assert found.deviance == pytest.approx(criterion, abs=2e-6 if model == "m3" else 1e-6)
    assert [*(found.gammas * found.residual), found.residual] == pytest.approx(
        list(variances.values()), rel=1e-4
    )
    if model == "m2":
        assert found.coefficients[1] == pytest.approx(-0.0926417242, abs=1e-6)
