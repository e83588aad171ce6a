"""The auditor against exact brute force, known leaks, and the weak rule it must catch."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from azimuth.operations.bench import organisation
from azimuth.statistics.disclosure import audit
from azimuth.statistics.echelon import PRIMES
from tests.statistics.brute_force import brute_force


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
    assert (found.cells, found.atoms, found.reach) == (2, 2, 2)
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


@given(
    st.integers(2, 6).flatmap(
        lambda people: st.lists(
            st.lists(st.integers(-1, 3), min_size=people, max_size=people), min_size=1, max_size=6
        )
    ),
    st.integers(2, 6),
)
def test_weighted_cells_agree_with_brute_force(cells: list[list[int]], k: int) -> None:
    assert set(audit(cells, k=k).determined) == brute_force(np.array(cells), k)


def test_a_share_of_a_weighted_cell_is_a_total() -> None:
    """2(a+b) + 3(c+d+e+f) less three times c+d+e+f leaves 2(a+b); a weighted cell of two people is one too."""
    assert audit([[2, 2, 3, 3, 3, 3], [0, 0, 1, 1, 1, 1]], k=3).determined == (frozenset({0, 1}),)
    assert audit([[3, 2, 0, 0], [1, 1, 1, 1]], k=3).determined == (frozenset({0, 1}),)
    assert audit([[3, 2, 1, 1, 1], [0, 0, 1, 1, 1]], k=3).determined == (frozenset({0, 1}),)


def test_a_difference_is_nobodys_total() -> None:
    """Two cells that differ by one person each way: what those two have in common stays hidden. Said in the module."""
    assert audit([[1, 1, 1, 1, 1, 0], [0, 1, 1, 1, 1, 1]], k=5).is_safe


def test_sparse_cells_are_cells() -> None:
    cells = organisation.wanted(150, seed=2, cuts_from=20).cells
    assert audit(sparse.csr_array(cells), k=5) == audit(cells, k=5)


def test_the_seed_does_not_matter() -> None:
    cells = organisation.wanted(150, seed=3, cuts_from=0).cells
    assert audit(cells, k=5, seed=1) == audit(cells, k=5, seed=2)


@pytest.mark.parametrize("cells", [[[0, 0.5]], [[0, np.nan]], [[0, np.inf]], [[2_000_000, 1]]])
def test_weights_are_small_whole_numbers(cells: list[object]) -> None:
    with pytest.raises(ValueError, match="whole numbers"):
        audit(cells, k=3)


def test_a_list_of_people_is_no_table() -> None:
    with pytest.raises(ValueError, match="table"):
        audit([0, 1], k=3)


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


def test_a_bare_minimum_is_reported_as_broken() -> None:
    """The control: show every cell of five or more. An auditor that finds nothing here finds nothing anywhere."""
    wanted = organisation.wanted(2000, seed=1)
    found = audit(wanted.cells, k=5)
    assert wanted.cells.sum(axis=1).min() == 5
    assert sum(len(people) == 1 for people in found.determined) >= 5
    assert len(found.determined) >= 40
    assert not found.is_safe


def test_totals_of_large_units_alone_give_nobody_away() -> None:
    wanted = organisation.wanted(2000, seed=1, least=100)
    assert audit(wanted.cells[~wanted.cuts], k=5).is_safe


def test_what_is_too_much_to_search_is_not_called_safe() -> None:
    """A54: k of 10 over hundreds of single people: only sets of four at most can be tried, and it says so."""
    found = audit(organisation.wanted(2000, seed=1, least=200).cells, k=10)
    assert (found.reach, found.determined, found.is_safe) == (4, (), False)
