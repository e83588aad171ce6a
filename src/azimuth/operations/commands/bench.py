"""`azimuth bench`: build organisations in scratch databases and measure."""

from __future__ import annotations

import argparse
import json
import os
import platform
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from azimuth.operations import postgres
from azimuth.operations.bench.measuring import Result
from azimuth.operations.migrating import set_up

ROOT = Path(__file__).resolve().parents[4]


def bench(args: argparse.Namespace) -> int:
    """Measure and print; in a checkout the results are kept in bench/. Exit 1 when a target is missed."""
    with postgres.running():
        set_up()
        results: list[Result] = []
        for people in (int(word) for word in str(args.people).split(",")):
            for result in _of(people, lambda name: name.lower().startswith((args.only or "").lower())):
                results.append(result)
                if not args.json:
                    print(_line(result.row), flush=True)
    rows = [result.row for result in results]
    if args.json:
        print(json.dumps(rows, indent=2))
    if (ROOT / "bench").is_dir() and not args.only:
        _keep(rows)
    return 0 if all(result.met for result in results) else 1


def _of(people: int, wanted: Callable[[str], bool]) -> Iterator[Result]:
    from django.utils import timezone

    from azimuth.operations import scratch
    from azimuth.operations.bench import pages, work
    from azimuth.operations.simulation import answering, establishing, world

    with scratch.database("bench"):
        made, now = world.make(people, seed=1), timezone.now()
        establishing.establish(made, now)
        earlier = establishing.launch_about_everybody(now, limit=30)
        answering.answer(earlier, made, share=0.9, at=now)
        yield work.counted(earlier, now)
        cycle, result = work.launched(now)
        yield result
        yield from work.submitting(cycle, wanted)
        yield from pages.measure(cycle, wanted)
        yield from work.printed(cycle, wanted)


def _line(row: dict[str, object]) -> str:
    beside = f"{row['ratio']}x a floor of {row['floor']} {row['unit']}, {row['queries']} queries" if row["ratio"] else ""
    return f"{row['people']:>7}  {row['name']!s:<34} {row['value']:>9} {row['unit']:<8} {'met ' if row['met'] else 'MISSED'}  ({row['target']})  {beside}"


def _keep(rows: list[dict[str, object]]) -> None:
    """The last results, for people and for machines."""
    head = {"on": datetime.now(UTC).date().isoformat(), "python": platform.python_version(), "cores": os.cpu_count()}
    (ROOT / "bench" / "results.json").write_text(json.dumps({**head, "results": rows}, indent=2) + "\n")
    table = ["# Last results of `make bench`", "", f"{head['on']}, Python {head['python']}, {head['cores']} cores, one process, medians. A floor is the least a signed-in "
             "page can be: the same middleware, one indexed query, a body of the same size, in turns in the same run.", "",
             "| people | what | value | floor | ratio | queries | target | met |", "|---:|---|---:|---:|---:|---:|---|---|"]
    table += [f"| {r['people']} | {r['name']} | {r['value']} {r['unit']} | {r['floor'] or ''} | {r['ratio'] or ''} | {r['queries'] or ''} | {r['target']} | {'yes' if r['met'] else '**no**'} |" for r in rows]
    (ROOT / "bench" / "README.md").write_text("\n".join(table) + "\n")
