"""A person's page: who, where in the organisation, and what this viewer may know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from azimuth.people import policies
from azimuth.people.disclosure import Relation, facts_shown
from azimuth.people.models import Attribute, Grant, Person, ReportingLine
from azimuth.people.queries.lines import leads_above
from azimuth.people.states import LineKind


@dataclass(frozen=True)
class Portrait:
    """What one viewer may know of one person. `chain` begins at the head; `attributes` are (label, value)."""

    person: Person
    relation: Relation
    facts: frozenset[str]
    chain: Sequence[Person]
    dotted: Sequence[ReportingLine]
    attributes: Sequence[tuple[str, object]]
    grants: Sequence[Grant]


def portrait(person: Person, *, viewer: Person, on: date) -> Portrait:
    """Everything on a person's page but the paged list of reports. At most four queries."""
    relation = policies.relation(viewer, person)
    facts = facts_shown(relation)
    dotted = ReportingLine.objects.current().filter(person=person, kind=LineKind.DOTTED).select_related("lead").order_by("lead__search_text")
    return Portrait(
        person=person,
        relation=relation,
        facts=facts,
        chain=leads_above(person)[::-1],
        dotted=list(dotted),
        attributes=_attributes(person) if "attributes" in facts and person.attributes else [],
        grants=_grants(person, viewer, on),
    )


def _attributes(person: Person) -> list[tuple[str, object]]:
    declared = Attribute.objects.filter(key__in=person.attributes).order_by("label")
    return [(attribute.label, person.attributes[attribute.key]) for attribute in declared]


def _grants(person: Person, viewer: Person, on: date) -> list[Grant]:
    if viewer.pk == person.pk:
        return viewer.grants_in_force
    if not policies.can_see_grants(viewer):
        return []
    return list(Grant.objects.in_force(on).filter(person=person).select_related("unit"))
