"""Sheets and organisations on paper: what the pure half of the import is tested with."""

from __future__ import annotations

import io
import os
from datetime import date
from functools import cache
from pathlib import Path
from uuid import UUID, uuid5

import openpyxl
import pytest

from azimuth.people.importing import guessing, planning, reading
from azimuth.people.importing.fields import AttributeField, Field
from azimuth.people.importing.mapping import Options, overridden
from azimuth.people.importing.planning import Asked, Plan
from azimuth.people.importing.present import COLUMNS, Known, KnownUnit, State

TODAY = date(2026, 3, 2)
SPACE = UUID(int=7)
HEADER = "employee_id,name,email,job_title,unit,reports_to"
FIVE = """1,Ada Novak,ada@example.org,Head,Board,
2,Bo Lind,bo@example.org,Lead,Works,1
3,Cleo Brandt,cleo@example.org,Maker,Works,2
4,Dan Moreau,dan@example.org,Maker,Works,2
5,Eve Castell,eve@example.org,Maker,Harbour,2
"""


def sheet(rows: str = FIVE, header: str = HEADER) -> bytes:
    """A CSV file."""
    return f"{header}\n{rows}".encode()


def workbook(*rows: list[object]) -> bytes:
    """An XLSX file."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def plan(
    content: bytes | str, state: State | None = None, *wishes: tuple[str, str], attributes: tuple[AttributeField, ...] = (),
    by: UUID | None = None, guard: planning.Guard = planning.anybody, **options: object,
) -> Plan:
    """The plan of a file, guessed columns unless wished otherwise."""
    found = reading.read(content.encode() if isinstance(content, str) else content)
    columns, problems = overridden(guessing.guess(found, attributes), wishes, found.header, attributes)
    assert not problems
    return planning.make(Asked(found, columns, Options(**options), attributes, by, guard), state or State(TODAY))


def key(name: object) -> UUID:
    """A key one can tell beforehand."""
    return uuid5(SPACE, str(name))


def unit(name: str, parent: str = "") -> KnownUnit:
    """A unit the organisation has."""
    path = f"{key(parent).hex[:12]}/" if parent else ""
    return KnownUnit(key(name), name, key(parent) if parent else None, f"{path}{key(name).hex[:12]}/")


def known(number: object, name: str, *, unit: str = "", lead: object = None, roles: str = "", attributes: dict[str, object] | None = None, **values: object) -> Known:
    """A person the organisation has: the key comes from the number."""
    facts = dict.fromkeys(COLUMNS, "") | {Field.STARTED_ON: None, Field.ENDED_ON: None, Field.NAME: name}
    facts |= {Field.EMPLOYEE_ID: str(number), Field.EMAIL: f"{name.split()[0].lower()}@example.org", **{Field(code): value for code, value in values.items()}}
    return Known(key(number), facts, key(unit) if unit else None, attributes or {}, key(lead) if lead else None, roles=frozenset(roles.split()))


def organisation(*people: Known, units: tuple[KnownUnit, ...] = ()) -> State:
    """An organisation."""
    return State(TODAY, {person.id: person for person in people}, {unit.id: unit for unit in units})


def five() -> State:
    """The organisation FIVE describes."""
    return organisation(
        known(1, "Ada Novak", unit="Board", job_title="Head"), known(2, "Bo Lind", unit="Works", lead=1, job_title="Lead"),
        known(3, "Cleo Brandt", unit="Works", lead=2, job_title="Maker"), known(4, "Dan Moreau", unit="Works", lead=2, job_title="Maker"),
        known(5, "Eve Castell", unit="Harbour", lead=2, job_title="Maker"),
        units=(unit("Board"), unit("Works"), unit("Harbour")),
    )


def codes(made: Plan) -> list[tuple[int | None, str]]:
    """Row and code of every problem."""
    return [(problem.row, problem.code) for problem in made.problems]


@cache
def organograms() -> Path | None:
    """Where the real files lie: beside the project, or where AZIMUTH_SHARED says."""
    places = [Path(os.environ["AZIMUTH_SHARED"])] if "AZIMUTH_SHARED" in os.environ else []
    places += [parent / "shared" for parent in Path(__file__).resolve().parents]
    return next((place / "data" / "organograms" for place in places if (place / "data" / "organograms").is_dir()), None)


def organogram(name: str) -> bytes:
    """One of the real files; without them the test is skipped, and says so."""
    folder = organograms()
    if folder is None:
        pytest.skip("THE REAL ORGANOGRAMS ARE NOT HERE: put shared/data/organograms beside the project, or set AZIMUTH_SHARED.")
    return (folder / f"{name}.csv").read_bytes()
