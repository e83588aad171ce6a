"""The clock is read at the edge and passed in; rows are written by actions and by nobody else."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "azimuth"
FILES = sorted(path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts)

# Where the clock may be read: the edges of the house, and these, each with its reason.
CLOCK_AT = ("*views.py", "*/views/*.py", "*/tasks.py", "*/middleware.py", "operations/*", "cli.py")
CLOCK_TOO = {
    "people/models/organisation.py": "grants in force and who is present today: asked on every page, a day and not a moment",
    "workspace/accounts/adapter.py": "allauth calls it without a moment",
    "workspace/security/guards.py": "a guard, called by Django with the request only: whether somebody has just proven that it is them",
    "workspace/navigation.py": "the frame of every page, called by Django with the request only",
    "workspace/health.py": "a view: whether the worker gives signs of life now",
    "jobs/running.py": "runs jobs: when one ended",
    "reviews/guards.py": "a guard at the edge: whether a personal link opens something now",
    "notifications/outbox.py": "Django calls it without a moment",
}
READS = {("timezone", "now"), ("timezone", "localdate"), ("timezone", "localtime"), ("date", "today"), ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("time", "time")}

# Where rows may be written: actions and what they are made of, and these, each with its reason.
WRITES_AT = ("*/actions.py", "*/actions/*.py", "*/actions_*.py", "*/tasks.py", "*/importing/*.py", "*/importing.py", "*/counting.py", "*/discarding.py", "*/destroying.py", "operations/*")
WRITES_TOO = {
    "people/models/organisation.py": "the manager that makes accounts, as Django wants it",
    "jobs/worker.py": "gives jobs up that stopped the worker again and again",
    "reviews/progress_bands.py": "the night's task writes the bands it has computed",
    "ballots/ledger.py": "adds to the release ledger, during the count",
    "reviews/cohort_report.py": "keeps the report about all subjects the count has built, once",
    "reviews/reporting.py": "keeps the report the count has built, once",
    "workspace/security/views/entering.py": "allauth's forms note themselves when a factor was used",
    "notifications/sending.py": "writes down how the sending of a mail went",
}
ALWAYS_A_WRITE = {"bulk_create", "bulk_update", "get_or_create", "update_or_create"}
A_WRITE_ON_ROWS = {"create", "update", "delete"}


def allowed(path: Path, patterns: tuple[str, ...], too: dict[str, str]) -> bool:
    name = str(path.relative_to(SOURCE))
    return name in too or any(fnmatch(name, pattern) for pattern in patterns)


def calls(path: Path) -> Iterator[tuple[ast.Call, ast.Attribute]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node, node.func


def reads_the_clock(call: ast.Call, function: ast.Attribute) -> bool:
    if function.attr == "localtime" and call.args:
        return False  # turns a given moment into a zone
    return isinstance(function.value, ast.Name) and (function.value.id, function.attr) in READS


def writes_a_row(call: ast.Call, function: ast.Attribute) -> bool:
    if function.attr in ALWAYS_A_WRITE:
        return True
    if function.attr == "save":
        return not call.args  # a file's or a form's save takes something or is made by an action anyway
    receiver = ast.unparse(function.value)
    return function.attr in A_WRITE_ON_ROWS and any(part in receiver for part in (".objects", ".filter(", ".exclude(", "_set"))


def places(path: Path, lines: list[int]) -> str:
    return ", ".join(f"{path.relative_to(SOURCE)}:{line}" for line in lines)


@pytest.mark.parametrize("path", [path for path in FILES if not allowed(path, CLOCK_AT, CLOCK_TOO)], ids=lambda path: str(path.relative_to(SOURCE)))
def test_the_clock_is_passed_in(path: Path) -> None:
    lines = [call.lineno for call, function in calls(path) if reads_the_clock(call, function)]
    assert not lines, f"{places(path, lines)} reads the clock: take `at` or `on` as an argument, read it in the view or task."


@pytest.mark.parametrize("path", [path for path in FILES if not allowed(path, WRITES_AT, WRITES_TOO)], ids=lambda path: str(path.relative_to(SOURCE)))
def test_rows_are_written_by_actions(path: Path) -> None:
    lines = [call.lineno for call, function in calls(path) if writes_a_row(call, function)]
    assert not lines, f"{places(path, lines)} writes rows: make it an action, or give a reason in WRITES_TOO."


@pytest.mark.parametrize(("too", "patterns"), [(CLOCK_TOO, CLOCK_AT), (WRITES_TOO, WRITES_AT)], ids=["clock", "writes"])
def test_no_exception_too_many(too: dict[str, str], patterns: tuple[str, ...]) -> None:
    for name in too:
        assert (SOURCE / name).exists(), f"{name} is gone: take its exception out"
        assert not allowed(SOURCE / name, patterns, {}), f"{name} needs no exception"
        asks = reads_the_clock if too is CLOCK_TOO else writes_a_row
        found = [call for call, function in calls(SOURCE / name) if asks(call, function)]
        assert found, f"{name} does nothing of the kind any more: take its exception out"
