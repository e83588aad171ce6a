"""Reminding raters: on the mornings a cycle names, and when HR nudges. Nobody hears from it who has answered."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from azimuth.audit import actions as audit
from azimuth.jobs import actions as jobs
from azimuth.notifications import actions as notifications
from azimuth.people.models import Person, Unit
from azimuth.reviews import policies, queries
from azimuth.reviews.actions.links import send_links
from azimuth.reviews.actions.locking import locked
from azimuth.reviews.models import Assignment, Nudge, ReviewCycle

REMIND = "reviews.remind"
BATCH = 1000


def remind(*, at: datetime) -> None:
    """Put the reminders that are due into the outbox, a batch a transaction; killed and run again, nobody is left out or told twice."""
    nudged = queries.nudged(at)
    due = queries.reminders_due(at, nudged)
    for start in range(0, len(due), BATCH):
        notifications.remind(due[start : start + BATCH], on=at.date())
    Nudge.objects.filter(pk__in=nudged).update(is_pending=False)
    if outside := queries.outside_due(at):
        send_links(outside, at=at, again=True)


@transaction.atomic
def nudge(cycle: ReviewCycle, *, unit: Unit | None = None, group: str = "", rater: Person | None = None, by: Person, at: datetime) -> None:
    """Ask raters of a cycle once more to answer: all, those asked about people of a unit, or as one group, or one person.

    At most once in three days and person. Neither what is written here nor the answer depends on whether somebody has answered:
    whoever is done simply gets no mail.
    """
    cycle = locked(cycle)
    policies.can_nudge(by, cycle).enforce()
    asked = Assignment.objects.asked().filter(subject__cycle=cycle, external=None)
    if unit:
        asked = asked.filter(subject__person__unit=unit)
    if group:
        asked = asked.filter(group=group)
    if rater:
        asked = asked.filter(rater=rater)
    if _note(cycle, set(asked.values_list("rater_id", flat=True)), at):
        audit.record("reviews.nudge", cycle, by=by, at=at, whom="person" if rater else "some" if unit or group else "all")
    transaction.on_commit(lambda: jobs.nudge(REMIND), robust=True)


def _note(cycle: ReviewCycle, people: Collection[UUID | None], at: datetime) -> int:
    """Remember that these people were nudged today, but for those nudged lately. Returns how many there were."""
    lately = Nudge.objects.filter(nudged_on__gt=at.date() - queries.NUDGED_AGAIN_AFTER).values_list("person_id", flat=True)
    fresh = sorted(key for key in set(people) - set(lately) if key)
    Nudge.objects.bulk_create(
        [Nudge(person_id=key, cycle=cycle, nudged_on=at.date(), is_pending=True) for key in fresh], batch_size=5000,
        update_conflicts=True, unique_fields=["person"], update_fields=["cycle", "nudged_on", "is_pending"],
    )
    return len(fresh)


@transaction.atomic
def set_reminders(cycle: ReviewCycle, *, days: Iterable[int], by: Person, at: datetime) -> None:
    """Choose on which days before the deadline raters of a launched cycle are reminded; the same twice is once."""
    cycle = locked(cycle)
    policies.can_set_reminders(by, cycle).enforce()
    chosen = sorted(set(days), reverse=True)
    if chosen != cycle.reminders:
        ReviewCycle.objects.filter(pk=cycle.pk).update(reminders=chosen)
        audit.record("reviews.set_reminders", cycle, by=by, at=at, days=chosen)
