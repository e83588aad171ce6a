"""Chains of leads: who is above whom, and whether a move would close a loop."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count

from azimuth.people.models import Person, PersonQuerySet

_ABOVE = """
WITH RECURSIVE above (person, lead, depth) AS (
    SELECT person_id, lead_id, 1 FROM people_reportingline WHERE person_id = %(person)s AND kind = 'solid' AND ends_on IS NULL
    UNION ALL
    SELECT line.person_id, line.lead_id, above.depth + 1
    FROM above JOIN people_reportingline AS line ON line.person_id = above.lead AND line.kind = 'solid' AND line.ends_on IS NULL
    WHERE above.depth < 100
) CYCLE person SET is_loop USING trail
SELECT person.*, depth, NULL::bigint AS dotted_line FROM above JOIN people_person AS person ON person.id = above.lead WHERE NOT is_loop
"""
_BESIDE = """
UNION ALL
SELECT person.*, 0, line.id FROM people_reportingline AS line JOIN people_person AS person ON person.id = line.lead_id
WHERE line.person_id = %(person)s AND line.kind = 'dotted' AND line.ends_on IS NULL
"""


def leads_above(person: Person) -> list[Person]:
    """The leads above a person, nearest first. One query; a loop in the data ends the chain."""
    return list(Person.objects.raw(f"{_ABOVE} ORDER BY depth", {"person": person.pk}))


@dataclass(frozen=True, slots=True)
class DottedLead:
    """A lead on a dotted line, with the line's key."""

    line: int
    lead: Person


def leads_of(person: Person) -> tuple[list[Person], list[DottedLead]]:
    """The leads above a person, nearest first, and those on dotted lines, by name. One query."""
    above, dotted = [], []
    for lead in Person.objects.raw(f"{_ABOVE}{_BESIDE} ORDER BY depth, search_text", {"person": person.pk}):
        line = vars(lead)["dotted_line"]
        if line is None:
            above.append(lead)
        else:
            dotted.append(DottedLead(line, lead))
    return above, dotted


def loop_through(person: Person, lead: Person) -> list[Person]:
    """The whole loop that would close if `person` reported to `lead`: person, ..., lead, person; empty when none would."""
    if lead.pk == person.pk:
        return [person, person]
    above = leads_above(lead)
    ids = [one.pk for one in above]
    if person.pk not in ids:
        return []
    between = above[: ids.index(person.pk)]
    return [person, lead, *between, person]


def reports_of(lead: Person, on: date) -> PersonQuerySet:
    """The people who report to a lead (solid line) and work here on this day; order and paging are the caller's."""
    return Person.objects.present(on).reports_of(lead)


def counts_of_reports(leads: Collection[UUID], on: date) -> dict[UUID, int]:
    """How many people report to each of these leads on this day; those without reports are absent. One query."""
    found = Person.objects.present(on).reports_of_any(leads)
    return dict(found.values_list("lines__lead").annotate(many=Count("pk")))
