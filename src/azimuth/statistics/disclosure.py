"""Does a set of published figures give a small group of people away? Asked of memberships alone, never of answers.

Every figure ever released is a cell: the people it was computed over, as a row of 0 and 1. A total over a set of people
follows from the released totals exactly when the set's row is a rational combination of the released rows. The guarantee
L(k): that holds for no set of fewer than k people. Because answers play no part, neither does the pattern of what is hidden.

The test works in GF(p): a random vector z with (row . z) = 0 for every released row has z(G) = 0 for every G that follows,
and for any other G only with probability 1/p. So the search is for small sets whose z sum to zero; every hit is then
confirmed by elimination under two primes. Source: the house's methods C.3 and C.4; frequency tables: Langsrud 2024.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

PRIMES = (2**61 - 1, 2**61 - 31)

Row = dict[int, int]


@dataclass(frozen=True)
class Audit:
    """What the released cells give away: the smallest sets of fewer than `k` people whose totals follow from them.

    Every set of fewer than `k` people that follows contains one of these; none means the guarantee holds. `cells` counts the distinct released cells, `atoms` the groups of people no cell tells apart,
    `rank` the independent figures among the cells.
    """

    determined: tuple[frozenset[int], ...]
    k: int
    cells: int
    atoms: int
    rank: int

    @property
    def is_safe(self) -> bool:
        """Whether no set of 1 to k - 1 people follows."""
        return not self.determined


def audit(cells: npt.ArrayLike, *, k: int, seed: int = 0) -> Audit:
    """Find every smallest set of 1 to `k` - 1 people whose total follows from the totals of the released cells.

    `cells`: (cells, people), 0 or 1; leave out people whose answers carry their name (self, lead), and people in no cell
    cost nothing. The answer does not depend on `seed` (but for a chance of about 1e-18 per set tried). Time and memory
    grow with atoms^(k // 2): two seconds for 1,400 atoms and k = 5. Raises ValueError for k < 2 or an entry other
    than 0 and 1.
    """
    released = np.asarray(cells)
    if k < 2 or released.ndim != 2 or not np.isin(released, (0, 1)).all():
        raise ValueError("A table of cells by people in 0 and 1, and k of at least 2, are needed.")
    rows, members = _atoms(released.astype(bool))
    systems = [Echelon(rows, prime) for prime in PRIMES]
    null = systems[0].null_vector(len(members), random.Random(seed))  # noqa: S311  reproducible, guards nothing
    hits = _zero_sums(null, [len(people) for people in members], k)
    follows = [atoms for atoms in hits if all(system.spans(dict.fromkeys(atoms, 1)) for system in systems)]
    determined = [
        frozenset(person for atom in atoms for person in members[atom]) for atoms in _smallest(follows)
    ]
    ordered = tuple(sorted(determined, key=lambda people: (len(people), sorted(people))))
    return Audit(ordered, k, len(rows), len(members), systems[0].rank)


def _atoms(released: npt.NDArray[np.bool_]) -> tuple[list[Row], list[list[int]]]:
    """The distinct cells as rows over atoms, and the people of each atom: those in exactly the same cells."""
    inside = np.flatnonzero(released.any(axis=0))
    patterns, atom_of = np.unique(released[:, inside], axis=1, return_inverse=True)
    members: list[list[int]] = [[] for _ in range(patterns.shape[1])]
    for person, atom in zip(inside.tolist(), atom_of.ravel().tolist(), strict=True):
        members[atom].append(person)
    cells = {tuple(np.flatnonzero(row).tolist()) for row in patterns}
    return [dict.fromkeys(cell, 1) for cell in sorted(cells) if cell], members


def _zero_sums(null: list[int], sizes: list[int], k: int) -> set[frozenset[int]]:
    """Sets of atoms with fewer than `k` people on which `null` sums to zero, among them all the smallest."""
    prime = PRIMES[0]
    small = [atom for atom, size in enumerate(sizes) if size < k]
    hits = {frozenset({atom}) for atom in small if null[atom] == 0}
    small = [atom for atom in small if null[atom]]
    sums: list[int] = []
    parts: list[tuple[int, ...]] = []
    for number in range(1, k // 2 + 1):
        for part in combinations(small, number):
            if sum(sizes[atom] for atom in part) < k:
                parts.append(part)
                sums.append(sum(null[atom] for atom in part) % prime)
    for one, other in _opposites(np.array(sums, dtype=np.int64), prime):
        union = frozenset(parts[one] + parts[other])
        disjoint = len(union) == len(parts[one]) + len(parts[other])
        if disjoint and sum(sizes[atom] for atom in union) < k:
            hits.add(union)
    return hits | {frozenset(part) for part, total in zip(parts, sums, strict=True) if total == 0}


def _opposites(sums: npt.NDArray[np.int64], prime: int) -> Iterator[tuple[int, int]]:
    """Pairs of positions, first below second, whose sums cancel out modulo `prime`; a zero is nobody's opposite."""
    order = np.argsort(sums, kind="stable")
    ordered = sums[order]
    first = np.searchsorted(ordered, prime - sums, side="left")
    last = np.searchsorted(ordered, prime - sums, side="right")
    for one in np.flatnonzero(last > first).tolist():
        for place in range(first[one], last[one]):
            if one < order[place]:
                yield one, int(order[place])


def _smallest(found: Sequence[frozenset[int]]) -> list[frozenset[int]]:
    """The sets that contain no other of the sets."""
    kept: dict[int, list[frozenset[int]]] = defaultdict(list)
    for atoms in sorted(found, key=len):
        if not any(known <= atoms for atom in atoms for known in kept[atom]):
            kept[min(atoms)].append(atoms)
    return [atoms for group in kept.values() for atoms in group]


class Echelon:
    """Released rows in echelon form over GF(prime), as sparse rows {atom: coefficient}."""

    def __init__(self, rows: Iterable[Row], prime: int) -> None:
        """Eliminate `rows`, each with a pivot of one."""
        self.prime = prime
        self._by_pivot: dict[int, Row] = {}
        for row in sorted(rows, key=len):
            self._add(row)

    @property
    def rank(self) -> int:
        """How many of the rows are independent."""
        return len(self._by_pivot)

    def spans(self, row: Row) -> bool:
        """Whether `row` is a combination of the released rows."""
        return not self._reduced(row)

    def null_vector(self, atoms: int, source: random.Random) -> list[int]:
        """A random vector, one number per atom, on which every released row vanishes."""
        vector = [source.randrange(1, self.prime) for _ in range(atoms)]
        for pivot in reversed(self._by_pivot):
            row = self._by_pivot[pivot]
            vector[pivot] = (
                -sum(value * vector[atom] for atom, value in row.items() if atom != pivot) % self.prime
            )
        return vector

    def _add(self, row: Row) -> None:
        left = self._reduced(row)
        if left:
            pivot = min(left)
            inverse = pow(left[pivot], -1, self.prime)
            self._by_pivot[pivot] = {atom: value * inverse % self.prime for atom, value in left.items()}

    def _reduced(self, row: Row) -> Row:
        """What is left of `row` after taking away multiples of the pivot rows, in the order they were made."""
        left = dict(row)
        for pivot, known in self._by_pivot.items():
            factor = left.get(pivot, 0)
            if factor:
                _subtract(left, known, factor, self.prime)
        return left


def _subtract(row: Row, known: Row, factor: int, prime: int) -> None:
    """row -= factor * known, in place and without stored zeros."""
    for atom, value in known.items():
        changed = (row.get(atom, 0) - factor * value) % prime
        if changed:
            row[atom] = changed
        else:
            row.pop(atom, None)
