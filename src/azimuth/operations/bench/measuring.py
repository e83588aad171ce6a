"""One figure, and how it is taken."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

RUNS, WARM = 30, 4


@dataclass(frozen=True)
class Result:
    """One measured figure; `ratio` is value / floor, `target` the most (or least) it should be, in words of the issue."""

    name: str
    people: int
    value: float
    unit: str
    floor: float | None
    ratio: float | None
    queries: int | None
    target: str
    met: bool

    @property
    def row(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self)


def seconds(work: Callable[[], Any]) -> float:
    """How long it took once."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def beside(work: Callable[[], Any], floor: Callable[[], Any]) -> tuple[float, float]:
    """Median milliseconds of both, taken in turns so that a slow moment of the machine hits both."""
    for _ in range(WARM):
        work(), floor()
    gc.collect()
    taken = [(seconds(work), seconds(floor)) for _ in range(RUNS)]
    return tuple(1000 * statistics.median(pair[which] for pair in taken) for which in (0, 1))  # type: ignore[return-value]


def median_ms(work: Callable[[int], Any], runs: int) -> float:
    """Median milliseconds of numbered runs, each different."""
    return 1000 * statistics.median(seconds(lambda n=n: work(n)) for n in range(runs))  # type: ignore[misc]
