"""The search for zero sums against trying every set."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from azimuth.statistics import zero_sums as module
from azimuth.statistics.zero_sums import smallest, zero_sums

PRIME = 2**31 - 1


def planted(seed: int, atoms: int, sets: list[list[int]]) -> np.ndarray:
    """Random vectors on which these sets sum to zero; each set brings an atom of its own, the last."""
    random = np.random.default_rng(seed)
    vectors = random.integers(1, PRIME, (2, atoms))
    for atoms_of in sets:
        vectors[:, atoms_of[-1]] = -vectors[:, atoms_of[:-1]].sum(axis=1) % PRIME
    return vectors


def by_trying(vectors: np.ndarray, sizes: np.ndarray, k: int) -> set[frozenset[int]]:
    found: set[frozenset[int]] = set()
    for number in range(1, k):
        for atoms in combinations(range(len(sizes)), number):
            few = sizes[list(atoms)].sum() < k
            if few and not (vectors[:, list(atoms)].sum(axis=1) % PRIME).any() and not any(known < set(atoms) for known in found):
                found.add(frozenset(atoms))
    return found


@pytest.mark.parametrize("k", range(2, 9))
@pytest.mark.parametrize("chunk", [1, 7, 2**18])
def test_planted_sets_are_found(k: int, chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CHUNK", chunk)
    monkeypatch.setattr(module, "SIEVE", 16)
    sets = [[3], [0, 5], [1, 2, 6], [0, 1, 4, 7], [1, 2, 4, 8, 9], [0, 2, 4, 8, 10, 11], [0, 1, 2, 4, 8, 10, 12]]
    vectors = planted(k, 14, sets)
    sizes = np.ones(14, dtype=np.int64)
    found = zero_sums(vectors, sizes, k=k, prime=PRIME)
    assert set(found.sets) == by_trying(vectors, sizes, k)
    assert sum(len(atoms) < k for atoms in sets) <= len(found.sets)
    assert found.reach == k - 1


@pytest.mark.parametrize("seed", range(20))
def test_people_count_not_atoms(seed: int) -> None:
    random = np.random.default_rng(seed)
    vectors = planted(seed, 12, [random.choice(12, random.integers(1, 6), replace=False).tolist() for _ in range(4)])
    sizes = random.integers(1, 5, 12)
    for k in (3, 5, 7):
        assert set(zero_sums(vectors, sizes, k=k, prime=PRIME).sets) == by_trying(vectors, sizes, k)


def test_equal_atoms_are_no_zero_sum_and_every_opposite_pairs_with_every_other() -> None:
    vectors = np.array([[5, 5, 5, PRIME - 5, PRIME - 5], [9, 9, 9, PRIME - 9, PRIME - 9]])
    found = zero_sums(vectors, np.ones(5, dtype=np.int64), k=5, prime=PRIME)
    assert set(found.sets) == {frozenset({one, other}) for one in (0, 1, 2) for other in (3, 4)}


def test_one_vector_alone_proves_nothing() -> None:
    vectors = np.array([[5, PRIME - 5], [9, 9]])
    assert zero_sums(vectors, np.ones(2, dtype=np.int64), k=3, prime=PRIME).sets == ()


def test_too_many_parts_shorten_the_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors = planted(1, 10, [[0, 1], [2, 3, 4], [5, 6, 7, 8, 9]])
    monkeypatch.setattr(module, "MOST_PARTS", 60)
    found = zero_sums(vectors, np.ones(10, dtype=np.int64), k=6, prime=PRIME)
    assert (set(found.sets), found.reach) == ({frozenset({0, 1}), frozenset({2, 3, 4})}, 4)
    monkeypatch.setattr(module, "MOST_PARTS", 10)
    assert zero_sums(vectors, np.ones(10, dtype=np.int64), k=6, prime=PRIME).reach == 2


def test_a_search_may_be_content_with_some() -> None:
    vectors = planted(1, 12, [[0, 1], [2, 3], [4, 5], [6, 7, 8], [9, 10, 11, 6]])
    some = zero_sums(vectors, np.ones(12, dtype=np.int64), k=5, prime=PRIME, most=2)
    assert len(some.sets) == 2
    assert some.reach == 2


def test_nobody_and_only_large_atoms_give_nothing() -> None:
    assert zero_sums(np.zeros((2, 0), dtype=np.int64), np.zeros(0, dtype=np.int64), k=5, prime=PRIME).sets == ()
    assert zero_sums(np.zeros((2, 3), dtype=np.int64), np.full(3, 5), k=5, prime=PRIME).sets == ()


def test_smallest_sets_contain_no_other() -> None:
    assert smallest([frozenset({1, 2}), frozenset({2}), frozenset({3, 4}), frozenset({2, 5})]) == [frozenset({2}), frozenset({3, 4})]
