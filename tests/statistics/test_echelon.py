"""The tableau keeps its promises however often figures are taken and put back."""

from __future__ import annotations

from itertools import combinations_with_replacement

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from azimuth.statistics.echelon import GONE, KERNEL, PRIMES, Tableau, sparsified
from tests.statistics.brute_force import following, null_space

PRIME = PRIMES[0]


def small(seed: int, *, cells: int = 9, atoms: int = 8) -> np.ndarray:
    """Figures of which some can be rebuilt from others."""
    random = np.random.default_rng(seed)
    rows = (random.random((cells, atoms)) < random.uniform(0.2, 0.7)).astype(np.int64)
    rows[0] = rows[1] + rows[2]
    return rows


def holds(tableau: Tableau, rows: np.ndarray, shown: list[int]) -> None:
    """Every promise of the class, against the figures still there."""
    kept = rows[shown]
    rank = rows.shape[1] - len(null_space(kept))
    assert (tableau.pivots >= 0).sum() == rank
    assert (tableau.pivots == KERNEL).sum() == len(shown) - rank
    assert (tableau.pivots == GONE).sum() == len(rows) - len(shown)
    assert not ((tableau.made.astype(object) @ rows - tableau.sums) % PRIME).any()
    assert not np.delete(tableau.made, shown, axis=1).any()
    assert not tableau.sums[tableau.pivots < 0].any()
    for row in np.flatnonzero(tableau.pivots >= 0):
        column = tableau.sums[:, tableau.pivots[row]]
        assert column[row] == 1
        assert np.count_nonzero(column) == 1
    assert not ((kept.astype(object) @ tableau.null.T.astype(object)) % PRIME).any()
    totals = following(kept, 3)
    for atoms in (set(pair) for pair in combinations_with_replacement(range(rows.shape[1]), 2)):
        follows = tuple(int(atom in atoms) for atom in range(rows.shape[1])) in totals
        assert tableau.spans([(atom, 1) for atom in atoms]) == follows
        assert (not (tableau.null[:2, list(atoms)].sum(axis=1) % PRIME).any()) == follows


@given(st.integers(0, 10_000), st.lists(st.integers(0, 8), max_size=20))
@settings(max_examples=60, deadline=None)
def test_taking_and_putting_back_leaves_the_figures_that_are_there(seed: int, moves: list[int]) -> None:
    rows = small(seed)
    tableau = Tableau(sparse.csr_array(rows), PRIME, np.random.default_rng(seed))
    shown = list(range(len(rows)))
    for cell in moves:
        if cell in shown:
            shown.remove(cell)
            rank = (tableau.pivots >= 0).sum()
            instead = tableau.take(cell)
            assert (tableau.pivots >= 0).sum() == rank - (instead is None)
            if instead is not None:
                assert instead[cell] == 1
                assert not ((instead.astype(object) @ rows) % PRIME).any()
        else:
            expected = tableau.null_with(cell)
            assert not ((rows[cell].astype(object) @ expected.T.astype(object)) % PRIME).any()
            shown.append(cell)
            tableau.put(cell)
        holds(tableau, rows, sorted(shown))


def test_what_is_spanned_has_a_certificate() -> None:
    """a+b and b give a, and twice a."""
    tableau = Tableau(sparse.csr_array(np.array([[1, 1, 0], [0, 1, 0]])), PRIME, np.random.default_rng(1))
    assert tableau.spans([(0, 1)])
    assert tableau.certificate([(0, 2)]).tolist() == [2, PRIME - 2]
    assert not tableau.spans([(2, 1)])
    assert not tableau.spans([(0, 1), (2, 1)])


def test_a_figure_that_can_be_rebuilt_adds_nothing_to_the_null_vectors() -> None:
    tableau = Tableau(sparse.csr_array(np.array([[1, 1, 0], [0, 1, 0], [1, 0, 0]])), PRIME, np.random.default_rng(1))
    assert tableau.take(2) is not None
    assert (tableau.null_with(2) == tableau.null[:2]).all()


def test_sparse_rows_span_the_same_and_say_how_they_were_made() -> None:
    """A unit of three teams, a cut, a weighted figure, the same team twice, and an empty figure."""
    rows = np.array(
        [[1, 1, 1, 1, 1, 1], [1, 1, 0, 0, 0, 0], [0, 0, 1, 1, 0, 0], [0, 1, 0, 1, 1, 0],
         [2, 1, 0, 0, 0, 0], [1, 1, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0]]
    )  # fmt: skip
    sums, made = sparsified(rows)
    assert (made @ rows == sums).all()
    assert round(abs(np.linalg.det(made))) == 1
    assert sums.tolist() == [
        [1, 0, 1, 0, 0, 1], [1, 1, 0, 0, 0, 0], [0, 0, 1, 1, 0, 0], [0, 1, 0, 1, 1, 0],
        [2, 1, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0],
    ]  # fmt: skip


@pytest.mark.parametrize("prime", PRIMES)
def test_a_product_of_two_remainders_fits_a_word(prime: int) -> None:
    assert (prime - 1) ** 2 + prime < 2**63
