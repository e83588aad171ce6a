"""What is recorded in the code is in the table of the log, and nothing of it lies on the answer path."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

from azimuth.audit import table

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "azimuth"
KNOWN = {"by", "at"}


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    """Calls of audit.actions.record, however it was imported."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name == "record":
                yield node


def recorded() -> Iterator[tuple[Path, ast.Call]]:
    for file in sorted(SOURCE.rglob("*.py")):
        if "/migrations/" not in str(file):
            for call in calls(ast.parse(file.read_text())):
                yield file, call


def test_every_recorded_action_is_in_the_table() -> None:
    faults = []
    for file, call in recorded():
        where = f"{file.relative_to(ROOT)}:{call.lineno}"
        first = call.args[0] if call.args else None
        if not (isinstance(first, ast.Constant) and isinstance(first.value, str)):
            faults.append(f'{where}: name the action as a literal "app.verb", so that it can be found')
            continue
        keys = {word.arg for word in call.keywords if word.arg} - KNOWN
        row = table.actions().get(first.value)
        if row is None:
            line = f'"{first.value}" = {{ kind = "hr", meaning = "...", detail = {sorted(keys)} }}'
            faults.append(f"{where}: add to src/azimuth/audit/actions.toml:  {line}")
        elif not keys <= set(row.detail):
            faults.append(f"{where}: add the detail keys {sorted(keys - set(row.detail))} to {first.value} in src/azimuth/audit/actions.toml")
    assert not faults, "\n".join(["The log's table lags behind the code:", *faults])


def test_the_table_holds_well_formed_rows() -> None:
    for action in table.actions().values():
        app, _, verb = action.name.partition(".")
        assert (SOURCE / app).is_dir() or app in {"accounts", "operations"}, f"{action.name}: no such app"
        assert verb.isidentifier(), f"{action.name}: write app.verb"
        assert action.kind in {"hr", "security"}, f"{action.name}: kind is hr or security"
        assert action.meaning, f"{action.name}: say what it means"


def test_nothing_on_the_answer_path_is_recorded() -> None:
    """A09: the log cannot tell who submitted when."""
    for action in table.actions():
        assert not action.startswith(table.sealed()), f"{action} would link a rater to an answer: it must never be recorded"
    for place in tomllib.loads(table.FILE.read_text())["answer_path"]:
        name, _, function = place.partition(":")
        file = SOURCE / name
        if file.exists():
            tree = ast.parse(file.read_text())
            parts = [tree] if not function else [part for part in tree.body if getattr(part, "name", "") == function]
            assert parts, f"actions.toml: {place} is gone; name the function that took its place"
            assert not [call.lineno for part in parts for call in calls(part)], f"{place} lies on the answer path: nothing is recorded there"
