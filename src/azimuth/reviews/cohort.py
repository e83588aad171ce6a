"""Which groups of subjects a cohort report speaks of, and what it says of each. Pure.

What is shown is decided from who is in which group, never from what anybody answered, and for each figure by itself: the
mean of one competency over one group is a total over those subjects of whom it is known, and only totals of the same figure
can be subtracted from one another. Every figure enters as it stands in the subjects' own reports.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

LEAST_IN_A_UNIT = 50  # subjects a unit needs to be shown by itself: cuts below give single people away too easily
EDGE = 0.1  # of the scale's range: a mean nearer to its end is "or more", "or less"
NARROWEST = 0.05  # of the scale's range: half the width of a spread at least, however alike all are
EVERYBODY = ""
DERIVABLE = "derivable"


@dataclass(frozen=True, slots=True)
class Unit:
    """A node of the organisation; `path` as in people: short keys from the root, each ended by a slash."""

    key: str
    name: str
    path: str


@dataclass(frozen=True, slots=True)
class Variable:
    """One figure of every subject: a section's mean as seen by all raters, or by the subject."""

    of: str
    seen_by: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One group of subjects for one figure. `why` is empty where it is shown, else a code that says why not.

    few: a unit below the least. rest: what its parent has besides would be too few. minimum: too few subjects at all.
    derivable: with other figures, here or in a cycle shortly before, it would tell about too few (`cohort_ledger`).
    """

    variable: Variable
    unit: str
    name: str
    path: str
    members: frozenset[UUID]
    why: str = ""

    @property
    def is_shown(self) -> bool:
        """Whether its figure may be given."""
        return not self.why


def plan(variable: Variable, paths: Mapping[UUID, str], units: Iterable[Unit], *, minimum: int) -> list[Cell]:
    """The cells of one figure: everybody, and units with enough subjects, each only where what is left beside it is enough too.

    `paths` maps the subjects with this figure to the paths of their units. Shown cells form a tree in which every node minus
    its shown children is empty or has at least `minimum` subjects, so that nothing smaller follows by subtraction.
    """
    everybody = Cell(variable, EVERYBODY, "", "", frozenset(paths))
    if len(paths) < minimum:
        return [replace(everybody, why="minimum")]
    inside: dict[str, set[UUID]] = defaultdict(set)
    for subject, path in paths.items():
        for prefix in _prefixes(path):
            inside[prefix].add(subject)
    cells = {u.path: Cell(variable, u.key, u.name, u.path, frozenset(inside[u.path])) for u in units if u.path in inside}
    below: dict[str, list[Cell]] = defaultdict(list)
    for path, cell in cells.items():
        below[next((p for p in reversed(_prefixes(path)[:-1]) if p in cells), "")].append(cell)
    return [everybody, *_cut(everybody, below, minimum)]


def _prefixes(path: str) -> list[str]:
    steps = path.split("/")[:-1]
    return ["/".join(steps[: n + 1]) + "/" for n in range(len(steps))]


def _cut(parent: Cell, below: Mapping[str, list[Cell]], minimum: int) -> Iterator[Cell]:
    """The units under a shown cell, by name, each followed by its own; small ones only where one would look for them: at the top, or beside a large one."""
    children = list(_distinct(parent, parent.path, below))
    large = [child for child in children if len(child.members) >= LEAST_IN_A_UNIT]
    rest = len(parent.members) - sum(len(child.members) for child in large)
    given_up = min(large, key=lambda child: (len(child.members), child.path)).path if large and 0 < rest < minimum else None
    for child in sorted(children, key=lambda child: (child.name.casefold(), child.path)):
        if len(child.members) < LEAST_IN_A_UNIT:
            if large or parent.unit == EVERYBODY:
                yield replace(child, why="few")
        elif child.path == given_up:
            yield replace(child, why="rest")
        else:
            yield child
            yield from _cut(child, below, minimum)


def _distinct(parent: Cell, path: str, below: Mapping[str, list[Cell]]) -> Iterator[Cell]:
    """The units directly below that divide the parent: one that holds all its subjects is passed through."""
    for child in below[path]:
        if child.members == parent.members:
            yield from _distinct(parent, child.path, below)
        else:
            yield child


def content(cells: Sequence[Cell], figures: Mapping[Variable, Mapping[UUID, float]], *, low: float, high: float) -> list[dict[str, Any]]:
    """The cells as plain values; a figure only where it is shown: the mean of the subjects' means, each counting once, and their spread."""
    return [_shown(cell, [figures[cell.variable][member] for member in cell.members], low, high) if cell.is_shown else _hidden(cell) for cell in cells]


def _hidden(cell: Cell) -> dict[str, Any]:
    return {"of": cell.variable.of, "seen_by": cell.variable.seen_by, "unit": cell.unit, "name": cell.name, "why": cell.why}


def _shown(cell: Cell, means: Sequence[float], low: float, high: float) -> dict[str, Any]:
    """Rounded to tenths (of exact sums: no order is left in a last digit); near the ends of the scale only that it is there. The spread is one standard deviation either way."""
    centre = math.fsum(means) / len(means)
    spread = math.sqrt(math.fsum((mean - centre) ** 2 for mean in means) / (len(means) - 1))
    half = max(spread, NARROWEST * (high - low))
    least, most = low + EDGE * (high - low), high - EDGE * (high - low)
    edge = "more" if centre > most else "less" if centre < least else ""
    return {
        **_hidden(cell), "n": len(means), "mean": round(min(max(centre, least), most), 1), "edge": edge,
        "low": None if edge else max(low, math.floor((centre - half) * 10) / 10), "high": None if edge else min(high, math.ceil((centre + half) * 10) / 10),
    }
