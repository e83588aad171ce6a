"""Which small sets' totals follow from published ones, by trying every set, in fractions: the oracle of the disclosure tests."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import combinations

import numpy as np

Sets = set[frozenset[int]]


def null_space(cells: np.ndarray) -> np.ndarray:
    """A basis, in whole numbers, of all vectors on which every cell vanishes: rational elimination, exactly."""
    people = cells.shape[1]
    pivots: dict[int, list[Fraction]] = {}
    for cell in cells.tolist():
        row = [Fraction(int(value)) for value in cell]
        for pivot, known in pivots.items():
            row = [a - row[pivot] * b for a, b in zip(row, known, strict=True)] if row[pivot] else row
        lead = next((i for i, value in enumerate(row) if value), None)
        if lead is not None:
            row = [value / row[lead] for value in row]
            for pivot, known in pivots.items():
                pivots[pivot] = [a - known[lead] * b for a, b in zip(known, row, strict=True)]
            pivots[lead] = row
    basis = []
    for free in set(range(people)) - set(pivots):
        vector = [Fraction(int(i == free)) for i in range(people)]
        for pivot, row in pivots.items():
            vector[pivot] = -row[free]
        scale = math.lcm(*(value.denominator for value in vector))
        basis.append([int(value * scale) for value in vector])
    return np.array(basis, dtype=object).reshape(-1, people)


def following(cells: np.ndarray, k: int, weighings: np.ndarray | None = None) -> set[tuple[int, ...]]:
    """All weighted totals of 1 to k-1 people in the row space, as rows in lowest terms: plain ones, and shares of weighted cells.

    `weighings`: the cells whose weights count; default all.
    """
    basis = null_space(cells).astype(np.int64)
    lent = (cells if weighings is None else weighings).astype(int)
    shares = [np.ones(cells.shape[1], dtype=int), *(row for row in lent if len(set(row.tolist()) - {0}) > 1)]
    found = set()
    for size in range(1, k):
        for group in combinations(range(cells.shape[1]), size):
            for weights in shares:
                row = np.zeros(cells.shape[1], dtype=int)
                row[list(group)] = weights[list(group)]
                if np.count_nonzero(row) == size and not (basis @ row).any():
                    row = row // np.gcd.reduce(row) * np.sign(row[group[0]])
                    found.add(tuple(row.tolist()))
    return found


def brute_force(cells: np.ndarray, k: int) -> Sets:
    """The smallest sets of people with a total that follows."""
    sets = {frozenset(np.flatnonzero(row).tolist()) for row in following(cells, k)}
    return {people for people in sets if not any(other < people for other in sets)}
