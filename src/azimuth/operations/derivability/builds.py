"""What is published of an organisation: by the real build, or by one that knows the bare minimum only. Both are asked in the same way."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from azimuth.ballots import ledger
from azimuth.ballots.disclosure import ALL
from azimuth.ballots.publishing import FigureRow, GroupRow, Published, publish
from azimuth.ballots.sheets import OpenSheet
from azimuth.reviews import cohort

Opened = Mapping[str, Sequence[OpenSheet]]


@dataclass(frozen=True)
class Build:
    """The deeds that decide what is published: of one subject, of all together, and beside what is published already."""

    publish: Callable[..., Published] = publish
    plan: Callable[..., list[cohort.Cell]] = cohort.plan
    decide: Callable[..., ledger.Decision] = ledger.decide


def bare_publish(opened: Opened, invited: Mapping[str, int], snapshot: Mapping[str, Any], *, minimum: int, **_rules: Any) -> Published:
    """A group is shown when it is large enough, and "all" is everybody."""
    groups = {group: opened.get(group, ()) for group in invited}
    shown = {group: sheets for group, sheets in groups.items() if len(sheets) >= minimum or group in ("self", "manager")}
    everybody = [sheet for group, sheets in groups.items() if group != "self" for sheet in sheets]
    figures = [
        FigureRow(name, question["key"], len(given), math.fsum(given) / len(given), None, None, None)
        for name, sheets in {**shown, ALL: everybody}.items()
        for section in snapshot["sections"] for question in section["questions"]
        if (given := [int(sheet.scores[question["key"]]) for sheet in sheets if question["key"] in sheet.scores])
    ]
    return Published([GroupRow(group, number, None, group if group in shown else "") for group, number in invited.items()], [], figures)


def bare_plan(variable: cohort.Variable, paths: Mapping[UUID, str], units: Sequence[cohort.Unit], *, minimum: int) -> list[cohort.Cell]:
    """Every unit with enough subjects, and everybody."""
    wanted = [cohort.Unit("", "", ""), *units]
    cells = [cohort.Cell(variable, unit.key, unit.name, unit.path, frozenset(who for who, path in paths.items() if path.startswith(unit.path))) for unit in wanted]
    return [cell if len(cell.members) >= minimum else replace(cell, why="minimum") for cell in cells]


def bare_decide(groups: Sequence[ledger.Group], *, earlier: Sequence[ledger.Group], k: int) -> ledger.Decision:
    """Whatever was planned, whatever was shown before."""
    return ledger.Decision(sorted(frozenset().union(*groups, *earlier)), [True] * len(groups), {})


REAL = Build()
BARE = Build(bare_publish, bare_plan, bare_decide)
