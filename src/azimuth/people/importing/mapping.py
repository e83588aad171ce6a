"""Which column holds which field, and how the file is to be understood: what the person chose or we guessed, kept as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any

from azimuth.kit.search import plain
from azimuth.people.importing.fields import MANY, AttributeField, Field
from azimuth.people.importing.problems import Problem


class Reach(StrEnum):
    """Whom a file speaks for: who has left if they are not in it."""

    PART = "part"  # only the people in it: nobody leaves
    ROOTS = "roots"  # everybody in the organisations it names at the top of its units
    ALL = "all"  # everybody


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Columns by field, as the header names them; how paths of units are cut; which of day and month comes first in dates."""

    columns: Mapping[str, tuple[str, ...]]
    unit_separator: str = ""
    month_first: bool = False
    family_name_first: bool = False  # "Novak, Ada"

    def of(self, code: str) -> tuple[str, ...]:
        """The columns of a field, none when it is not mapped."""
        return self.columns.get(code, ())

    def has(self, *codes: str) -> bool:
        """Whether any of these fields is mapped."""
        return any(self.of(code) for code in codes)

    def unused(self, header: Iterable[str]) -> list[str]:
        """The columns nothing is taken from."""
        used = {name for names in self.columns.values() for name in names}
        return [name for name in header if name not in used]

    def as_json(self) -> dict[str, Any]:
        """JSON values."""
        return {**asdict(self), "columns": {code: list(names) for code, names in self.columns.items()}}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ColumnMap:
        """What `as_json` gave."""
        columns = {code: tuple(names) for code, names in data.get("columns", {}).items()}
        return cls(columns, **{key: data[key] for key in ("unit_separator", "month_first", "family_name_first") if key in data})

    def fits(self, header: Sequence[str]) -> bool:
        """Whether every column it names is there."""
        return all(name in header for names in self.columns.values() for name in names)


@dataclass(frozen=True, slots=True)
class Options:
    """What the person decided about this file. `merges` maps a path of unit names to the path meant, both joined by MERGE_SIGN."""

    reach: Reach | None = None  # None: nobody has said yet, so it is guessed
    creates_units: bool = True
    merges: Mapping[str, str] = field(default_factory=dict)
    may_end_half: bool = False
    withholds_ending: bool = False  # where half would leave unconfirmed, nobody does and the rest is applied

    def as_json(self) -> dict[str, Any]:
        """JSON values."""
        return {**asdict(self), "merges": dict(self.merges), "reach": self.reach.value if self.reach else None}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Options:
        """What `as_json` gave."""
        known = {key: data[key] for key in ("creates_units", "merges", "may_end_half", "withholds_ending") if key in data}
        return cls(reach=Reach(data["reach"]) if data.get("reach") else None, **known)


MERGE_SIGN = " > "


def overridden(found: ColumnMap, wishes: Sequence[tuple[str, str]], header: Sequence[str], attributes: Sequence[AttributeField]) -> tuple[ColumnMap, list[Problem]]:
    """The mapping with the person's own wishes (field, column) in place of the guesses; an empty column unmaps the field.

    Columns are found whatever their case and signs. Wishes that name no field or no column come back as problems.
    """
    known = [*Field, *(item.code for item in attributes)]
    by_name = {plain(name): name for name in reversed(header)} | {name: name for name in header}
    wanted: dict[str, tuple[str, ...]] = {}
    problems = []
    for code, name in wishes:
        column = by_name.get(name) or by_name.get(plain(name))
        if code not in known:
            problems.append(Problem("unknown_field", value=code, says={"fields": ", ".join(known)}))
        elif name and column is None:
            problems.append(Problem("unknown_column", value=name, says={"columns": ", ".join(header)}))
        else:
            before = wanted.get(code, ()) if code in MANY else ()
            wanted[code] = (*before, column) if column else ()
    taken = {name for names in wanted.values() for name in names}
    kept = {code: tuple(name for name in names if name not in taken) for code, names in found.columns.items() if code not in wanted}
    return replace(found, columns={code: names for code, names in {**kept, **wanted}.items() if names}), problems


def faults(chosen: ColumnMap) -> list[Problem]:
    """What keeps any row from being read with this mapping: no key, no name."""
    found = []
    if not chosen.has(Field.EMPLOYEE_ID, Field.EMAIL):
        found.append(Problem("no_key"))
    if not chosen.has(Field.NAME, Field.FIRST_NAME, Field.LAST_NAME):
        found.append(Problem("no_name"))
    return found
