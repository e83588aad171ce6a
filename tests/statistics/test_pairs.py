"""From answers to pair means."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from azimuth.operations.bench.ratings import ratings
from azimuth.statistics.pairs import reduce


def by_least_squares(pair: np.ndarray, item: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, float]:
    """Item effects (centred) and error variance from one big regression on pairs and items."""
    design = np.column_stack([np.eye(pair.max() + 1)[pair], np.eye(item.max() + 1)[item][:, 1:]])
    solution, *_ = np.linalg.lstsq(design, y)
    effects = np.concatenate([[0.0], solution[pair.max() + 1 :]])
    left = y - design @ solution
    return effects - effects.mean(), float(left @ left) / (len(y) - np.linalg.matrix_rank(design))


def test_complete_forms_lose_their_item_means() -> None:
    found = reduce([0, 0, 1, 1], [5, 5, 5, 5], [0, 1, 0, 1], [1.0, 3.0, 2.0, 4.0])
    assert found.items.tolist() == [-1, 1]
    assert found.mean.tolist() == [2, 3]
    assert found.error == pytest.approx(0)
    assert (found.subject.tolist(), found.rater.tolist(), found.answered.tolist()) == ([0, 1], [5, 5], [2, 2])


@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_items_and_error_equal_least_squares(missing: float) -> None:
    made = ratings(20, items=4, missing=missing, seed=2)
    found = reduce(made.subject, made.rater, made.item, made.y)
    kept = np.isfinite(made.y)
    pair = np.unique(made.subject[kept] * 20 + made.rater[kept], return_inverse=True)[1]
    effects, error = by_least_squares(pair, made.item[kept], made.y[kept])
    assert found.items == pytest.approx(effects)
    assert found.error == pytest.approx(error)
    assert found.answered.sum() == kept.sum()
    expected = np.bincount(pair, made.y[kept] - effects[made.item[kept]]) / np.bincount(pair)
    assert found.mean == pytest.approx(expected)


@given(st.integers(0, 5))
def test_the_order_of_the_answers_changes_nothing(seed: int) -> None:
    made = ratings(12, items=3, missing=0.2, seed=3)
    order = np.random.default_rng(seed).permutation(len(made.y))
    one = reduce(made.subject, made.rater, made.item, made.y)
    other = reduce(made.subject[order], made.rater[order], made.item[order], made.y[order])
    assert other.mean == pytest.approx(one.mean)
    assert (other.subject.tolist(), other.rater.tolist()) == (one.subject.tolist(), one.rater.tolist())
    assert other.error == pytest.approx(one.error)
    assert (made.subject[order][other.rows] == other.subject).all()


def test_an_item_nobody_answered_has_no_effect() -> None:
    found = reduce([0, 0, 1, 1], [0, 0, 0, 0], [0, 2, 0, 2], [1.0, 3.0, 2.0, 4.0])
    assert found.items.tolist() == [-1, 0, 1]


def test_one_item_per_pair_leaves_no_error_to_measure() -> None:
    assert reduce([0, 1], [0, 0], [0, 0], [1.0, 2.0]).error is None


def test_without_answers_there_is_nothing_to_reduce() -> None:
    with pytest.raises(ValueError, match="no answer"):
        reduce([0], [0], [0], [np.nan])
