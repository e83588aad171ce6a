"""Strictness taken out with nothing but published means: against brute force, against the truth, and against giving raters away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pytest
from scipy import sparse
from scipy.stats import spearmanr

from azimuth.operations.simulation import world as worlds
from azimuth.statistics.effects import Effects, fit_items
from azimuth.statistics.published import Adjusted, Groups, _sources, adjusted, parts, usual

Array = npt.NDArray[np.float64]


def groups(seed: int, subjects: int = 25, raters: int = 30) -> Groups:
    """Random groups: every subject one or more, some who were asked silent."""
    draw = np.random.default_rng(seed)
    subject = np.concatenate([np.arange(subjects), draw.integers(0, subjects, 2 * subjects)])
    source = draw.choice(4, len(subject), p=[0.4, 0.3, 0.27, 0.03])
    asked = draw.integers(1, 8, len(subject))
    n = np.array([draw.integers(1, most + 1) for most in asked], dtype=float)
    table = np.zeros((len(subject), raters))
    for row, number in enumerate(asked):
        table[row, draw.choice(raters, number, replace=False)] = 1 / number
    return Groups(subject, source, draw.normal(0, 0.6, len(subject)), n, sparse.csr_array(table))


def by_brute_force(given: Groups, subject: float, rater: float, pair: float) -> Array:
    """The same prediction from the whole covariance matrix of the means."""
    table = given.asked.toarray()
    same = np.eye(given.subject.max() + 1)[given.subject]
    rest = pair / given.n + rater * np.maximum(1 / given.n - (table**2).sum(axis=1), 0)
    precision = np.linalg.inv(subject * same @ same.T + rater * table @ table.T + np.diag(rest))
    fixed = _sources(given.source, given.n)
    source = fixed @ np.linalg.lstsq(fixed.T @ precision @ fixed, fixed.T @ precision @ given.mean)[0]
    strictness = rater * table.T @ precision @ (given.mean - source)
    return np.asarray(source + table @ strictness - np.average(source, weights=given.n))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("variances", [(0.3, 0.2, 0.25), (0.05, 0.6, 0.1), (0.5, 0.0, 0.3), (0.3, 0.001, 0.25)])
def test_it_is_the_best_linear_prediction(seed: int, variances: tuple[float, float, float]) -> None:
    given, (subject, rater, pair) = groups(seed), variances
    found = usual(given, subject=subject, rater=rater, pair=pair)
    np.testing.assert_allclose(found, by_brute_force(given, subject, rater, pair), atol=1e-7)


def test_without_strictness_only_the_group_is_taken_out() -> None:
    given = groups(1)
    found = usual(given, subject=0.3, rater=0.0, pair=0.2)
    for source in range(3):
        assert len(np.unique(found[given.source == source].round(9))) == 1


def test_a_group_few_show_stands_for_the_usual_mixture() -> None:
    given = groups(2)
    number = np.bincount(given.source)
    assert number[3] < 8 <= number[2]
    fixed = _sources(given.source, given.n)
    assert fixed.shape == (75, 3)
    np.testing.assert_allclose(fixed.sum(axis=1), 1)
    np.testing.assert_allclose(_sources(np.arange(5), np.ones(5)), 1)


def test_the_formula_of_a_score() -> None:
    found = adjusted([3.0, 4.0, 4.0], [4, 4, 1], [0.0, 0.0, 0.5], truth=0.3, error=0.6)
    reliability = [0.3 / (0.3 + 0.15), 0.3 / (0.3 + 0.15), 0.3 / (0.3 + 0.6)]
    level = np.average([3.0, 4.0, 3.5], weights=[1 / 0.45, 1 / 0.45, 1 / 0.9])
    np.testing.assert_allclose(found.reliability, reliability)
    np.testing.assert_allclose(found.score, level + np.array(reliability) * (np.array([3.0, 4.0, 3.5]) - level))
    np.testing.assert_allclose(found.half, 1.96 * np.sqrt(0.3 * (1 - np.array(reliability))))


def test_the_parts_of_a_graph_are_counted() -> None:
    table = np.array([[0.5, 0.5, 0, 0, 0], [0, 1, 0, 0, 0], [0, 0, 0.5, 0.5, 0], [0, 0, 1, 0, 0], [0, 0, 0, 0, 0]])
    subjects, raters = parts(Groups(np.array([0, 1, 2, 2, 3]), np.zeros(5, dtype=np.int64), np.zeros(5), np.ones(5), sparse.csr_array(table)))
    assert (subjects.tolist(), raters.tolist()) == ([2, 2, 1, 1], [2, 2, 2, 0])


# ---- against the truth: organisations of `azimuth simulate`, whose every rater is known


@dataclass(frozen=True)
class Round:
    """One simulated cycle: answers (pairs, competencies, items) with their labels, and the truth (people, competencies)."""

    subject: npt.NDArray[np.int64]
    rater: npt.NDArray[np.int64]
    group: npt.NDArray[np.int64]
    answers: Array
    truth: Array


COMPETENCIES, ITEMS = 6, 3


def round_of(people: int, seed: int, strictness: float, response: float = 0.9) -> Round:
    """Everybody rated by their lead, their peers and their reports, as the simulator answers; some do not."""
    made = worlds.make(people, seed, strictness=strictness)
    draw = np.random.default_rng(seed)
    pairs = [pair for pair in _pairs(made) if draw.random() < response]
    items = [competency for competency in range(COMPETENCIES) for _ in range(ITEMS)]
    answers = [worlds.ratings(made, rater, subject, items, 5, missing=0.0) for subject, rater, _ in pairs]
    subject, rater, group = (np.array(column) for column in zip(*pairs, strict=True))
    truth = np.array([worlds.truth(made, number, COMPETENCIES, 5) for number in range(people)])
    return Round(subject, rater, group, np.array(answers, dtype=float).reshape(len(pairs), COMPETENCIES, ITEMS), truth)


def _pairs(made: worlds.World) -> Iterator[tuple[int, int, int]]:
    led: dict[int | None, list[int]] = {}
    for who in made.people:
        led.setdefault(who.lead, []).append(who.number)
    for who in made.people:
        if who.lead is not None:
            yield who.number, who.lead, 0
            yield from ((who.number, peer, 1) for peer in led[who.lead] if peer != who.number)
        yield from ((who.number, report, 2) for report in led.get(who.number, []))


def published_groups(given: Round) -> tuple[Groups, Array]:
    """The means of every group of three and more (and of leads) over all items, and by competency (rows, competencies)."""
    cells: dict[tuple[int, int], list[int]] = {}
    for row, cell in enumerate(zip(given.subject.tolist(), given.group.tolist(), strict=True)):
        cells.setdefault(cell, []).append(row)
    shown = {cell: rows for cell, rows in cells.items() if len(rows) >= 3 or cell[1] == 0}
    means = np.array([given.answers[rows].mean(axis=(0, 2)) for rows in shown.values()])
    table = np.zeros((len(shown), given.rater.max() + 1))
    for place, rows in enumerate(shown.values()):
        table[place, given.rater[rows]] = 1 / len(rows)
    subject, group = (np.array(column) for column in zip(*shown, strict=True))
    n = np.array([len(rows) for rows in shown.values()], dtype=float)
    return Groups(subject, group, (means - means.mean(axis=0)).mean(axis=1), n, sparse.csr_array(table)), means


def fitted(given: Round, competency: int | None) -> Effects:
    """The crossed model over one competency, or over all items."""
    answers = given.answers.reshape(len(given.subject), -1) if competency is None else given.answers[:, competency]
    wide = answers.shape[1]
    found = fit_items(
        np.repeat(given.subject, wide), np.repeat(given.rater, wide), np.tile(np.arange(wide), len(answers)), answers.ravel(), source=np.repeat(given.group, wide)
    )
    assert isinstance(found, Effects)
    return found


@dataclass(frozen=True)
class Compared:
    """Raw and adjusted means of one round beside the truth, over all competencies (figures,)."""

    raw: Array
    adjusted: Array
    half: Array
    truth: Array

    def error(self, which: Array) -> float:
        """Root mean square distance from the truth."""
        return float(np.sqrt(np.mean((which - self.truth) ** 2)))

    def rank(self, which: Array) -> float:
        """Rank correlation with the truth."""
        return float(spearmanr(which, self.truth)[0])


def compared(given: Round) -> Compared:
    whole = fitted(given, None).variances
    cells, means = published_groups(given)
    error = (whole.interaction or 0) + whole.residual / (COMPETENCIES * ITEMS)
    offset = usual(cells, subject=whole.subject, rater=whole.rater or 0, pair=error)
    weight = np.bincount(cells.subject, cells.n)
    raw, better, half = [], [], []
    for competency in range(COMPETENCIES):
        variances = fitted(given, competency).variances
        mean = np.bincount(cells.subject, cells.n * means[:, competency]) / weight
        found: Adjusted = adjusted(
            mean, weight, np.bincount(cells.subject, cells.n * offset) / weight, truth=variances.subject,
            error=(variances.rater or 0) + (variances.interaction or 0) + variances.residual / ITEMS,
        )
        raw.append(mean)
        better.append(found.score.round(1))
        half.append(found.half)
    return Compared(np.concatenate(raw), np.concatenate(better), np.concatenate(half), given.truth.T.ravel())


@pytest.fixture(scope="module")
def usual_rounds() -> list[Compared]:
    """Six organisations whose raters differ as the literature says."""
    return [compared(round_of(120, seed, worlds.SEVERITY)) for seed in range(1, 7)]


def test_adjusted_means_are_nearer_the_truth_than_raw_means(usual_rounds: list[Compared]) -> None:
    """In one of the six (the last) raw means lie nearer by luck; more than that would be a fault."""
    ratios = [found.error(found.adjusted) / found.error(found.raw) for found in usual_rounds]
    assert np.mean(ratios) < 0.92
    assert sum(ratio < 1 for ratio in ratios) >= 5
    assert max(ratios) < 1.04


def test_they_order_people_better_too(usual_rounds: list[Compared]) -> None:
    gains = [found.rank(found.adjusted) - found.rank(found.raw) for found in usual_rounds]
    assert np.mean(gains) > 0.004
    assert sum(gain > 0 for gain in gains) >= 5


def test_their_intervals_hold_what_they_promise(usual_rounds: list[Compared]) -> None:
    inside = np.mean([np.mean(np.abs(found.adjusted - found.truth) <= found.half) for found in usual_rounds])
    assert 0.93 < inside < 0.995


def test_where_raters_differ_much_they_gain_much() -> None:
    rounds = [compared(round_of(120, seed, 0.6)) for seed in range(1, 4)]
    assert np.mean([found.error(found.adjusted) / found.error(found.raw) for found in rounds]) < 0.85
    assert all(found.rank(found.adjusted) > found.rank(found.raw) for found in rounds)


@pytest.mark.parametrize("seed", range(1, 7))
def test_where_raters_hardly_differ_they_are_never_worse(seed: int) -> None:
    found = compared(round_of(120, seed, 0.01))
    assert found.error(found.adjusted) <= found.error(found.raw)
    assert found.rank(found.adjusted) > found.rank(found.raw) - 0.004
