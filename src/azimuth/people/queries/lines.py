"""Chains of leads: who is above whom, and whether a move would close a loop."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db.models import Count

from azimuth.people.models import Person, PersonQuerySet, ReportingLine

_ABOVE = """
WITH RECURSIVE above (person, lead, depth) AS (
    SELECT person_id, lead_id, 1 FROM people_reportingline WHERE person_id = %s AND kind = 'solid' AND ends_on IS NULL
    UNION ALL
    SELECT line.person_id, line.lead_id, above.depth + 1
    FROM above JOIN people_reportingline AS line ON line.person_id = above.lead AND line.kind = 'solid' AND line.ends_on IS NULL
    WHERE above.depth < 100
) CYCLE person SET is_loop USING trail
SELECT person.* FROM above JOIN people_person AS person ON person.id = above.lead WHERE NOT is_loop ORDER BY depth
"""


def leads_above(person: Person) -> list[Person]:
    """The leads above a person, nearest first. One query; a loop in the data ends the chain."""
    return list(Person.objects.raw(_ABOVE, [person.pk]))


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
    lines = ReportingLine.objects.current().solid().filter(lead__in=leads, person__in=Person.objects.present(on))
    return dict(lines.values_list("lead").annotate(many=Count("pk")))
