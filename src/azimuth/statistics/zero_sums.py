"""Small sets of atoms on which two vectors modulo a prime both sum to zero: found by meeting in the middle.

Parts of up to half the size are summed up once; two parts whose sums are opposite make a set. A sum and its opposite are folded
into one number, with one bit that tells them apart, so that one sort brings the two together. The largest parts are never
kept, only their numbers: what a place stands for is worked out for the few that matter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, product

import numpy as np
import numpy.typing as npt

from azimuth.statistics.memberships import Ints

MOST_PARTS = 100_000_000
CHUNK = 2**18
SIEVE = 2**22

Sets = set[frozenset[int]]
_Part = tuple[frozenset[int], int]
_Words = npt.NDArray[np.uint32]
_Numbers = npt.NDArray[np.uint64]
ONE = np.uint64(1)


@dataclass(frozen=True)
class Found:
    """The smallest zero sets; `reach`: all sets of up to so many people were searched."""

    sets: tuple[frozenset[int], ...]
    reach: int


def zero_sums(vectors: Ints, sizes: Ints, *, k: int, prime: int, most: int | None = None) -> Found:
    """Every smallest set of atoms with fewer than `k` people, `sizes` each, on which both `vectors` sum to zero.

    `vectors`: (2, atoms) modulo `prime` < 2^31. "Smallest": containing no other such set. There are atoms^(k // 2) parts;
    beyond 100 million of them only smaller sets are searched, as `reach` says. With `most` the search ends, smaller sets first,
    once it has about that many. Source: the house's methods C.4.
    """
    small = np.flatnonzero(sizes < k)
    sums = np.ascontiguousarray(vectors[:, small].T, dtype=np.uint32)
    alone = ~sums.any(axis=1)
    found: Sets = {frozenset({atom}) for atom in small[alone].tolist()}
    levels = [_Parts.singles(sums[~alone], small[~alone], sizes, k)]
    found |= _joined(levels, None, k, prime, most)
    reach = min(k - 1, 2)
    for half in range(2, k // 2 + 1):
        if levels[-1].offspring > MOST_PARTS or (most is not None and len(found) >= most):
            break
        found |= _joined(levels, levels[-1], k, prime, most)
        reach = min(k - 1, 2 * half)
        if half < k // 2:
            levels.append(levels[-1].grown(prime))
    return Found(tuple(smallest(found)), reach)


def smallest(found: Iterable[frozenset[int]]) -> list[frozenset[int]]:
    """The sets that contain no other of the sets, the small ones first."""
    kept: dict[int, list[frozenset[int]]] = defaultdict(list)
    chosen = []
    for atoms in sorted(found, key=lambda atoms: (len(atoms), sorted(atoms))):
        if not any(known <= atoms for atom in atoms for known in kept[atom]):
            kept[min(atoms)].append(atoms)
            chosen.append(atoms)
    return chosen


@dataclass(frozen=True)
class _Parts:
    """Sets of equally many atoms: each a set of one atom less, and one more atom that comes after those.

    `sums`: (parts, 2); `people`: how many each has; `rest`: the place of the smaller set in `smaller`; `last`: the place of the
    further atom among `names`, the atoms there are (those that are zero alone are in no larger smallest set).
    """

    sums: _Words
    people: npt.NDArray[np.int16]
    rest: npt.NDArray[np.int32]
    last: npt.NDArray[np.int32]
    names: Ints
    k: int
    smaller: _Parts | None

    @classmethod
    def singles(cls, sums: _Words, names: Ints, sizes: Ints, k: int) -> _Parts:
        """Parts of one atom."""
        places = np.arange(len(names), dtype=np.int32)
        return cls(sums, sizes[names].astype(np.int16), places, places, names, k, None)

    @cached_property
    def of_one(self) -> _Parts:
        """The parts of one atom."""
        return self if self.smaller is None else self.smaller.of_one

    @cached_property
    def room(self) -> Ints:
        """How many parts of one atom more begin with each part: none where these would have `k` people for sure."""
        room = len(self.names) - 1 - self.last.astype(np.int64)
        return room * (self.people + self.of_one.people.min(initial=1) < self.k)

    @cached_property
    def begins(self) -> Ints:
        """At which place among all parts of one atom more those of each part begin; and how many there are."""
        return np.concatenate([[0], np.cumsum(self.room)])

    @property
    def offspring(self) -> int:
        """How many parts of one atom more there are."""
        return int(self.begins[-1])

    def children(self, places: Ints) -> tuple[Ints, Ints]:
        """`rest` and `last` of the parts of one atom more at these places."""
        rest = np.searchsorted(self.begins, places, side="right") - 1
        return rest, places - self.begins[rest] + self.last[rest] + 1

    def chunks(self, prime: int) -> Iterator[_Words]:
        """The sums of all parts of one atom more, in order, a handful at a time: they then stay in the processor's cache."""
        bounds = np.searchsorted(self.begins, np.arange(0, self.offspring, CHUNK), side="right") - 1
        for first, end in pairwise([*bounds.tolist(), len(self.room)]):
            room = self.room[first:end]
            rest = np.repeat(np.arange(first, end), room)
            skipped = self.begins[first:end] - self.begins[first] - self.last[first:end] - 1
            sums = self.sums[rest]
            sums += self.of_one.sums[np.arange(len(rest)) - np.repeat(skipped, room)]
            yield np.minimum(sums, sums - np.uint32(prime))

    def grown(self, prime: int) -> _Parts:
        """The parts of one atom more."""
        rest, last = self.children(np.arange(self.offspring))
        people = self.people[rest] + self.of_one.people[last]
        sums = np.concatenate([np.empty((0, 2), dtype=np.uint32), *self.chunks(prime)])
        return _Parts(sums, people, rest.astype(np.int32), last.astype(np.int32), self.names, self.k, self)

    def at(self, places: Ints) -> Iterator[_Part]:
        """The atoms, and the number of people, of the parts at these places."""
        return self._named(self.rest[places].astype(np.int64), self.last[places].astype(np.int64), self.smaller)

    def children_at(self, places: Ints) -> Iterator[_Part]:
        """The same of the parts of one atom more at these places."""
        return self._named(*self.children(places), self)

    def _named(self, rest: Ints, last: Ints, level: _Parts | None) -> Iterator[_Part]:
        columns = [last]
        while level is not None:
            columns.append(level.last[rest].astype(np.int64))
            rest, level = level.rest[rest].astype(np.int64), level.smaller
        places = np.column_stack(columns)
        people = self.of_one.people[places].sum(axis=1)
        return zip(map(frozenset, self.names[places].tolist()), people.tolist(), strict=True)


def _joined(levels: list[_Parts], top: _Parts | None, k: int, prime: int, most: int | None) -> Sets:
    """Parts that are zero, and unions of two opposite ones that share no atom, all with fewer than `k` people.

    The parts are those of all `levels` and those of one atom more than the parts of `top`.
    """
    numbers = _numbers(levels, top, prime)
    wanted = _wanted(np.sort(numbers))
    if not len(wanted):
        return set()
    at = _places(numbers, wanted)
    found: Sets = set()
    sides: dict[int, tuple[list[_Part], list[_Part]]] = defaultdict(lambda: ([], []))
    for number, (atoms, people) in zip(numbers[at].tolist(), _parts(levels, top, at), strict=True):
        if number:
            sides[number >> 1][number & 1].append((atoms, people))
        elif people < k:
            found.add(atoms)
    for these, those in sides.values():
        if most is not None and len(found) >= most:
            break
        found |= {one | other for (one, a), (other, b) in product(these, those) if a + b < k and not one & other}
    return found


def _numbers(levels: list[_Parts], top: _Parts | None, prime: int) -> _Numbers:
    """The folded sums of all parts, in order."""
    numbers = np.empty(sum(len(level.sums) for level in levels) + (top.offspring if top else 0), dtype=np.uint64)
    end = 0
    for sums in (*(level.sums for level in levels), *(top.chunks(prime) if top else ())):
        numbers[end : end + len(sums)] = _folded(sums, prime)
        end += len(sums)
    return numbers


def _folded(sums: _Words, prime: int) -> _Numbers:
    """One number for a pair of sums and their opposites, doubled; one more if it is the opposite that was met."""
    opposite = (np.uint32(prime) - sums) * (sums != 0)
    one, other = sums.view(np.uint64)[:, 0], opposite.view(np.uint64)[:, 0]
    return (np.minimum(one, other) << ONE) | (other < one)


def _wanted(ordered: _Numbers) -> _Numbers:
    """The halves of those of the rising numbers that are met both ways round, and nought if it is among them."""
    found = [ordered[:1][ordered[:1] == 0]]
    for begin in range(0, len(ordered), SIEVE):
        here = ordered[begin : begin + SIEVE + 1]
        found.append(here[1:][(here[1:] ^ here[:-1]) == ONE] >> ONE)
    return np.concatenate(found)


def _places(numbers: _Numbers, wanted: _Numbers) -> Ints:
    """Where the numbers lie whose halves are `wanted` (rising): sieved by their last bits, then looked up."""
    sieve = np.zeros(SIEVE, dtype=bool)
    sieve[wanted & np.uint64(SIEVE - 1)] = True
    found = []
    for begin in range(0, len(numbers), SIEVE):
        halves = numbers[begin : begin + SIEVE] >> ONE
        near = np.flatnonzero(sieve[halves & np.uint64(SIEVE - 1)])
        place = np.minimum(np.searchsorted(wanted, halves[near]), len(wanted) - 1)
        found.append(begin + near[wanted[place] == halves[near]])
    return np.concatenate(found)


def _parts(levels: list[_Parts], top: _Parts | None, at: Ints) -> Iterator[_Part]:
    """The parts at these rising places, in order."""
    begin = 0
    for level in levels:
        end = begin + len(level.sums)
        yield from level.at(at[(at >= begin) & (at < end)] - begin)
        begin = end
    if top:
        yield from top.children_at(at[at >= begin] - begin)
