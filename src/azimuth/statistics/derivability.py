"""An attacker who knows who is in which published figure: whose totals follow, and what answers would he guess?

Written apart from `disclosure` and `suppression`, to check them: exact rational elimination where they count modulo primes, and
no code in common. The guarantee is the same: no set of 1 to k - 1 people's total follows, nor its share of a weighted figure (the
total in that figure's weights). A difference of people is nobody's total and not counted. The linear attack on answers: the
house's methods C.2 and C.7; Dinur & Nissim 2003.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from random import Random

import numpy as np
import numpy.typing as npt

Row = dict[int, Fraction]
Floats = npt.NDArray[np.float64]

ALIKE = 1e-9


@dataclass(frozen=True)
class Derived:
    """A small set whose total follows: `weights` {person: weight}, all 1 but in a share of a weighted figure; `recipe` {figure:
    factor}: the published totals, taken so often, add up to it."""

    weights: dict[int, int]
    recipe: dict[int, Fraction]

    @property
    def people(self) -> frozenset[int]:
        """Who is in the set."""
        return frozenset(self.weights)


def derive(figures: npt.ArrayLike, *, k: int) -> list[Derived]:
    """Every smallest set of 1 to `k` - 1 people whose total, plain or in a figure's weights, follows from the figures' totals.

    `figures`: (figures, people), whole weights, nought for who is not in it. Exact: candidates come from two random vectors on
    which all figures vanish, in floating point with room to spare, and each is then worked out in fractions. For some hundred
    people: 0.2 s for 250 of them in 200 figures and k = 5. Raises ValueError for k < 2.
    """
    if k < 2:
        raise ValueError("k of at least 2 is needed.")
    table = np.asarray(figures)
    solved = _Solved(table)
    found: dict[tuple[tuple[int, int], ...], Derived] = {}
    for weights in _weighings(table):
        smallest: list[frozenset[int]] = []
        for group in _candidates(solved.vanishing() * weights, np.flatnonzero(weights), k):
            share = {person: int(weights[person]) for person in sorted(group)}
            recipe = None if any(known <= group for known in smallest) else solved.recipe(share)
            if recipe is not None:
                smallest.append(group)
                found.setdefault(tuple(share.items()), Derived(share, recipe))
    return list(found.values())


def guesses(figures: npt.ArrayLike, totals: npt.ArrayLike, *, options: Sequence[float], usual: float) -> Floats:
    """(people,): each one's answer as least squares has it, starting from `usual`, at the nearest of the `options`.

    `totals`: (figures,) what was published; rounded totals are taken as they are.
    """
    table = np.asarray(figures, dtype=np.float64)
    away = np.linalg.lstsq(table, np.asarray(totals, dtype=np.float64) - usual * table.sum(axis=1))[0]
    choices = np.asarray(options, dtype=np.float64)
    return choices[np.abs(usual + away[:, None] - choices).argmin(axis=1)]


def _weighings(table: npt.NDArray) -> Iterator[npt.NDArray]:
    """Everybody alike, and the weights of every figure in which people weigh differently."""
    yield np.asarray(table.any(axis=0), dtype=np.int64)
    for row in {tuple(row) for row in table.tolist() if len(set(row) - {0}) > 1}:
        yield np.array(row, dtype=np.int64)


class _Solved:
    """Figures in echelon form, in fractions: each row one at its pivot, which no later row has; and how it was combined."""

    def __init__(self, table: npt.NDArray) -> None:
        self.people = table.shape[1]
        self.rows: list[tuple[int, Row, Row]] = []
        rarity = (table != 0).sum(axis=0)
        for figure in np.argsort((table != 0).sum(axis=1), kind="stable").tolist():
            row = {person: Fraction(int(table[figure, person])) for person in np.flatnonzero(table[figure]).tolist()}
            left, made = self._reduced(row)
            if left:
                pivot = min(left, key=lambda person: (rarity[person], person))
                whole = _less(made, {figure: Fraction(1)}, -1)
                factor = 1 / left[pivot]
                self.rows.append((pivot, _times(left, factor), _times(whole, factor)))

    def recipe(self, total: dict[int, int]) -> Row | None:
        """How often to take each figure to get a weighted total; None if nothing does."""
        left, made = self._reduced({person: Fraction(weight) for person, weight in total.items()})
        return None if left else _times(made, -1)

    def vanishing(self) -> Floats:
        """(2, people) random vectors on which all figures vanish, worked out in fractions."""
        random = Random(1)  # noqa: S311  reproducible, guards nothing
        found = np.empty((2, self.people))
        for vector in found:
            values = [Fraction(random.randrange(1, 10**9)) for _ in range(self.people)]
            for pivot, row, _ in reversed(self.rows):
                values[pivot] = -sum((factor * values[person] for person, factor in row.items() if person != pivot), start=Fraction(0))
            vector[:] = [float(value) for value in values]
        return found / np.abs(found).max(initial=1.0)

    def _reduced(self, row: Row) -> tuple[Row, Row]:
        """What is left of a row less multiples of known ones, and minus the figures those multiples were made of."""
        left, made = dict(row), Row()
        for pivot, known, figures in self.rows:
            factor = left.get(pivot)
            if factor:
                left, made = _less(left, known, factor), _less(made, figures, factor)
        return left, made


def _less(row: Row, other: Row, factor: Fraction | int) -> Row:
    """row - factor * other, without noughts."""
    changed = {place: row.get(place, Fraction(0)) - factor * value for place, value in other.items()}
    return {place: value for place, value in (row | changed).items() if value}


def _times(row: Row, factor: Fraction | int) -> Row:
    return {place: factor * value for place, value in row.items()}


def _candidates(values: Floats, people: npt.NDArray, k: int) -> list[frozenset[int]]:
    """Sets of fewer than `k` of the `people` over which both rows of `values` sum to nearly nothing, the small ones first.

    Those who alone are nearly nothing are in no smallest set with others.
    """
    large = np.abs(values[:, people]).max(axis=0)
    found = {frozenset({person}) for person in people[large < ALIKE].tolist()}
    rest = people[large >= ALIKE]
    parts, sums = _parts(rest, values, k // 2)
    order = np.argsort(sums[0], kind="stable")
    ordered = sums[0, order]
    first = np.searchsorted(ordered, -sums[0] - ALIKE)
    end = np.searchsorted(ordered, -sums[0] + ALIKE)
    for one in np.flatnonzero(end > first).tolist():
        near = order[first[one] : end[one]]
        for other in near[np.abs(sums[1, near] + sums[1, one]) < ALIKE].tolist():
            group = frozenset(parts[one]) | frozenset(parts[other])
            if 0 < len(group) == len(parts[one]) + len(parts[other]) < k:
                found.add(group)
    return sorted(found, key=lambda group: (len(group), sorted(group)))


def _parts(people: npt.NDArray, values: Floats, most: int) -> tuple[list[tuple[int, ...]], Floats]:
    """All sets of up to `most` people, nobody among them, and the sums of the values over each: (2, sets)."""
    parts: list[tuple[int, ...]] = []
    sums = []
    for number in range(most + 1):
        sets = list(combinations(people.tolist(), number))
        parts += sets
        sums.append(values[:, np.array(sets, dtype=np.int64).reshape(len(sets), number)].sum(axis=2))
    return parts, np.concatenate(sums, axis=1)
