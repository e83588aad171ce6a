"""The layout for the disclosure check: what is merged, split and left out changes no answer."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from azimuth.statistics.memberships import layout, table


def test_people_in_the_same_cells_are_one_atom_and_nobody_is_none() -> None:
    laid = layout(table([[1, 1, 0, 1, 0], [0, 0, 0, 1, 0], [0, 0, 0, 1, 0], [0, 0, 0, 0, 0]]), k=3)
    (block,) = laid.blocks
    assert (laid.cells, laid.atoms) == (2, 2)
    assert set(block.members) == {(0, 1), (3,)}
    assert sorted(block.sizes.tolist()) == [1, 2]


def test_cells_that_share_nobody_are_blocks_of_their_own() -> None:
    laid = layout(table([[1, 1, 0, 0, 0], [0, 0, 1, 1, 0], [0, 0, 0, 1, 1]]), k=3)
    assert sorted(block.cells.tolist() for block in laid.blocks) == [[0], [1, 2]]


def test_a_cell_with_a_large_atom_of_its_own_is_left_out() -> None:
    """Three people only the first cell has: nothing takes them out of it again; then the second has two it alone has."""
    cells = [[1, 1, 1, 1, 0, 0], [0, 0, 0, 1, 1, 1]]
    assert [block.cells.tolist() for block in layout(table(cells), k=3).blocks] == [[1]]
    assert layout(table(cells), k=2).blocks == ()
    assert layout(table(np.ones((1, 3))), k=4).blocks[0].cells.tolist() == [0]


def test_a_cell_of_one_large_atom_takes_it_out_of_all_others_only_where_it_lasts() -> None:
    cells = table([[1, 1, 1, 0, 0], [1, 1, 1, 1, 1]])
    (block,) = layout(cells, k=3).blocks
    assert (block.cells.tolist(), block.members) == ([1], ((3, 4),))
    (block,) = layout(cells, k=3, lasting=np.array([False, True])).blocks
    assert block.cells.tolist() == [0, 1]


def test_two_equal_cells_of_one_large_atom_leave_nothing() -> None:
    assert layout(table([[1, 1, 1], [1, 1, 1]]), k=3).blocks == ()


def test_many_teams_and_a_total_over_all_of_them_fall_apart() -> None:
    """A cycle's reports: nothing is left to search, however many there are."""
    teams = sparse.block_diag([np.ones((1, 5))] * 3000)
    laid = layout(table(sparse.vstack([teams, sparse.csr_array(np.ones((1, 15_000)))])), k=5)
    assert (laid.blocks, laid.cells, laid.atoms) == ((), 3001, 3000)


def test_weights_are_lent_in_lowest_terms_where_an_atom_has_one() -> None:
    rows = table([[2, 4, 4, 0], [1, 1, 1, 1]])
    (block,) = layout(rows, k=4).blocks
    order = [block.members.index(people) for people in ((0,), (1, 2), (3,))]
    assert block.weighings[:, order].tolist() == [[1, 1, 1], [1, 2, 0]]
    (block,) = layout(rows, k=4, weighted=table([[1, 2, 3, 0], [5, 0, 0, 1]])).blocks
    assert block.weighings[:, order].tolist() == [[1, 1, 1], [5, 0, 1]]


@pytest.mark.parametrize("kind", [np.asarray, sparse.csr_array, sparse.coo_array, sparse.csc_matrix])
def test_tables_of_any_kind_are_read_alike(kind: type) -> None:
    rows = table(kind(np.array([[1, 0, 2], [0, 0, 0]])))
    assert rows.toarray().tolist() == [[1, 0, 2], [0, 0, 0]]
    assert rows.nnz == 2
