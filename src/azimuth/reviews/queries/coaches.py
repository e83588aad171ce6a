"""Who could coach whom."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import Q

from azimuth.people.models import Grant, Person
from azimuth.people.states import Role
from azimuth.reviews.models import ReviewCycle, Subject, SubjectQuerySet
from azimuth.reviews.states import Reader


def without_coach(cycle: ReviewCycle, on: date) -> SubjectQuerySet:
    """Subjects whose coach is to read their report and who have none who still works here; none at all where the cycle names no coach."""
    if Reader.COACH not in cycle.readers:
        return Subject.objects.none()
    return cycle.subjects.filter(Q(coach=None) | Q(coach__ended_on__lte=on), released_on=None)


def partners_of(subjects: SubjectQuerySet, on: date) -> dict[UUID, Person]:
    """The HR partner nearest above each subject's unit, never the subject; of several for one unit the first by name. Two queries."""
    grants = Grant.objects.in_force(on).filter(role=Role.HR_PARTNER, unit__isnull=False, person__in=Person.objects.present(on)).select_related("unit", "person")
    partners = [(grant.unit.path, grant.person) for grant in sorted(grants, key=lambda grant: (grant.person.name, grant.pk)) if grant.unit]
    found = {}
    for key, person, path in subjects.values_list("pk", "person_id", "person__unit__path"):
        near = [(len(unit), partner) for unit, partner in partners if path and path.startswith(unit) and partner.pk != person]
        if near:
            found[key] = max(near, key=lambda pair: pair[0])[1]
    return found


def coach_candidates(words: str, on: date) -> list[Person]:
    """Up to ten people here matching `words` who could be a coach."""
    if not words.strip():
        return []
    return list(Person.objects.present(on).matching(words).select_related("unit").order_by("name", "pk")[:10])
