"""A plan becomes rows: set-based, in the transaction of the caller. It trusts the plan and asks nobody."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from azimuth.people.actions import accounts
from azimuth.people.actions.search_texts import search_text
from azimuth.people.importing.comparing import Kind, Outcome
from azimuth.people.importing.fields import Field
from azimuth.people.importing.planning import Plan
from azimuth.people.importing.present import COLUMNS, State
from azimuth.people.importing.units import Path
from azimuth.people.models import Unit
from azimuth.people.states import LineKind

Report = Callable[[int], None]  # told how many people are written
_BATCH = 5000
_EMPTY_IS_NULL = frozenset({Field.EMPLOYEE_ID, Field.EMAIL, Field.STARTED_ON, Field.ENDED_ON})
_TYPES = "uuid[], text[], text[], text[], text[], text[], text[], text[], text[], date[], date[], uuid[], text[], text[]"
_NAMES = ("id", *COLUMNS, "unit_id", "attributes", "search_text")

_INSERT = f"""
INSERT INTO people_person ({', '.join(_NAMES)})
SELECT {', '.join('attributes::jsonb' if name == 'attributes' else name for name in _NAMES)}
FROM unnest({', '.join(f'%s::{kind.strip()}' for kind in _TYPES.split(','))}) AS new ({', '.join(_NAMES)})
"""  # noqa: S608  names of columns, no values
_UPDATE = f"""
UPDATE people_person SET {', '.join(f"{name} = new.{name}{'::jsonb' if name == 'attributes' else ''}" for name in _NAMES[1:])}
FROM unnest({', '.join(f'%s::{kind.strip()}' for kind in _TYPES.split(','))}) AS new ({', '.join(_NAMES)})
WHERE people_person.id = new.id
"""  # noqa: S608
_FREE_ADDRESSES = "UPDATE people_person SET email = NULL WHERE id = ANY(%s)"
_LOCK = "LOCK TABLE people_unit, people_person, people_reportingline, people_grant IN SHARE ROW EXCLUSIVE MODE"

_DROP_LINES = "DELETE FROM people_reportingline WHERE person_id = ANY(%s) AND kind = %s AND ends_on IS NULL AND starts_on >= %s"
_END_LINES = "UPDATE people_reportingline SET ends_on = %s WHERE person_id = ANY(%s) AND kind = %s AND ends_on IS NULL"
_ADD_LINES = """
INSERT INTO people_reportingline (person_id, lead_id, kind, starts_on)
SELECT person, lead, %s, %s FROM unnest(%s::uuid[], %s::uuid[]) AS new (person, lead)
"""
# Lines of people who leave and lines to them end on the person's last day; one that had not begun by then vanishes.
_DROP_OF_LEAVERS = """
DELETE FROM people_reportingline AS line USING unnest(%s::uuid[], %s::date[]) AS gone (id, day)
WHERE line.{side} = gone.id AND line.ends_on IS NULL AND line.starts_on >= gone.day
"""
_END_OF_LEAVERS = """
UPDATE people_reportingline AS line SET ends_on = gone.day FROM unnest(%s::uuid[], %s::date[]) AS gone (id, day)
WHERE line.{side} = gone.id AND line.ends_on IS NULL
"""
_DROP_GRANTS = """
DELETE FROM people_grant AS held USING unnest(%s::uuid[], %s::date[]) AS gone (id, day)
WHERE held.person_id = gone.id AND held.starts_on > gone.day
"""
_END_GRANTS = """
UPDATE people_grant AS held SET ends_on = gone.day FROM unnest(%s::uuid[], %s::date[]) AS gone (id, day)
WHERE held.person_id = gone.id AND (held.ends_on IS NULL OR held.ends_on > gone.day)
"""


def hold_still() -> None:
    """Keep everybody else from writing people, units, lines and grants until the transaction ends; reading goes on."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)


def apply(plan: Plan, state: State, report: Report = lambda _done: None) -> None:
    """Write all a plan says. The state must be the one it was made from, read while everybody held still."""
    units = _create_units(plan.created_units, state)
    if plan.opened_units:
        Unit.objects.filter(pk__in=plan.opened_units).update(ended_on=None)
    _write_people(plan, state, units, report)
    _write_lines(plan, state.on)
    _let_go(plan, state.on)
    back = [outcome.person for outcome in plan.outcomes if Kind.BACK in outcome.kinds]
    if back:
        accounts.let_in(back)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE people_unit, people_person, people_reportingline")


def _create_units(paths: Sequence[Path], state: State) -> dict[Path, UUID]:
    """Units level by level, so that a parent is there before its children; gives the key of each path."""
    made = {state.unit_path(unit.id): Unit(id=unit.id, name=unit.name, path=unit.path) for unit in state.units.values()}
    levels: dict[int, list[Unit]] = {}
    for path in paths:
        above = made.get(path[:-1])
        unit = Unit(name=path[-1], parent=above)
        unit.path = (above.path if above else "") + unit.step
        made[path] = unit
        levels.setdefault(len(path), []).append(unit)
    for depth in sorted(levels):
        Unit.objects.bulk_create(levels[depth], batch_size=1000)
    return {path: unit.pk for path, unit in made.items()}


