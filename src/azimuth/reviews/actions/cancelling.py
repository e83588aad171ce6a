"""Calling a cycle off: at once nobody can answer any more; a job destroys unread what was written, and the key."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from azimuth.audit import actions as audit
from azimuth.ballots import actions as ballots
from azimuth.jobs import actions as jobs
from azimuth.notifications import actions as notifications
from azimuth.people.models import Person
from azimuth.reviews import policies
from azimuth.reviews.actions import announcing, telling
from azimuth.reviews.actions.locking import locked
from azimuth.reviews.models import Assignment, RaterLink, ReviewCycle
from azimuth.reviews.states import CycleState


@transaction.atomic
def cancel(cycle: ReviewCycle, *, by: Person, at: datetime) -> ReviewCycle:
    """Call a cycle off before it is closed, tell its raters and subjects, and have everything written destroyed unread.

    Cancelling twice is cancelling once.
    """
    cycle = locked(cycle)
    if cycle.state == CycleState.CANCELLED:
        policies.can_run(by, cycle).enforce()
        return cycle
    policies.can_cancel(by, cycle).enforce()
    cycle.state, cycle.cancelled_on = CycleState.CANCELLED, at.date()
    cycle.save(update_fields=["state", "cancelled_on"])
    RaterLink.objects.filter(external__cycle=cycle).delete()
    for key in (announcing.invitation_key(cycle.pk), announcing.more_time_key(cycle.pk), telling.lists_key(cycle), telling.declined_key(cycle)):
        notifications.take_back(key)
    raters = Assignment.objects.asked().filter(subject__cycle=cycle, external=None).values_list("rater_id", flat=True)
    subjects = cycle.subjects.taking_part().values_list("person_id", flat=True)
    announcing.cancelled(cycle, {key for key in [*raters, *subjects] if key}, at=at)
    audit.record("reviews.cancel", cycle, by=by, at=at)
    if cycle.box:
        ballots.close_box(cycle.box, by=by, on=at.date())
        jobs.start(
            "reviews.destroy", key=f"reviews.destroy:{cycle.pk}", title=_("Destroying what was written for “%(name)s”") % {"name": cycle.name},
            by=by, at=at, next_url=f"/reviews/cycles/{cycle.pk}/", cycle_id=str(cycle.pk),
        )
    return cycle
