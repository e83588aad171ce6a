"""Does a set of published figures give a small group of people away? Asked of memberships alone, never of answers.

Every figure ever released is a cell: a row over the people it was computed over, 1 for each or, in a weighted figure, small
whole weights. A total follows from the released ones exactly when its row is a rational combination of theirs. The guarantee
L(k): for no set of fewer than k people does the total follow, nor, with weighted figures, the set's share of one of them (the
total in its weights). Because answers play no part, neither does the pattern of what is hidden.

Not covered: differences. Two figures that differ by one person in each direction give those two people's difference; it is
nobody's total, but a difference from one end of the scale to the other says both. Memberships cannot tell.

The test works in GF(p): two random vectors on which every released row vanishes have z(G) = 0 for every G that follows, and for
any other only with probability 1/p^2. So the search is for small sets on which both sum to zero; each hit is then confirmed by
elimination, and all of it done again under a second prime. Source: the house's methods C.3 and C.4; frequency tables: Langsrud
2024.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import gcd

import numpy as np
from scipy import sparse

from azimuth.statistics.echelon import PRIMES, Tableau
from azimuth.statistics.memberships import Block, Ints, Table, layout, table
from azimuth.statistics.zero_sums import smallest, zero_sums

Form = frozenset[tuple[int, int]]  # a weighted total in lowest terms: (person or atom, weight)


@dataclass(frozen=True)
class Audit:
    """What the released cells give away: the smallest sets of fewer than `k` people whose totals follow from them.

    Every set of fewer than `k` people that follows contains one of these. `cells` counts the distinct released cells, `atoms`
    the groups of people no cell tells apart; sets of up to `reach` people were searched: k - 1, unless there are too many.
    """

    determined: tuple[frozenset[int], ...]
    k: int
    cells: int
    atoms: int
    reach: int

    @property
    def is_safe(self) -> bool:
        """Whether no set of 1 to k - 1 people follows; never true of what was not searched."""
        return not self.determined and self.reach == self.k - 1


def audit(cells: Table, *, k: int, seed: int = 0) -> Audit:
    """Find every smallest set of 1 to `k` - 1 people whose total, or share of a weighted cell, follows from the cells' totals.

    `cells`: (cells, people), 0 and 1 or small whole weights, dense or scipy.sparse; leave out people whose answers carry their
    name (self, lead). The answer does not depend on `seed` (but for a chance of about 1e-18 per set tried). 0.6 s for 900
    cells over 1,500 people and k = 5; time and memory grow with cells x (cells + atoms) and atoms^(k // 2). Raises ValueError
    for k < 2 or an entry that is no small whole number.
    """
    if k < 2:
        raise ValueError("k of at least 2 is needed.")
    rows = table(cells)
    found = findings(rows, k=k, seed=seed)
    people = smallest({frozenset(person for person, _ in form) for form in found.forms})
    return Audit(tuple(people), k, found.cells, found.atoms, found.reach)


@dataclass(frozen=True)
class Findings:
    """The weighted totals of fewer than k people that follow, and how far was searched."""

    forms: frozenset[Form]
    cells: int
    atoms: int
    reach: int


def findings(
    rows: sparse.csr_array, *, k: int, seed: int, weighted: sparse.csr_array | None = None
) -> Findings:
    """What follows from checked `rows`, plainly or in the weights of `weighted` ones (default: of theirs).

    Each prime is searched by itself, so that nothing is missed for one prime's sake.
    """
    laid = layout(rows, k=k, weighted=weighted)
    forms: set[Form] = set()
    reach = k - 1
    for block in laid.blocks:
        for prime in PRIMES:
            tableau = Tableau(block.rows, prime, np.random.default_rng([seed, prime]))
            hits, reached = search(block, tableau.null, k=k, prime=prime)
            forms |= {of_people(form, block) for form in hits if tableau.spans(form)}
            reach = min(reach, reached)
    return Findings(frozenset(forms), laid.cells, laid.atoms, reach)


def search(
    block: Block, null: Ints, *, k: int, prime: int, most: int | None = None
) -> tuple[set[Form], int]:
    """The smallest sets of atoms on which null vectors vanish, plainly or in the weights of a weighted cell; and the reach."""
    forms: set[Form] = set()
    reach = k - 1
    for weights in block.weighings:
        sizes = np.where(weights == 0, k, block.sizes)
        found = zero_sums(null[:2] * (weights % prime) % prime, sizes, k=k, prime=prime, most=most)
        forms |= {_in_lowest_terms((atom, int(weights[atom])) for atom in atoms) for atoms in found.sets}
        reach = min(reach, found.reach)
    return forms, reach


def of_people(form: Form, block: Block) -> Form:
    """A weighted total over atoms as one over people."""
    return _in_lowest_terms((person, weight) for atom, weight in form for person in block.members[atom])


def _in_lowest_terms(weighted: Iterator[tuple[int, int]]) -> Form:
    """Divided by what all weights share, the first weight positive: equal for multiples of each other."""
    pairs = sorted(weighted)
    divisor = gcd(*(weight for _, weight in pairs))
    if pairs[0][1] < 0:
        divisor = -divisor
    return frozenset((atom, weight // divisor) for atom, weight in pairs)
