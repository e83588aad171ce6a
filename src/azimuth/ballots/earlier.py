"""What reports about the same subject showed shortly before, and which groups may not be shown beside it. Pure.

Cycles that close within disclosure.NEAR of each other are taken to have got the same answers to the same question (ADR 0039). Who answered
then is destroyed; known is who was asked, and how many of them stand behind a figure. So whatever could have been is taken to be.

Within one cycle groups have nobody in common. Then a small set's total follows from two cycles' figures exactly when some groups of the
one together hold some groups of the other together, and fewer than k people more. With two earlier cycles or more other combinations
arise; colleagues are then shown only if nobody of them was asked in any.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import TypeVar
from uuid import UUID

from azimuth.ballots.disclosure import ALL, ATTRIBUTED, HIDDEN

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class EarlierCell:
    """One figure of one group shown then: everybody who was asked in it, and how many of them answered."""

    asked: frozenset[UUID]
    answered: int


@dataclass(frozen=True, slots=True)
class Past:
    """What is shown already. `cells` maps an item asked now to its figures, by cycle; `minimum` is the highest those cycles promised."""

    cells: Mapping[str, Sequence[Sequence[EarlierCell]]] = field(default_factory=dict)
    minimum: int = 0


NOTHING = Past()


def cells_of(
    shown_as: Mapping[str, str], asked: Iterable[tuple[str, UUID]], figures: Iterable[tuple[str, str, int]]
) -> dict[str, list[EarlierCell]]:
    """By item, the figures of colleagues that one report shows.

    `shown_as`: the name of each group; `asked`: (group, who); `figures`: (item, name, how many stand behind it).
    """
    behind: dict[str, set[UUID]] = defaultdict(set)
    for group, who in asked:
        behind[shown_as.get(group, HIDDEN)].add(who)
    cells: dict[str, list[EarlierCell]] = defaultdict(list)
    for of, name, n in figures:
        if name not in (*ATTRIBUTED, ALL):
            cells[of].append(EarlierCell(frozenset(behind[name]), n))
    return dict(cells)


def too_near(now: Mapping[str, frozenset[UUID]], then: Sequence[Sequence[EarlierCell]], *, k: int) -> set[str]:
    """The names in `now` (who answered, by name) that may not be shown as they are beside the figures of `then`."""
    everybody = frozenset().union(*now.values())
    if len(then) > 1:
        return set(now) if any(cell.asked & everybody for cells in then for cell in cells) else set()
    together = [_together(cells) for earlier in then for cells in _choices(list(earlier))]
    found: set[str] = set()
    for names in _choices(sorted(now)):  # single names first: what offends alone takes no others with it
        who = frozenset().union(*(now[name] for name in names))
        if not found & set(names) and any(_could_differ_by_few(who, cell, k) for cell in together):
            found |= set(names)
    return found


def _could_differ_by_few(now: frozenset[UUID], then: EarlierCell, k: int) -> bool:
    """Whether one could hold the other and fewer than `k` more."""
    more = len(now) - then.answered
    if more > 0:
        return more < k and len(now & then.asked) >= then.answered
    return 0 < -more < k and now <= then.asked


def _together(cells: Sequence[EarlierCell]) -> EarlierCell:
    return EarlierCell(frozenset().union(*(cell.asked for cell in cells)), sum(cell.answered for cell in cells))


def _choices(things: Sequence[T]) -> Iterator[tuple[T, ...]]:
    for number in range(1, len(things) + 1):
        yield from combinations(things, number)
