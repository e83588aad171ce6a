"""What taking rater severity out buys, on made forms of ten five-point items: the table of methods B.6, measured again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from azimuth.operations.bench.ratings import ratings
from azimuth.statistics import effects
from azimuth.statistics.effects import Effects

SUBJECTS, RUNS = 1000, 3


@dataclass(frozen=True)
class Scores:
    """One run: the truth, raw means, means after centring each rater (as calibration sheets do), adjusted scores."""

    truth: np.ndarray
    raw: np.ndarray
    centred: np.ndarray
    adjusted: np.ndarray


def scores(severity: float, view: float, raters: int, seed: int) -> Scores:
    made = ratings(SUBJECTS, raters=raters, variances=(0.25, severity, view, 0.40), seed=seed)
    y = np.clip(np.round(made.y), 1, 5)
    fitted = effects.fit_items(made.subject, made.rater, made.item, y)
    assert isinstance(fitted, Effects)
    answers = np.bincount(made.subject)
    own = np.bincount(made.rater, y, SUBJECTS) / np.maximum(np.bincount(made.rater, minlength=SUBJECTS), 1)
    return Scores(
        made.merit,
        np.bincount(made.subject, y) / answers,
        np.bincount(made.subject, y - own[made.rater]) / answers,
        fitted.adjusted,
    )


def likeness(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.corrcoef(one, other)[0, 1])


def distance(one: np.ndarray, other: np.ndarray) -> float:
    """Root mean squared, both centred: the general level is nobody's merit."""
    return float((one - other).std())


def in_top(one: np.ndarray, other: np.ndarray, number: int = 100) -> float:
    return len(set(np.argsort(-one)[:number]) & set(np.argsort(-other)[:number])) / number


@pytest.mark.slow
@pytest.mark.parametrize(
    ("severity", "view", "raters", "raw", "adjusted"),
    [
        (0.20, 0.15, 3, 0.800, 0.846),
        (0.20, 0.15, 5, 0.856, 0.899),
        (0.35, 0.30, 3, 0.709, 0.767),
        (0.35, 0.30, 8, 0.840, 0.892),
    ],
)
def test_where_raters_differ_adjusted_scores_are_much_nearer_to_the_truth(
    severity: float, view: float, raters: int, raw: float, adjusted: float
) -> None:
    """`raw` and `adjusted`: the correlations with truth that methods B.6 found."""
    runs = [scores(severity, view, raters, seed) for seed in range(RUNS)]
    for run in runs:
        assert likeness(run.adjusted, run.truth) > likeness(run.raw, run.truth) + 0.03
        assert likeness(run.adjusted, run.truth) > likeness(run.centred, run.truth)
        assert distance(run.adjusted, run.truth) < 0.85 * distance(run.raw, run.truth)
    assert np.mean([likeness(run.raw, run.truth) for run in runs]) == pytest.approx(raw, abs=0.02)
    assert np.mean([likeness(run.adjusted, run.truth) for run in runs]) == pytest.approx(adjusted, abs=0.02)
    assert np.mean([in_top(run.adjusted, run.truth) - in_top(run.raw, run.truth) for run in runs]) > 0.03


@pytest.mark.slow
@pytest.mark.parametrize("severity", [0.05, 0.01, 0.0])
@pytest.mark.parametrize("raters", [3, 8])
def test_where_raters_hardly_differ_adjusted_scores_are_never_worse(severity: float, raters: int) -> None:
    """Unlike centring each rater, which then throws merit away."""
    for seed in range(RUNS):
        run = scores(severity, 0.15, raters, seed)
        assert likeness(run.adjusted, run.truth) > likeness(run.raw, run.truth) - 0.001
        assert distance(run.adjusted, run.truth) < distance(run.raw, run.truth) + 0.002
        assert likeness(run.centred, run.truth) < likeness(run.raw, run.truth)
