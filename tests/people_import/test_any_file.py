"""Whatever a file holds: it is read or refused with a remedy, never crashes; applied once, it changes nothing the second time."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from azimuth.people.actions import imports
from azimuth.people.importing import guessing, planning, reading
from azimuth.people.importing.mapping import Options, Reach, faults
from azimuth.people.importing.planning import Asked
from azimuth.people.importing.present import State
from azimuth.people.importing.problems import Unreadable
from azimuth.people.models import Person, ReportingLine
from tests.people_import.paper import TODAY, five, sheet, workbook

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ODD = ["", " ", "-", "N/A", "=1+1", "@x", "+1", "\x00", "\ufffd", '"', ";", ",", "\n", "ÿ", "1e9", "31.2.2026", "2026-03-31", "3", "2", "x" * 300, "a@b.org", "ADA@EXAMPLE.ORG", "Ada Novak", "﻿"]


@pytest.mark.parametrize("seed", range(60))
def test_garbled_files_are_planned_or_refused(seed: int) -> None:
    luck = random.Random(seed)
    content = bytearray(sheet() if seed % 3 else workbook(*[line.split(",") for line in sheet().decode().splitlines()]))
    for _change in range(luck.randrange(1, 12)):
        content[luck.randrange(len(content))] = luck.randrange(256)
    if luck.random() < 0.3:
        content = content[: luck.randrange(len(content))]
    try:
        found = reading.read(bytes(content))
    except Unreadable:
        return
    columns = guessing.guess(found)
    for state in (State(TODAY), five()):
        made = planning.make(Asked(found, columns), state)
        assert made.digest
        assert all(problem.remedy and problem.title for problem in made.problems)
        assert faults(columns) or made.taken + made.set_aside <= made.rows


def company(luck: random.Random, size: int) -> str:
    """A file of people, most of it sound."""
    lines = ["employee_id,name,email,job_title,organisation,unit,reports_to,dotted line,started on,ended on"]
    for number in range(size):
        lead = "" if not number else f"P{luck.randrange(number)}" if luck.random() < 0.9 else f"P{luck.randrange(size)}"
        cells = [
            f"P{number}", f"Person {number}", f"p{number}@example.org", luck.choice(["Maker", "Lead", ""]), "Meridian",
            luck.choice(["Works", "Harbour", "works", "R&D", "R and D", "Markting", "Marketing", ""]), lead,
            luck.choice(["", "", f"P{luck.randrange(size)}"]), luck.choice(["", "1.2.2020"]), luck.choice(["", "", "", "", "2025-12-31", "2027-01-01"]),
        ]
        if luck.random() < 0.1:
            cells[luck.randrange(len(cells))] = luck.choice([odd for odd in ODD if not set(odd) & set('",\n')])
        if luck.random() < 0.9:
            lines.append(",".join(cells))
    return "\n".join(lines) + "\n"


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(8))
def test_a_file_applied_once_changes_nothing_the_second_time(seed: int) -> None:
    luck = random.Random(seed)
    at = NOW
    for _round in range(4):
        at += timedelta(days=30)
        content = company(luck, 40).encode()
        options = Options(reach=luck.choice([None, Reach.PART, Reach.ALL]), may_end_half=True)
        for again in (False, True):
            found = reading.read(content)
            columns = guessing.guess(found)
            done = imports.apply_now(name="x", content=content, sheet=found, columns=columns, options=options, set_aside=True, rehearse=False, at=at)
            assert done.applied
            assert done.plan.does_nothing or not again, [(one.name, one.kinds, one.changes) for one in done.plan.outcomes if one.does_something]
        current = dict(ReportingLine.objects.current().solid().values_list("person_id", "lead_id"))
        assert not any(_is_loop(person, current) for person in current)
        assert not Person.objects.filter(search_text="").exists()


def _is_loop(start: object, lines: dict[object, object]) -> bool:
    at, steps = lines.get(start), 0
    while at is not None and at != start and steps <= len(lines):
        at, steps = lines.get(at), steps + 1
    return at is not None
