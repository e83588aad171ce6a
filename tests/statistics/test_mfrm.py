"""Many-facet Rasch against TAM's numbers, finite differences and data it made itself."""

from __future__ import annotations

import numpy as np
import pytest

from azimuth.statistics import mfrm
from azimuth.statistics.mfrm import Facets
from azimuth.statistics.refusal import Refusal
from tests.statistics.real import columns

SEVERITY = {
    "802": -0.0385, "803": 0.9083, "810": -0.1200, "816": 0.0192, "820": -0.2258,
    "824": 0.1210, "831": 0.1129, "835": 0.5162, "837": -1.2515, "844": -0.0419,
}  # fmt: skip


def test_severities_of_the_writing_raters() -> None:
    data = columns("ptam4")
    found = mfrm.fit(
        data["idstud"], data["rater"], np.column_stack([data[f"crit{i}"].astype(float) for i in (2, 3, 4)])
    )
    assert isinstance(found, Facets)
    assert found.raters.tolist() == list(SEVERITY)
    assert found.severity == pytest.approx(list(SEVERITY.values()), abs=1e-3)
    assert found.variance == pytest.approx(2.749, abs=1e-3)
    assert found.deviance == pytest.approx(3412.725, abs=1e-3)
    assert len(found.ability) == 209


def made(
    seed: int = 1, subjects: int = 400
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Scores 1..4 on three items by three of six raters each, some missing; subject, rater, scores, ability, severity."""
    random = np.random.default_rng(seed)
    ability, severity = random.normal(0, 1.5, subjects), np.array([-0.8, -0.4, 0.0, 0.0, 0.3, 0.9])
    subject = np.repeat(np.arange(subjects), 3)
    rater = np.concatenate([random.choice(6, 3, replace=False) for _ in range(subjects)])
    steps = np.array([[-1.0, 0.0, 1.0], [-0.5, 0.5, 1.5], [-2.0, -0.5, 1.0]])
    shift = ability[subject] - severity[rater]
    terms = np.arange(4) * shift[:, None, None] - np.concatenate(
        [np.zeros((3, 1)), steps.cumsum(axis=1)], axis=1
    )
    chances = np.exp(terms) / np.exp(terms).sum(axis=2, keepdims=True)
    scores = 1.0 + (random.random(chances.shape[:2])[:, :, None] > chances.cumsum(axis=2)).sum(axis=2)
    scores[random.random(scores.shape) < 0.1] = np.nan
    return subject, rater, scores, ability, severity


def test_truth_is_found_again() -> None:
    subject, rater, scores, ability, severity = made()
    found = mfrm.fit(subject, rater, scores)
    assert isinstance(found, Facets)
    assert found.severity == pytest.approx(severity, abs=0.25)
    assert found.severity.sum() == pytest.approx(0, abs=1e-12)
    assert found.difficulty == pytest.approx([0.0, 0.5, -0.5], abs=0.25)
    assert found.variance == pytest.approx(2.25, abs=0.5)
    inside = np.abs(found.ability - ability) < 1.96 * found.ability_sd
    assert 0.92 < inside.mean() < 0.98


def test_the_gradient_is_that_of_the_likelihood() -> None:
    subject, rater, scores, *_ = made(subjects=40)
    scores[scores[:, 0] == 4, 0] = 3
    model = mfrm._Model(subject, rater, scores - 1)
    at = model.start() + np.random.default_rng(0).normal(0, 0.2, len(model.start()))
    gradient = model.loss(at)[1]
    for place, step in enumerate(np.eye(len(at)) * 1e-5):
        assert gradient[place] == pytest.approx(
            (model.loss(at + step)[0] - model.loss(at - step)[0]) / 2e-5, abs=1e-4
        )


def test_an_item_that_everybody_scored_lowest_has_no_difficulty() -> None:
    subject, rater, scores, *_ = made(subjects=60)
    scores[:, 1] = 1
    found = mfrm.fit(subject, rater, scores)
    assert isinstance(found, Facets)
    assert np.isnan(found.difficulty).tolist() == [False, True, False]


@pytest.mark.parametrize(
    ("subject", "rater", "scores", "refusal"),
    [
        ([1, 2, 3], [7, 7, 7], [[1], [2], [3]], Refusal("too_few_raters", 1, 2)),
        ([1, 1, 1], [7, 8, 9], [[1], [2], [3]], Refusal("too_few_subjects", 1, 2)),
        ([1, 2, 3], [7, 8, 9], [[2], [2], [2]], Refusal("no_variance")),
    ],
)
def test_refusals(subject: list[int], rater: list[int], scores: list[list[int]], refusal: Refusal) -> None:
    assert mfrm.fit(subject, rater, scores) == refusal
