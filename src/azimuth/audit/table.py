"""The table of recorded actions (`actions.toml`): what each is, who may see it, which details it carries."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "actions.toml"


@dataclass(frozen=True, slots=True)
class Action:
    """One action that is recorded: `kind` is hr or security, `detail` names the only keys it may carry, `opens` that what is about others was seen."""

    name: str
    kind: str
    meaning: str
    detail: tuple[str, ...]
    opens: bool = False


@cache
def actions() -> dict[str, Action]:
    """The whole table, by name."""
    rows = tomllib.loads(FILE.read_text())
    return {name: Action(name, row["kind"], row["meaning"], tuple(row.get("detail", ())), row.get("opens", False)) for name, row in rows["actions"].items()}


@cache
def sealed() -> tuple[str, ...]:
    """Beginnings of names that are never recorded: the answer path."""
    return tuple(tomllib.loads(FILE.read_text())["never"])


def of_kind(kind: str) -> list[str]:
    """Names of the actions of one kind."""
    return [action.name for action in actions().values() if action.kind == kind]


def openings() -> list[str]:
    """Names of the actions by which somebody looked into, or took away, what is about others."""
    return [action.name for action in actions().values() if action.opens]
