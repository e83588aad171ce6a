"""Who is in which figure, laid out for the disclosure check: people merged into atoms, figures split into blocks.

A figure (cell) is a row over people: 1 for whom a plain total counts, other small whole numbers in a weighted one, 0 for who is
not in it. People in exactly the same figures are one atom. A set of fewer than k people is made of small atoms, of fewer than
k people each; a large atom only stands in the way. Figures that share nobody cannot work together: a set's total follows
exactly when that of its part in each block does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse.csgraph import connected_components

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Table = npt.ArrayLike | sparse.csr_array

HEAVIEST = 1_000_000


@dataclass(frozen=True)
class Block:
    """Figures that hang together. `rows`: (cells, atoms), sparse; `cells`: their places in the table; `members`: people per atom.

    `sizes`: (atoms,) people in each. `weighings`: (any number, atoms), in whose weights a share of a figure is looked for:
    plain ones first, then those of weighted figures; nought for atoms that are not small.
    """

    rows: sparse.csr_array
    cells: Ints
    members: tuple[tuple[int, ...], ...]
    sizes: Ints
    weighings: Ints

    @property
    def room(self) -> int:
        """How many numbers a tableau of it holds."""
        return len(self.cells) * (len(self.cells) + len(self.members))


@dataclass(frozen=True)
class Layout:
    """A table in blocks; `cells` counts its distinct figures of somebody, `atoms` the groups nothing tells apart."""

    blocks: tuple[Block, ...]
    cells: int
    atoms: int


def table(cells: Table) -> sparse.csr_array:
    """`cells` as a sparse table of whole numbers, (cells, people).

    Raises ValueError unless it has two dimensions and whole numbers within a million of nought.
    """
    rows = cells if sparse.issparse(cells) else np.asarray(cells)
    if rows.ndim != 2:
        raise ValueError("A table of cells by people is needed.")
    found = sparse.csr_array(rows)
    if not ((np.abs(found.data) <= HEAVIEST) & (found.data == np.trunc(found.data))).all():
        raise ValueError("Memberships are 0 and 1, weights small whole numbers.")
    whole = found.astype(np.int64)
    whole.sum_duplicates()
    whole.eliminate_zeros()
    return whole


def layout(
    rows: sparse.csr_array,
    *,
    k: int,
    lasting: Flags | None = None,
    weighted: sparse.csr_array | None = None,
) -> Layout:
    """The atoms and blocks of `rows` that can matter to a set of fewer than `k` people.

    Left out, without loss: a figure that alone has some large atom (nothing can take that out of it again), and a figure of
    one large atom together with that atom (it can be taken out of all others, while the figure is there: `lasting` says of
    which figures that may be assumed; default: of all). `weighted` figures, default those of `rows`, lend their weights.
    """
    over_atoms, members = _atoms(rows)
    sizes = np.array([len(people) for people in members], dtype=np.int64)
    lasts = np.ones(rows.shape[0], dtype=bool) if lasting is None else lasting
    left = _peeled(over_atoms, sizes >= k, lasts)
    weights = _over_atoms(rows if weighted is None else weighted, members)
    blocks = [
        Block(
            sparse.csr_array(over_atoms[cells][:, atoms]),
            cells,
            tuple(members[atom] for atom in atoms),
            sizes[atoms],
            _weighings(weights[:, atoms], sizes[atoms] < k),
        )
        for cells, atoms in _parts(over_atoms, *left)
        if sizes[atoms].min() < k
    ]
    return Layout(tuple(blocks), len(_groups(rows)), len(members))


def _groups(lines: sparse.csr_array) -> list[list[int]]:
    """The lines (rows) that are not empty, equal ones together."""
    found: dict[bytes, list[int]] = defaultdict(list)
    for line in range(lines.shape[0]):
        span = slice(lines.indptr[line], lines.indptr[line + 1])
        if span.start < span.stop:
            found[lines.indices[span].tobytes() + lines.data[span].tobytes()].append(line)
    return list(found.values())


def _atoms(rows: sparse.csr_array) -> tuple[sparse.csr_array, list[tuple[int, ...]]]:
    """The table over atoms, and the people of each; who is in no figure is in no atom."""
    turned = sparse.csr_array(rows.T)
    turned.sort_indices()
    members = [tuple(people) for people in _groups(turned)]
    return sparse.csr_array(turned[[people[0] for people in members]].T), members


def _over_atoms(rows: sparse.csr_array, members: list[tuple[int, ...]]) -> Ints:
    """(weighted figures, atoms): what each person of an atom weighs in them; nought where that differs within the atom."""
    spans = zip(rows.indptr[:-1], rows.indptr[1:], strict=True)
    weighted = [row for row, (begin, end) in enumerate(spans) if len(np.unique(rows.data[begin:end])) > 1]
    if not weighted or not members:
        return np.zeros((0, len(members)), dtype=np.int64)
    people = np.concatenate([np.array(each) for each in members])
    begins = np.cumsum([0, *(len(each) for each in members[:-1])])
    weights = np.asarray(sparse.csr_array(rows[weighted]).todense())[:, people]
    least = np.minimum.reduceat(weights, begins, axis=1)
    return least * (least == np.maximum.reduceat(weights, begins, axis=1))


def _weighings(weighted: Ints, small: Flags) -> Ints:
    """Plain weights and those of weighted figures, over small atoms, each once and in lowest terms."""
    plain = small.astype(np.int64)
    found = {plain.tobytes(): plain}
    for weights in weighted * small:
        used = weights[weights != 0]
        if (used != used[:1]).any():
            lowest = weights // np.gcd.reduce(used)
            found[lowest.tobytes()] = lowest
    return np.array(list(found.values()))


def _peeled(rows: sparse.csr_array, large: Flags, lasting: Flags) -> tuple[Flags, Flags]:
    """Which rows and atoms are left when those that cannot matter are taken away, again and again."""
    pattern = sparse.csr_array(
        (np.ones(rows.nnz, dtype=np.int64), rows.indices, rows.indptr), shape=rows.shape
    )
    atoms = np.ones(rows.shape[1], dtype=bool)
    kept = np.ones(rows.shape[0], dtype=bool)
    before = -1
    while before != kept.sum() + atoms.sum():
        before = kept.sum() + atoms.sum()
        alone = kept & lasting & (pattern @ atoms.astype(np.int64) == 1)
        only = np.asarray(pattern @ (atoms * np.arange(len(atoms))))[alone]
        atoms[only[large[only]]] = False
        kept &= pattern @ atoms.astype(np.int64) > 0
        private = atoms & large & (pattern.T @ kept.astype(np.int64) == 1)
        kept &= pattern @ private.astype(np.int64) == 0
    return kept, atoms


def _parts(rows: sparse.csr_array, kept: Flags, atoms: Flags) -> Iterator[tuple[Ints, Ints]]:
    """The connected parts of what is left: places of rows and of atoms."""
    row_at, atom_at = np.flatnonzero(kept), np.flatnonzero(atoms)
    inside = rows[row_at][:, atom_at].tocoo()
    size = len(row_at) + len(atom_at)
    edges = sparse.coo_array((np.ones(inside.nnz), (inside.row, inside.col + len(row_at))), shape=(size, size))
    number, labels = connected_components(edges, directed=False)
    order = np.argsort(labels, kind="stable")
    for part in np.split(order, np.searchsorted(labels[order], np.arange(1, number))):
        cells, people = row_at[part[part < len(row_at)]], atom_at[part[part >= len(row_at)] - len(row_at)]
        if len(cells) and len(people):
            yield cells, people
