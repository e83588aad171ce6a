"""Ratings with known truth: everybody is rated by neighbours, now and then by somebody of the same department."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Made:
    """Answers in long form (N,), sorted by pair, and the truth behind them (people,)."""

    subject: npt.NDArray
    rater: npt.NDArray
    item: npt.NDArray
    y: npt.NDArray
    merit: npt.NDArray
    severity: npt.NDArray
    difficulty: npt.NDArray


def ratings(
    people: int,
    *,
    raters: int = 5,
    items: int = 10,
    variances: tuple[float, float, float, float] = (0.25, 0.20, 0.15, 0.40),
    missing: float = 0.0,
    anybody: bool = False,
    seed: int = 0,
) -> Made:
    """`variances`: subject, rater, subject x rater, answer. `missing`: share of answers that are nan. `anybody`: raters are
    drawn from all people, which is the worst case for a solver, instead of from the neighbourhood."""
    random = np.random.default_rng(seed)
    subject = np.repeat(np.arange(people), raters)
    if anybody:
        rater = random.integers(0, people, len(subject))
    else:
        near = (subject + random.integers(1, 15, len(subject)) * random.choice([-1, 1], len(subject))) % people
        department = np.minimum(subject // 200 * 200 + random.integers(0, 200, len(subject)), people - 1)
        rater = np.where(random.random(len(subject)) < 0.15, department, near)
    key = np.unique(subject * people + rater)
    key = key[key // people != key % people]
    subject, rater = key // people, key % people
    merit, severity = (random.normal(0, variance**0.5, people) for variance in variances[:2])
    pair = merit[subject] + severity[rater] + random.normal(0, variances[2] ** 0.5, len(key))
    difficulty = np.linspace(-0.3, 0.3, items)
    y = (
        3.5
        + np.repeat(pair, items)
        + np.tile(difficulty, len(key))
        + random.normal(0, variances[3] ** 0.5, len(key) * items)
    )
    y[random.random(len(y)) < missing] = np.nan
    return Made(
        np.repeat(subject, items),
        np.repeat(rater, items),
        np.tile(np.arange(items), len(key)),
        y,
        merit,
        severity,
        difficulty,
    )