def _write_people(plan: Plan, state: State, units: dict[Path, UUID], report: Report) -> None:
    touched = [outcome for outcome in plan.outcomes if outcome.does_something and outcome.entry]
    new = [outcome for outcome in touched if Kind.NEW in outcome.kinds]
    old = [outcome for outcome in touched if Kind.NEW not in outcome.kinds and _has_new_record(outcome)]
    moved_addresses = [outcome.person for outcome in old if Field.EMAIL in outcome.values]
    with connection.cursor() as cursor:
        if moved_addresses:  # two people may exchange addresses
            cursor.execute(_FREE_ADDRESSES, [moved_addresses])
        done = 0
        for query, outcomes in ((_UPDATE, old), (_INSERT, new)):
            for start in range(0, len(outcomes), _BATCH):
                rows = [_row(outcome, state, units) for outcome in outcomes[start : start + _BATCH]]
                cursor.execute(query, [list(column) for column in zip(*rows, strict=True)])
                done += len(rows)
                report(done)
    if moved_addresses:
        accounts.follow_addresses(moved_addresses)


def _has_new_record(outcome: Outcome) -> bool:
    return bool(outcome.values) or outcome.attributes is not None or outcome.has_new_unit


def _row(outcome: Outcome, state: State, units: dict[Path, UUID]) -> list[Any]:
    """One person as they will be, in the order of the columns."""
    known = outcome.known
    values = [_stored(code, outcome.values.get(code, known.values[code] if known else None)) for code in COLUMNS]
    place = outcome.entry.place if outcome.entry and outcome.has_new_unit else known.unit if known else None
    unit = units[place] if isinstance(place, tuple) else place
    unit_name = place[-1] if isinstance(place, tuple) else state.units[place].name if place else ""
    attributes = outcome.attributes if outcome.attributes is not None else known.attributes if known else {}
    title = values[COLUMNS.index(Field.JOB_TITLE)]
    text = search_text(outcome.name, title, unit_name)
    return [outcome.person, *values, unit, json.dumps(attributes), text]


def _stored(code: str, value: Any) -> Any:
    if code in _EMPTY_IS_NULL:
        return value or None
    return value or ""


def _write_lines(plan: Plan, day: date) -> None:
    solid = [outcome for outcome in plan.outcomes if outcome.has_new_lead and outcome.does_something]
    _turn(LineKind.SOLID, [outcome.person for outcome in solid], _lines((outcome, [outcome.entry.lead_id]) for outcome in solid if outcome.entry), day)
    dotted = [outcome for outcome in plan.outcomes if outcome.has_new_dotted and outcome.does_something and outcome.entry]
    with connection.cursor() as cursor:
        for outcome in dotted:  # a handful: dotted lines are rare, and one that stays must not begin anew
            had, has = outcome.known.dotted if outcome.known else frozenset(), outcome.entry.dotted_ids  # type: ignore[union-attr]
            for lead in had - has:
                cursor.execute(f"{_DROP_LINES} AND lead_id = %s", [[outcome.person], LineKind.DOTTED, day, lead])
                cursor.execute(f"{_END_LINES} AND lead_id = %s", [day, [outcome.person], LineKind.DOTTED, lead])
            if has - had:
                cursor.execute(_ADD_LINES, [LineKind.DOTTED, day, [outcome.person] * len(has - had), list(has - had)])


def _lines(pairs: Iterable[tuple[Outcome, list[UUID | None]]]) -> list[tuple[UUID, UUID]]:
    return [(outcome.person, lead) for outcome, leads in pairs for lead in leads if lead]


def _turn(kind: LineKind, people: list[UUID], lines: list[tuple[UUID, UUID]], day: date) -> None:
    """End these people's lines of a kind on the day and begin the new ones."""
    if not people:
        return
    with connection.cursor() as cursor:
        cursor.execute(_DROP_LINES, [people, kind, day])
        cursor.execute(_END_LINES, [day, people, kind])
        cursor.execute(_ADD_LINES, [kind, day, [person for person, _lead in lines], [lead for _person, lead in lines]])


def _let_go(plan: Plan, day: date) -> None:
    """End the record, lines, grants, account and sessions of everybody who leaves."""
    gone = [outcome for outcome in plan.outcomes if Kind.LEAVING in outcome.kinds]
    if not gone:
        return
    ids = [outcome.person for outcome in gone]
    days = [outcome.ends_on or day for outcome in gone]
    last = [min(end, day) for end in days]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE people_person SET ended_on = gone.day FROM unnest(%s::uuid[], %s::date[]) AS gone (id, day) WHERE people_person.id = gone.id", [ids, days],
        )
        lines = [query.format(side=side) for side in ("person_id", "lead_id") for query in (_DROP_OF_LEAVERS, _END_OF_LEAVERS)]
        for query in (*lines, _DROP_GRANTS, _END_GRANTS):
            cursor.execute(query, [ids, last])
    accounts.shut(ids)
