"""The auditor against exact brute force, known leaks, and the weak rule it must catch."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from azimuth.statistics.disclosure import PRIMES, audit

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
    return np.array(basis, dtype=np.int64).reshape(-1, people)


def brute_force(cells: np.ndarray, k: int) -> Sets:
    """All sets of 1 to k-1 people in the row space, every one of them tried; the smallest of them."""
    basis = null_space(cells)
    people = range(cells.shape[1])
    found: Sets = set()
    for size in range(1, k):
        for group in combinations(people, size):
            if not basis[:, list(group)].sum(axis=1).any() and not any(
                known <= set(group) for known in found
            ):
                found.add(frozenset(group))
    return found


def test_auditor_agrees_with_brute_force_on_small_instances() -> None:
    """Nine to thirteen people, three to twelve cells, k from 3 to 5, 150 times."""
    random = np.random.default_rng(42)
    leaky = 0
    for seed in range(150):
        people, number, k = random.integers(9, 14), random.integers(3, 13), int(random.integers(3, 6))
        cells = random.random((number, people)) < random.uniform(0.2, 0.8)
        found = audit(cells, k=k, seed=seed)
        assert set(found.determined) == brute_force(cells, k)
        assert found.is_safe is (not found.determined)
        leaky += not found.is_safe
    assert leaky > 75, "most of these must leak, or nothing was tested"


@given(
    st.integers(2, 7).flatmap(
        lambda people: st.lists(
            st.lists(st.integers(0, 1), min_size=people, max_size=people), min_size=1, max_size=6
        )
    ),
    st.integers(2, 7),
)
def test_auditor_agrees_with_brute_force_on_odd_instances(cells: list[list[int]], k: int) -> None:
    assert set(audit(cells, k=k).determined) == brute_force(np.array(cells), k)


def test_a_total_minus_its_parts_is_a_leak() -> None:
    """Seven people: all of them and five of them are shown; the two left over follow."""
    everybody, five = [1] * 7, [1, 1, 1, 1, 1, 0, 0]
    found = audit([everybody, five], k=3)
    assert found.determined == (frozenset({5, 6}),)
    assert (found.cells, found.atoms, found.rank) == (2, 2, 2)
    assert audit([everybody, five], k=2).is_safe


def test_two_overlapping_filters_that_differ_by_one_person() -> None:
    assert audit([[1, 1, 1, 1, 1, 0], [1, 1, 1, 1, 1, 1]], k=5).determined == (frozenset({5}),)


def test_a_chain_nobody_sees_by_eye() -> None:
    """No two cells nest, yet three of them together give one person: a+b+c, c+d+e, a+b+d+e+c2."""
    cells = [[1, 1, 1, 0, 0, 0], [0, 0, 1, 1, 1, 0], [1, 1, 0, 0, 0, 1], [0, 0, 0, 1, 1, 1]]
    assert set(audit(cells, k=3).determined) == brute_force(np.array(cells), 3)


def test_halves_need_division() -> None:
    """a+b, b+c, a+c give each of the three, though only as a half of a sum."""
    found = audit([[1, 1, 0], [0, 1, 1], [1, 0, 1]], k=2)
    assert found.determined == (frozenset({0}), frozenset({1}), frozenset({2}))


def test_repeated_empty_and_absent_cells_change_nothing() -> None:
    assert audit([[1, 1, 1, 0], [1, 1, 1, 0], [0, 0, 0, 0]], k=3).cells == 1
    assert audit(np.zeros((2, 5)), k=3).is_safe
    assert audit(np.zeros((0, 5)), k=3).is_safe


def test_a_two_way_table_with_margins_hides_what_its_sums_hide() -> None:
    """Rows and columns of a 3 x 3 table of one person each: margins alone give nobody; one inner cell more does not either."""
    people = np.arange(9).reshape(3, 3)
    cells = [np.isin(range(9), line) for line in (*people, *people.T)]
    assert audit(cells, k=3).is_safe
    assert not audit([*cells, np.isin(range(9), people[:2, :2])], k=3).is_safe


@pytest.mark.parametrize("cells", [[[0, 2]], [0, 1], [[0.5, 1]]])
def test_memberships_are_nought_or_one(cells: list[object]) -> None:
    with pytest.raises(ValueError, match="0 and 1"):
        audit(cells, k=3)


def test_k_below_two_protects_nobody() -> None:
    with pytest.raises(ValueError, match="at least 2"):
        audit([[1, 1]], k=1)


@pytest.mark.parametrize("prime", PRIMES)
def test_the_primes_are_prime(prime: int) -> None:
    """Miller-Rabin with the first twelve primes, which is proof below 3.3e24."""
    odd, twos = prime - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for base in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37):
        powers = [pow(base, odd << i, prime) for i in range(twos)]
        assert powers[0] == 1 or prime - 1 in powers


def company(people: int, seed: int) -> np.ndarray:
    """The cells of a tree of teams of eight, with three attributes cut at every node, for those who answered."""
    random = np.random.default_rng(seed)
    lead = (np.arange(people) - 1) // 8
    lead[0] = -1
    inside = np.eye(people, dtype=bool)
    for person in range(people - 1, 0, -1):
        inside[lead[person]] |= inside[person]
    attributes = [random.choice(size, people, p=random.dirichlet(np.ones(size) * 3)) for size in (2, 4, 5)]
    nodes = [inside[node] for node in range(people) if inside[node].sum() > 1]
    cuts = [
        node & (values == value) for node in nodes for values in attributes for value in np.unique(values)
    ]
    return np.array(nodes + cuts)[:, random.random(people) < 0.8]


def test_a_bare_minimum_is_reported_as_broken() -> None:
    """The control: show every cell of five or more. An auditor that finds nothing here finds nothing anywhere."""
    cells = company(300, seed=1)
    found = audit(cells[cells.sum(axis=1) >= 5], k=5)
    singles = [people for people in found.determined if len(people) == 1]
    assert len(singles) >= 3
    thin = cells[: np.flatnonzero(cells.sum(axis=1) >= 100)[-1] + 1]
    assert audit(thin[thin.sum(axis=1) >= 100], k=5).is_safe
