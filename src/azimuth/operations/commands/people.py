"""`azimuth people import`: the same reading, planning and applying as the wizard, in one go; `azimuth people reset-factors`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from azimuth.operations.trouble import Trouble

if TYPE_CHECKING:
    from azimuth.people.actions.imports import Done
    from azimuth.people.importing.mapping import Reach

_SHOWN = 40  # problems shown to a reader; JSON has them all


@dataclass
class _Result:
    """What is printed. `remarks` are for readers only."""

    rows: int = 0
    applied: int = 0
    set_aside: int = 0
    changes: dict[str, int] = field(default_factory=dict)
    problems: list[dict[str, object]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    worked: bool = False


def import_file(args: argparse.Namespace) -> int:
    """Import people from a file; exit 0 when it was applied (or would be, with --rehearse), 1 when nothing was."""
    from azimuth.people.importing.problems import Unreadable

    path = Path(args.file)
    if not path.is_file():
        raise Trouble(f"there is no file {path}.", code=2)
    try:
        result = _import(path, args)
    except Unreadable as unreadable:
        result = _Result(changes=_no_changes(), problems=[unreadable.problem.as_json()])
    if args.json:
        print(json.dumps({key: getattr(result, key) for key in ("rows", "applied", "set_aside", "changes", "problems")}, ensure_ascii=False, indent=1))
    else:
        _tell(result, rehearse=args.rehearse)
    return 0 if result.worked else 1


def reset_factors(args: argparse.Namespace) -> int:
    """Take the second factors of one account away; exit 1 when there is no such account, or it has none."""
    from django.utils import timezone

    from azimuth.people.models import Person
    from azimuth.workspace.security import actions

    person = Person.objects.filter(account__email__iexact=args.address).first()
    if person is None:
        raise Trouble(f"nobody signs in as {args.address}.")
    many = actions.reset_factors(person, by=None, at=timezone.now())
    print(f"{person.name} had {many} second factors, and has none now." if many else f"{person.name} has no second factor.")
    return 0 if many else 1


def _import(path: Path, args: argparse.Namespace) -> _Result:
    from django.utils import timezone

    from azimuth.people.actions import imports
    from azimuth.people.importing import present, reading
    from azimuth.people.importing.mapping import overridden

    reading.refuse_size(path.stat().st_size)
    content = path.read_bytes()
    sheet = reading.read(content)
    columns, options = imports.remembered(sheet, content)
    columns, problems = overridden(columns, _wishes(args.map), sheet.header, present.attributes())
    if problems:
        return _Result(rows=len(sheet.rows), changes=_no_changes(), problems=[problem.as_json() for problem in problems])
    options = replace(
        options, reach=_reach(args, options.reach), may_end_half=args.confirm_ending, withholds_ending=args.set_aside, creates_units=not args.known_units,
    )
    done = imports.apply_now(
        name=path.name, content=content, sheet=sheet, columns=columns, options=options, set_aside=args.set_aside, rehearse=args.rehearse, at=timezone.now(),
    )
    return _result(done, args)


def _result(done: Done, args: argparse.Namespace) -> _Result:
    from azimuth.people.importing.mapping import Reach

    plan = done.plan
    would = not plan.blocking and (args.set_aside or not plan.set_aside)
    who = {Reach.PART: "nobody: the file speaks only for the people in it", Reach.ROOTS: "people of its organisations who are not in it",
           Reach.ALL: "people who are not in it"}[plan.reach]
    remarks = [f"Leaving: {who}."]
    if plan.ignored:
        remarks.append(f"Columns nothing was taken from: {', '.join(plan.ignored)}.")
    remarks += [f"Comes to lead: {gain.name}, {gain.after} people instead of {gain.before}." for gain in plan.gains[:10] if gain.kind != "address"]
    if len(plan.gains) > 10:
        remarks.append(f"{len(plan.gains) - 10} more come to lead people.")
    return _Result(
        rows=plan.rows, applied=plan.taken if done.applied else 0, set_aside=plan.set_aside if args.set_aside else 0, changes=plan.counts,
        problems=[_with_words(problem.as_json()) for problem in plan.problems], remarks=remarks, worked=would,
    )


def _with_words(problem: dict[str, object]) -> dict[str, object]:
    """What a reader of the page would tick, a reader of the command line types."""
    if problem["code"] == "ended_half":
        problem["remedy"] = f"{problem['remedy']} Here: --confirm-ending, or --partial."
    return problem


def _wishes(maps: Sequence[str]) -> list[tuple[str, str]]:
    wishes = []
    for text in maps:
        code, sign, column = text.partition("=")
        if not sign:
            raise Trouble(f"--map {text}: write FIELD=COLUMN, such as --map lead=Manager.", code=2)
        wishes.append((code.strip(), column.strip()))
    return wishes


def _reach(args: argparse.Namespace, remembered: Reach | None) -> Reach | None:
    from azimuth.people.importing.mapping import Reach

    if args.complete or args.partial:
        return Reach.ALL if args.complete else Reach.PART
    return None if args.confirm_ending else remembered


def _no_changes() -> dict[str, int]:
    return dict.fromkeys(("new", "changed", "moved", "leaving", "back", "unchanged", "units"), 0)


def _tell(result: _Result, *, rehearse: bool) -> None:
    if result.changes and result.rows:
        print(f"{result.rows} rows: " + ", ".join(f"{count} {kind}" for kind, count in result.changes.items()) + ".")
    for remark in result.remarks:
        print(remark)
    for problem in result.problems[:_SHOWN]:
        place = ", ".join(str(part) for part in (problem["row"] and f"row {problem['row']}", problem["column"]) if part)
        print(f"  {place or 'the file'}: {problem['remedy']} [{problem['code']}]")
    if len(result.problems) > _SHOWN:
        print(f"  … and {len(result.problems) - _SHOWN} more; --json gives them all.")
    if not result.worked:
        print("Nothing was applied. Mend the file, or use --set-aside to leave faulty rows out.", file=sys.stderr)
    elif rehearse:
        print("A rehearsal: nothing was changed.")
    else:
        aside = f"; {result.set_aside} were set aside" if result.set_aside else ""
        print(f"Applied: {result.applied} rows{aside}.")
