"""Decisions: one page each, a number used once, three parts, and all of them in the list."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.docs.texts import ROOT, name

DECISIONS = sorted((ROOT / "docs/adr").glob("[0-9]*.md"))


def test_a_number_is_used_once() -> None:
    assert [number for number, many in Counter(path.name[:4] for path in DECISIONS).items() if many > 1] == []


@pytest.mark.parametrize("path", DECISIONS, ids=name)
def test_a_decision_has_its_number_its_parts_and_its_line_in_the_list(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.startswith(f"# {path.name[:4]} ")
    assert [part for part in ("Context", "Decision", "Consequences") if not re.search(rf"(\*\*|^## ){part}", text, re.MULTILINE)] == []
    assert len(text.splitlines()) < 60, "One page."
    assert f"]({path.name})" in (ROOT / "docs/adr/README.md").read_text("utf-8"), "Add a line to docs/adr/README.md."


def test_source_names_decisions_that_exist() -> None:
    known = {path.name[:4] for path in DECISIONS}
    for path in [*(ROOT / "src").rglob("*.py"), ROOT / "pyproject.toml"]:
        for number in re.findall(r"\bdocs/adr/(\d{4})|\bADR (\d{4})", path.read_text("utf-8")):
            assert "".join(number) in known, f"{name(path)} names decision {''.join(number)}"
