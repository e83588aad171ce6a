"""The attacker's work: an exact solver over everything published, and how much it finds in the real build and in the bare one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

import numpy as np

from azimuth.operations.derivability.builds import BARE, REAL, Build
from azimuth.operations.derivability.organisations import draw
from azimuth.operations.derivability.publishing import Row, published
from azimuth.statistics.derivability import derive


def judge(organisations: int, *, seed: int, build: Build = REAL, progress: Callable[[int], Any] | None = None) -> dict[str, Any]:
    """`{"organisations", "derivable", "cells_shown", "control": {"derivable"}}`: sets of fewer than the minimum whose totals follow."""
    derivable = cells = control = 0
    for number in range(organisations):
        found, shown = attack(seed * 1_000_003 + number, build)
        derivable, cells = derivable + found, cells + shown
        control += attack(seed * 1_000_003 + number, BARE)[0]
        if progress:
            progress(number + 1)
    return {"organisations": organisations, "derivable": derivable, "cells_shown": cells, "control": {"derivable": control}}


def attack(seed: int, build: Build) -> tuple[int, int]:
    """One organisation: how many small sets follow, and how many figures were published."""
    organisation = draw(seed)
    rows = published(organisation, build)
    found = sum(_small_sets(frozenset(of), organisation.minimum) for of in rows.raters.values())
    found += sum(_small_sets(frozenset(of), organisation.subject_minimum) for of in rows.subjects.values())
    return found, rows.cells


@lru_cache(maxsize=100_000)
def _small_sets(rows: Iterable[Row], k: int) -> int:
    """Smallest sets of fewer than `k` whose total follows from these rows.

    What follows is the same for people in the same rows: of `k` and more alike none is in a small set, and `k` stand for all.
    """
    ordered = sorted(rows, key=sorted)
    alike: Counter[tuple[bool, ...]] = Counter(tuple(person in row for row in ordered) for person in sorted(frozenset().union(*ordered)))
    columns = [pattern for pattern, number in alike.items() for _one in range(min(number, k))]
    return len(derive(np.array(columns, dtype=np.int64).T, k=k)) if columns else 0
