"""Who coaches which subject of a cycle: reads the report first where the cycle says so, and may be shown it otherwise."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from azimuth.access.verdict import Refused
from azimuth.audit import actions as audit
from azimuth.notifications.models import Notice
from azimuth.people.models import Person
from azimuth.reviews import policies, queries
from azimuth.reviews.actions.releasing import tell_waiting, waiting_key
from azimuth.reviews.models import ReviewCycle, Subject
from azimuth.reviews.states import CycleState


@transaction.atomic
def assign_coach(cycle: ReviewCycle, *, subjects: Iterable[UUID], coach: Person | None, by: Person, at: datetime) -> int:
    """Name one coach for these subjects, or none; a coach named after the count is told what waits. Returns for how many it is new.

    Nobody coaches themselves, nobody names the coach of their own report, and once a cycle is launched nobody makes
    themselves the coach of others: it would open reports to them.
    """
    cycle = _locked(cycle, by)
    if coach is not None and coach.pk == by.pk and cycle.state != CycleState.DRAFT:
        raise Refused(_("After the launch nobody makes themselves a coach. Ask another HR person."))
    if coach is not None and not Person.objects.present(at.date()).filter(pk=coach.pk).exists():
        raise Refused(_("%(name)s does not work here.") % {"name": coach.name})
    return name_coaches(cycle, dict.fromkeys(subjects, coach), by=by, at=at)


@transaction.atomic
def assign_partners(cycle: ReviewCycle, *, subjects: Iterable[UUID], by: Person, at: datetime) -> int:
    """Name for each of these subjects the HR partner nearest to their unit; whoever has none keeps what they have. Returns how many are new."""
    cycle = _locked(cycle, by)
    partners = queries.partners_of(cycle.subjects.filter(pk__in=list(subjects)), at.date())
    if cycle.state != CycleState.DRAFT:
        partners = {key: partner for key, partner in partners.items() if partner.pk != by.pk}
    return name_coaches(cycle, partners, by=by, at=at)


def name_coaches(cycle: ReviewCycle, chosen: Mapping[UUID, Person | None], *, by: Person, at: datetime) -> int:
    """Give each of these subjects this coach, set-based; asks no policy: the deed that calls it does. Returns for how many it is new."""
    by_coach: dict[Person | None, list[UUID]] = defaultdict(list)
    rows = cycle.subjects.filter(pk__in=chosen).exclude(person=by).values_list("pk", "person_id", "coach_id")
    for key, person, now in rows:
        coach = chosen[key]
        if (coach.pk if coach else None) not in {person, now}:
            by_coach[coach].append(key)
    changed = [key for keys in by_coach.values() for key in keys]
    for coach, keys in by_coach.items():  # a handful of coaches
        Subject.objects.filter(pk__in=keys).update(coach=coach)
    _pass_on(cycle, changed, at)
    if changed:
        ReviewCycle.objects.filter(pk=cycle.pk, state=CycleState.DRAFT).update(version=F("version") + 1)
        audit.record("reviews.assign_coach", cycle, by=by, at=at, assigned=len(changed))
    return len(changed)


def _pass_on(cycle: ReviewCycle, changed: list[UUID], at: datetime) -> None:
    """Counted reports that waited for another coach wait for the new one."""
    waiting = cycle.subjects.filter(pk__in=changed, released_on=None, report__isnull=False)
    Notice.objects.filter(key__in=[waiting_key(subject) for subject in waiting], done_on=None).delete()
    tell_waiting(waiting, at=at)


def _locked(cycle: ReviewCycle, by: Person) -> ReviewCycle:
    locked = ReviewCycle.objects.select_for_update(of=("self",)).select_related("scope").get(pk=cycle.pk)
    policies.can_assign_coaches(by, locked).enforce()
    return locked
