"""`azimuth bench`: build organisations in scratch databases and measure; and fit, audit and suppress."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from azimuth.operations import assets, postgres
from azimuth.operations.bench import fits
from azimuth.operations.bench.keeping import GROUPS, keep
from azimuth.operations.bench.measuring import Result
from azimuth.operations.migrating import set_up

ROOT = Path(__file__).resolve().parents[4]


def bench(args: argparse.Namespace) -> int:
    """Measure and print; in a checkout the results are kept in bench/. Exit 1 when a target is missed."""
    measured: dict[str, list[dict[str, Any]]] = {}
    for group in [args.group] if args.group else GROUPS:
        measured[group] = []
        for result in _results(group, args):
            measured[group].append(result.row)
            if not args.json:
                print(_line(result.row), flush=True)
    rows = [row for group in measured.values() for row in group]
    if args.json:
        print(json.dumps(rows, indent=2))
    if (ROOT / "bench").is_dir() and not args.only:
        for group, found in measured.items():
            keep(ROOT / "bench", group, found)
    return 0 if all(row["met"] for row in rows) else 1


def _results(group: str, args: argparse.Namespace) -> Iterator[Result]:
    def wanted(name: str) -> bool:
        return name.lower().startswith((args.only or "").lower())

    if group == "statistics":
        yield from fits.measure(wanted, lambda sentence: print(f"azimuth bench: {sentence}", file=sys.stderr))
        return
    with postgres.running():
        set_up()
        assets.gather()  # pages name their style and script files
        for people in (int(word) for word in str(args.people).split(",")):
            yield from _of(people, wanted, args.seconds)


def _of(people: int, wanted: Callable[[str], bool], seconds: int) -> Iterator[Result]:
    from django.utils import timezone

    from azimuth.operations import scratch
    from azimuth.operations.bench import mailing, pages, sustained, work
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
        yield from mailing.reminded(cycle, wanted)
        yield from sustained.measure(cycle, earlier, wanted, seconds=seconds)


def _line(row: dict[str, object]) -> str:
    queries = f", {row['queries']} queries" if row["queries"] else ""
    beside = f"{row['ratio']}x a floor of {row['floor']} {row['unit']}{queries}" if row["ratio"] else ""
    return f"{row['people']:>7}  {row['name']!s:<34} {row['value']:>9} {row['unit']:<8} {'met ' if row['met'] else 'MISSED'}  ({row['target']})  {beside}"
