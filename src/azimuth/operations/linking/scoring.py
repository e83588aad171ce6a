"""How well a matching of people to answers does, beside chance.

A unit is one question about one person in one shown group: its published answers and the people who gave them. A strategy
proposes, for every answer of every unit, one of the unit's people. The truth (known to the test alone) picks the strategy
that did best. Picking the best of many is skill-less luck in part; the permutation test therefore shuffles the truth inside
every unit, lets it pick its best again, and asks how often luck does as well.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

ENOUGH_LUCK = 25

Predictions = npt.NDArray[np.int16]  # strategies x answers (all units side by side): place of the rater in the unit


@dataclass(frozen=True, slots=True)
class Unit:
    """Published answers to one question, and who gave them: `gave[i]` is the value of `raters[i]`, the same multiset."""

    about: str
    question: str
    shown_as: str
    answers: tuple[str, ...]
    values: tuple[Hashable, ...]
    raters: tuple[str, ...]
    gave: tuple[Hashable, ...]

    @property
    def chance(self) -> float:
        """Expected number of right guesses of a random matching: one for every value and its doubles."""
        size = len(self.values)
        return sum(self.values.count(value) ** 2 for value in set(self.values)) / size


@dataclass(frozen=True, slots=True)
class Score:
    """Of all answers, the share the best strategy gave to the right person; what chance gives; how likely luck is."""

    accuracy: float
    chance: float
    p_value: float
    strategy: str
    answers: int
    strategies: int


def score(units: Sequence[Unit], names: Sequence[str], predictions: Predictions, *, seed: int, rounds: int = 999) -> Score:
    """The best strategy's accuracy with its p-value. Raises ValueError without answers or strategies.

    Stops shuffling once luck did as well ENOUGH_LUCK times; the p-value stays valid. Source: Besag & Clifford 1991.
    """
    if not units or not len(predictions):
        raise ValueError("Nothing to score: no answers, or no strategies.")
    sizes = np.array([len(unit.answers) for unit in units])
    starts = np.repeat(np.cumsum(sizes) - sizes, sizes)
    codes: dict[Hashable, int] = {}
    values = np.array([codes.setdefault(value, len(codes)) for unit in units for value in unit.values], dtype=np.int32)
    gave = np.array([codes.setdefault(value, len(codes)) for unit in units for value in unit.gave], dtype=np.int32)
    distinct, first = np.unique(predictions, axis=0, return_index=True)
    places = (distinct + starts).astype(np.int32)
    right = (gave[places] == values).sum(axis=1)
    best = int(right.argmax())
    generator = np.random.default_rng(seed)
    unit_of = np.repeat(np.arange(len(units)), sizes)
    as_good = tried = 0
    while tried < rounds and as_good < ENOUGH_LUCK:
        mixed = gave[np.lexsort((generator.random(len(gave)), unit_of))]
        as_good += int((mixed[places] == values).sum(axis=1).max() >= right[best])
        tried += 1
    return Score(
        accuracy=float(right[best]) / len(values),
        chance=sum(unit.chance for unit in units) / len(values),
        p_value=as_good / tried if as_good >= ENOUGH_LUCK else (1 + as_good) / (1 + rounds),
        strategy=names[int(first[best])],
        answers=len(values),
        strategies=len(distinct),
    )
