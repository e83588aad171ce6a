"""Run as a program: one measurement of `fits`, printed as JSON. Data are made before the clock starts."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from azimuth.operations.bench import organisation, ratings
from azimuth.operations.bench.measuring import seconds
from azimuth.statistics import effects, suppression
from azimuth.statistics.disclosure import audit
from azimuth.statistics.effects import Effects
from azimuth.statistics.refusal import Refusal

TURNS = 5


def beside_mixedlm() -> dict[str, Any]:
    """The model of lecturers and students on real ratings, ours and mixedlm's in turns; the median of each."""
    import mixedlm  # a development tool: asked for only where it is there

    data = mixedlm.load_insteval()
    lecturer, student, y = (data[name].to_numpy() for name in ("d", "s", "y"))

    def own() -> Effects:
        return _given(effects.fit(lecturer, student, y))

    def rival() -> float:
        return float(mixedlm.lmer("y ~ 1 + (1|s) + (1|d)", data).REMLcrit())

    criterion = own().criterion
    apart = abs((criterion or 0.0) - rival())
    times = [(seconds(own), seconds(rival)) for _ in range(TURNS)]
    own_time, rival_time = (median(pair[which] for pair in times) for which in (0, 1))
    return {"own": own_time, "rival": rival_time, "apart": apart, "people": len(set(lecturer)) + len(set(student))}


def made(people: str, anybody: str) -> dict[str, Any]:
    """Answers of simulated people to ten items by five raters each."""
    answers = ratings.ratings(int(people), anybody=anybody == "1", seed=1)
    begun = time.perf_counter()
    _given(effects.fit_items(answers.subject, answers.rater, answers.item, answers.y))
    taken = time.perf_counter() - begun
    return {"answers": len(answers.y), "seconds": taken, "mib": _peak()}


def suppressed(people: str) -> dict[str, Any]:
    """A plan for an organisation, audited as it is and suppressed; the audit of what is left is part of that."""
    cells = organisation.wanted(int(people), seed=1).cells
    begun = time.perf_counter()
    before = audit(cells, k=5)
    found = suppression.suppress(cells, k=5)
    taken = time.perf_counter() - begun
    is_safe = not before.is_safe and found.manifest.reach == 4 and not found.manifest.compromised
    return {"cells": len(cells), "shown": float(found.shown.mean()), "seconds": taken, "is_safe": is_safe}


def _given(found: Effects | Refusal) -> Effects:
    match found:
        case Refusal(code=code):
            raise RuntimeError(f"The fit was refused: {code}.")
    return found


def _peak() -> int:
    """The most memory this process ever had, in MiB: its own, where getrusage counts in the process that started it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


WORK: dict[str, Callable[..., dict[str, Any]]] = {"beside_mixedlm": beside_mixedlm, "made": made, "suppressed": suppressed}

if __name__ == "__main__":
    print(json.dumps(WORK[sys.argv[1]](*sys.argv[2:])))
