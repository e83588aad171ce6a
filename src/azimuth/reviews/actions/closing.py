"""The end of answering."""

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
from azimuth.reviews.models import RaterLink, ReviewCycle
from azimuth.reviews.states import CycleState


@transaction.atomic
def close(cycle: ReviewCycle, *, by: Person | None, at: datetime) -> ReviewCycle:
    """Close an open cycle and start the count; `by=None` is the deadline. Closing twice is closing once."""
    cycle = locked(cycle)
    if by is not None:
        policies.can_close(by, cycle).enforce()
    if cycle.state != CycleState.OPEN or cycle.box is None:
        return cycle
    cycle.state = CycleState.CLOSED
    cycle.save(update_fields=["state"])
    ballots.close_box(cycle.box, by=by, on=at.date())
    RaterLink.objects.filter(external__cycle=cycle).delete()
    for key in (announcing.invitation_key(cycle.pk), announcing.more_time_key(cycle.pk), telling.declined_key(cycle)):
        notifications.take_back(key)  # whose was settled earlier would tell who had answered everything
    audit.record("reviews.close", cycle, by=by, at=at, early=by is not None)
    jobs.start(
        "reviews.count", key=f"reviews.count:{cycle.pk}", title=_("Counting “%(name)s”") % {"name": cycle.name},
        by=by, at=at, next_url=f"/reviews/cycles/{cycle.pk}/", cycle_id=str(cycle.pk),
    )
    return cycle


def close_due(*, at: datetime) -> int:
    """Close every cycle whose deadline has passed, also one that passed while nothing ran. Returns how many."""
    due = list(ReviewCycle.objects.due(at))
    for cycle in due:  # a handful at most; each closes in its own transaction
        close(cycle, by=None, at=at)
    return len(due)
