"""A person's page: who, where in the organisation, and what this viewer may know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from azimuth.people import policies
from azimuth.people.disclosure import Relation, facts_shown
from azimuth.people.models import Attribute, Grant, Person
from azimuth.people.queries.lines import DottedLead, leads_of


@dataclass(frozen=True)
class Portrait:
    """What one viewer may know of one person. `chain` begins at the head; `attributes` are (label, value)."""

    person: Person
    relation: Relation
    facts: frozenset[str]
    chain: Sequence[Person]
    dotted: Sequence[DottedLead]
    attributes: Sequence[tuple[str, object]]
    grants: Sequence[Grant]


def portrait(person: Person, *, viewer: Person) -> Portrait:
    """Everything on a person's page but the paged list of reports. At most three queries."""
    relation = policies.relation(viewer, person)
    facts = facts_shown(relation)
    above, dotted = leads_of(person)
    return Portrait(
        person=person,
        relation=relation,
        facts=facts,
        chain=above[::-1],
        dotted=dotted,
        attributes=_attributes(person) if "attributes" in facts and person.attributes else [],
        grants=_grants(person, viewer),
    )


def _attributes(person: Person) -> list[tuple[str, object]]:
    declared = Attribute.objects.filter(key__in=person.attributes).order_by("label")
    return [(attribute.label, person.attributes[attribute.key]) for attribute in declared]


def _grants(person: Person, viewer: Person) -> Sequence[Grant]:
    if viewer.pk == person.pk:
        return viewer.grants_in_force
    return person.grants_in_force if policies.can_see_grants(viewer) else []
