"""Reading again what a deed is about to change, so that two people at once, or one clicking twice, come one after the other."""

from __future__ import annotations

from azimuth.reviews.models import ReviewCycle


def locked(cycle: ReviewCycle) -> ReviewCycle:
    """The cycle as it is now, held until the end of the transaction."""
    return ReviewCycle.objects.select_for_update(of=("self",)).select_related("scope", "box").get(pk=cycle.pk)
