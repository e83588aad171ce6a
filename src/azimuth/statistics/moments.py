"""Variance components by the method of moments: three linear equations, one pass, no distribution assumed."""

from __future__ import annotations

import numpy as np

from azimuth.statistics.crossed import Floats, Ints, Ratings


def moments(ratings: Ratings) -> tuple[float, float, float]:
    """The variances of first factor, second factor and residual; negative solutions are clipped to 0.

    Needs two factors, and at most one row for a pair of levels; fixed effects are first taken out by least squares and
    weights are ignored: a start for REML, or a quick look. O(N). Source: Gao & Owen 2017.
    """
    y = ratings.y - ratings.fixed @ np.linalg.lstsq(ratings.fixed, ratings.y)[0]
    first, second = (np.bincount(codes) for codes in ratings.factors)
    n = len(y)
    one, other = float((first.astype(np.float64) ** 2).sum()), float((second.astype(np.float64) ** 2).sum())
    equations = np.array(
        [
            [0, n - len(first), n - len(first)],
            [n - len(second), 0, n - len(second)],
            [n**2 - one, n**2 - other, n**2 - n],
        ],
        dtype=np.float64,
    )
    sums = [_within(y, codes) for codes in ratings.factors]
    found = np.linalg.lstsq(equations, np.array([*sums, n * float(((y - y.mean()) ** 2).sum())]))[0]
    va, vb, ve = np.maximum(found, 0.0).tolist()
    return va, vb, ve


def _within(y: Floats, codes: Ints) -> float:
    """The sum of squares of `y` around the means of its groups."""
    counts = np.bincount(codes)
    means = np.bincount(codes, y) / counts
    return float(((y - means[codes]) ** 2).sum())
