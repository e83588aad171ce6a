"""The table of abuse cases is true: every case that touches what exists has a test, and every test that names a case is in the table."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.docs.texts import ROOT

TABLE = ROOT / "docs/developer/abuse.md"
ROW = re.compile(r"^\| (A\d\d) \| ([^|]+) \| (.+) \|$", re.MULTILINE)
ROWS = {case: re.findall(r"`([^`]+)`", tests) for case, _what, tests in ROW.findall(TABLE.read_text("utf-8"))}
CASE = re.compile(r"\bA\d\d\b")

# Those of the threat model that touch what there is; A18 (other systems), A29 and A31-A35 (conversations, transfers, hooks) come with theirs.
CASES = {*(f"A{n:02}" for n in range(1, 29) if n != 18), *(f"A{n}" for n in (30, 36, 37, 39, 40, 43, 44, 45, 46, 48, 53, 54))}
ELSEWHERE = {"A41"}  # second factors: a file of their own says so in its first line
WITHOUT_NUMBER = {"tests/attacks/test_oracle.py::test_nobody_else_can_tell_who_wrote_it"}  # the file's first lines say what it is


@cache
def said_by(path: Path) -> dict[str, str]:
    """The tests of a file with what they say of themselves."""
    functions = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]
    return {function.name: ast.get_docstring(function) or "" for function in functions}


def test_no_case_is_without_a_test() -> None:
    assert set(ROWS) >= CASES
    assert [case for case, tests in ROWS.items() if not tests] == []


@pytest.mark.parametrize("case", ROWS)
def test_the_tests_of_a_case_exist_and_carry_its_number(case: str) -> None:
    for test in ROWS[case]:
        path, _sign, name = test.partition("::")
        assert name in said_by(ROOT / path), f"{TABLE.name}: there is no {test}"
        assert test in WITHOUT_NUMBER or case in CASE.findall(said_by(ROOT / path)[name]), f"{test} does not say that it is about {case}"


def test_a_test_that_names_a_case_is_in_the_table() -> None:
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for name, words in said_by(path).items():
            for case in set(CASE.findall(words)) - ELSEWHERE:
                assert case in ROWS, f"{path.name}::{name} names {case}, which has no row in {TABLE.name}"
