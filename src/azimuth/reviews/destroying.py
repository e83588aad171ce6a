"""From cancelled to nothing left: sheets, forms and key of a cycle that was called off are destroyed unread. Worker only."""

from __future__ import annotations

from datetime import datetime

from azimuth.ballots.discarding import discard_box
from azimuth.reviews.models import Assignment, ReviewCycle
from azimuth.reviews.states import CycleState


def destroy(cycle: ReviewCycle, *, at: datetime) -> None:
    """Destroy what lies in the box of a cancelled cycle, and forget who was asked and how far they were; the same end whenever it was killed."""
    if cycle.state != CycleState.CANCELLED or cycle.box is None:
        return
    discard_box(cycle.box, on=cycle.cancelled_on or at.date(), with_sheets=lambda: _forget_forms(cycle))


def _forget_forms(cycle: ReviewCycle) -> None:
    Assignment.objects.filter(subject__cycle=cycle).delete()
