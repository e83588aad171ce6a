"""The texts we publish: README, changelog, everything under docs, and the handbook inside the product."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEXTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "src/azimuth/workspace/handbook").glob("*.md"), *(ROOT / "bench").glob("*.md")])
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`\n]+`")


def name(path: Path) -> str:
    """How a text is called in a test's name."""
    return str(path.relative_to(ROOT))


def code(text: str) -> list[str]:
    """Lines inside fences and words between backticks."""
    fenced = [line.strip() for block in _FENCE.findall(text) for line in block.splitlines()[1:-1]]
    return fenced + [found.strip("`") for found in _CODE.findall(_FENCE.sub("", text))]


def prose(text: str) -> str:
    """The text without code."""
    return _CODE.sub("", _FENCE.sub("", text))
