"""Ways to match people to answers: by rank, by equal values, by nearness. They know clues, never the truth.

A clue about answers gives each answer a number; a clue about raters gives each rater (in general, or about one subject) some
numbers. `domain` says which numbers may be compared as such (two xmin, two offsets in one file); ranks compare with anything.
"""

from __future__ import annotations

import itertools
import random
from bisect import bisect_left
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linear_sum_assignment

from azimuth.operations.linking.scoring import Predictions, Unit

FAR = 1e18


@dataclass(frozen=True, slots=True)
class AnswerClue:
    """One number per answer, by the answer's key."""

    name: str
    domain: str
    of: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class RaterClue:
    """Numbers per rater: `about` by (subject, rater), else `in_general` by rater."""

    name: str
    domain: str
    about: Mapping[tuple[str, str], Sequence[float]] = field(default_factory=dict)
    in_general: Mapping[str, Sequence[float]] = field(default_factory=dict)

    def numbers(self, about: str, rater: str) -> Sequence[float]:
        """What is known of this rater about this subject, or else at all."""
        return self.about.get((about, rater)) or self.in_general.get(rater, ())


def predict(
    units: Sequence[Unit], answers: Iterable[AnswerClue], raters: Iterable[RaterClue], *, seed: int
) -> tuple[list[str], Predictions]:
    """Every strategy's name and its matching for all units side by side. Ties are broken by lot, the same for all strategies."""
    of_answers = [(clue, numbers) for clue in answers if _tells(numbers := [[clue.of.get(key, FAR) for key in unit.answers] for unit in units])]
    of_raters = [(clue, known) for clue in raters if _tells(known := [_of_raters(clue, unit) for unit in units])]
    lot = random.Random(seed)  # noqa: S311  a tie, not a secret
    names = [
        f"{a.name} ranked as {r.name} ({end}){turn}" for a, _ in of_answers for r, _ in of_raters for end in ("first", "last") for turn in ("", ", reversed")
    ]
    comparable = [(a, r) for a, r in itertools.product(of_answers, of_raters) if a[0].domain == r[0].domain]
    names += [f"{a[0].name} nearest to {r[0].name}" for a, r in comparable]
    if not names:
        return ["by lot"], np.array([[place for unit in units for place in lot.sample(range(len(unit.raters)), len(unit.raters))]], dtype=np.int16)
    parts = []
    for number in range(len(units)):
        ranked = _ranked([n[number] for _, n in of_answers], [n[number] for _, n in of_raters], lot)
        parts.append(np.vstack([ranked, *(_nearest(a[1][number], r[1][number], lot) for a, r in comparable)]))
    return names, np.hstack(parts)


def _of_raters(clue: RaterClue, unit: Unit) -> list[tuple[float, ...]]:
    """What a clue says of each rater of a unit, in order of size; one far number where it says nothing."""
    return [tuple(sorted(clue.numbers(unit.about, rater))) or (FAR,) for rater in unit.raters]


def _tells(numbers: Iterable[Sequence[Hashable]]) -> bool:
    """Whether a clue tells anybody apart in any unit."""
    return any(len(set(of_unit)) > 1 for of_unit in numbers)


def _ranked(answers: Sequence[Sequence[float]], raters: Sequence[Sequence[tuple[float, ...]]], lot: random.Random) -> Predictions:
    """The i-th answer is the i-th rater's, for every pair of clues, forwards and backwards."""
    by_answer = np.array([_order(numbers, lot) for numbers in answers], dtype=np.int16)
    by_rater = np.array([_order([known[end] for known in numbers], lot) for numbers in raters for end in (0, -1)], dtype=np.int16)
    found = np.empty((len(by_answer), len(by_rater), 2, by_answer.shape[1]), dtype=np.int16)
    for number, order in enumerate(by_answer):
        found[number, :, 0, order] = by_rater.T
        found[number, :, 1, order] = by_rater[:, ::-1].T
    return found.reshape(-1, by_answer.shape[1])


def _order(numbers: Sequence[float], lot: random.Random) -> list[int]:
    return [place for _number, _lot, place in sorted((number, lot.random(), place) for place, number in enumerate(numbers))]


def _nearest(answers: Sequence[float], raters: Sequence[tuple[float, ...]], lot: random.Random) -> Predictions:
    """The matching with the least total distance (its logarithm); equal numbers are at distance nought."""
    cost = np.log1p([[_distance(number, known) for known in raters] for number in answers])
    mixed = lot.sample(range(len(raters)), len(raters))
    rows, columns = linear_sum_assignment(cost[:, mixed])
    found = np.empty((1, len(raters)), dtype=np.int16)
    found[0, rows] = np.array(mixed)[columns]
    return found


def _distance(number: float, known: tuple[float, ...]) -> float:
    """To the nearest of some numbers in order of size."""
    place = bisect_left(known, number)
    return min(abs(number - other) for other in known[max(0, place - 1) : place + 1])
