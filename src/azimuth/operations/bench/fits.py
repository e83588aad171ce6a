"""The mathematics beside its rivals and targets: each measurement in a process of its own, so that its memory is its own."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

from azimuth.operations.bench.measuring import Result

FITTED, LARGE, SUPPRESSED, MEMORY = 3.0, 10.0, 4.0, 1024
NO_RIVAL = "mixedlm is not installed (it is a development tool: `make .venv/stamps/dev`), so the fit is not measured beside it."


def measure(wanted: Callable[[str], bool], say: Callable[[str], None]) -> Iterator[Result]:
    """Every figure; `say` hears of what cannot be measured here."""
    for name, rows in (("rater effects", _fits), ("disclosure", _disclosure)):
        if wanted(name):
            yield from rows(say)


def _fits(say: Callable[[str], None]) -> Iterator[Result]:
    yield from _beside_rival(say)
    for people, anybody, most in ((20_000, True, FITTED), (100_000, False, LARGE)):
        found = _apart("made", str(people), str(int(anybody)))
        name = f"rater effects, {found['answers']:,} answers"
        yield _result(name, people, found["seconds"], "s", f"at most {most:g} s", met=found["seconds"] <= most)
        if people == 100_000:
            yield _result(f"{name}: memory of the process", people, found["mib"], "MiB", f"below {MEMORY} MiB", met=found["mib"] < MEMORY)


def _beside_rival(say: Callable[[str], None]) -> Iterator[Result]:
    if not importlib.util.find_spec("mixedlm"):
        say(NO_RIVAL)
        return
    found = _apart("beside_mixedlm")
    own, rival = found["own"], found["rival"]
    yield Result("rater effects, 73,421 ratings of lecturers, beside mixedlm", found["people"], round(own, 2), "s", round(rival, 2), round(own / rival, 2), None,
                 "at most 1x mixedlm, the same criterion to 1e-6", own <= rival and found["apart"] < 1e-6)


def _disclosure(_say: Callable[[str], None]) -> Iterator[Result]:
    found = _apart("suppressed", "2000")
    name = f"disclosure, {found['cells']} figures audited and suppressed ({found['shown']:.1%} shown)"
    yield _result(name, 2000, found["seconds"], "s", f"at most {SUPPRESSED:g} s", met=found["seconds"] <= SUPPRESSED and found["is_safe"])


def _result(name: str, people: int, value: float, unit: str, target: str, *, met: bool) -> Result:
    return Result(name, people, round(value, 2), unit, None, None, None, target, met)


def _apart(*words: str) -> dict[str, Any]:
    """What `measured` prints in a process of its own, on one thread as in the worker."""
    command = [sys.executable, "-m", "azimuth.operations.bench.measured", *words]
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    return dict(json.loads(subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout))
