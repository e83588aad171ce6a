"""The method of moments: its own algebra, and the truth in large samples."""

from __future__ import annotations

import numpy as np
import pytest

from azimuth.statistics.crossed import Ratings
from azimuth.statistics.moments import moments


def test_a_complete_table_gives_the_anova_estimates() -> None:
    """With every rater on every subject the three equations are those of two-way analysis of variance."""
    random = np.random.default_rng(1)
    table = random.normal(size=(8, 1)) + random.normal(size=(1, 5)) * 0.7 + random.normal(size=(8, 5))
    rows, columns = np.indices((8, 5))
    found = moments(Ratings(table.ravel(), np.ones((40, 1)), (rows.ravel(), columns.ravel()), np.ones(40)))
    centred = table - table.mean()
    ms_rows = 5 * (centred.mean(axis=1) ** 2).sum() / 7
    ms_columns = 8 * (centred.mean(axis=0) ** 2).sum() / 4
    ms_error = ((centred - centred.mean(axis=1, keepdims=True) - centred.mean(axis=0)) ** 2).sum() / 28
    assert found == pytest.approx(((ms_rows - ms_error) / 5, (ms_columns - ms_error) / 8, ms_error))


def test_large_samples_give_the_truth() -> None:
    random = np.random.default_rng(2)
    one, other = random.integers(0, 4000, 40_000), random.integers(0, 3000, 40_000)
    one[:4000], other[:3000] = np.arange(4000), np.arange(3000)
    source = np.eye(2)[random.integers(0, 2, 40_000)]
    y = (
        random.normal(0, 0.5, 4000)[one]
        + random.normal(0, 0.4, 3000)[other]
        + random.normal(0, 0.8, 40_000)
        + source @ [3, 4]
    )
    found = moments(Ratings(y, source, (one, other), np.ones(40_000)))
    assert found == pytest.approx((0.25, 0.16, 0.64), rel=0.08)


def test_negative_variances_are_nought() -> None:
    y = np.tile([1.0, -1.0], 6)
    codes = np.repeat(np.arange(6), 2)
    assert moments(Ratings(y, np.ones((12, 1)), (codes, np.arange(12) % 4), np.ones(12)))[0] == 0.0
