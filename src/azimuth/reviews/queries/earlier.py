"""Earlier cycles a draft may be compared with, and why one may not."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from azimuth.people.models import Person
from azimuth.questionnaires import queries as questionnaires
from azimuth.reviews import overlap
from azimuth.reviews.models import ReviewCycle
from azimuth.reviews.states import CycleState, Purpose, Reader

OFFERED = 20
COUNTED = (CycleState.COUNTED, CycleState.RELEASED)


@dataclass(frozen=True)
class Earlier:
    """A counted cycle, with how many items of the draft's questionnaire were asked in it."""

    cycle: ReviewCycle
    same: int
    asked: int

    @property
    def label(self) -> str:
        """Its name with the overlap, as the wizard offers it."""
        words = ngettext("%(name)s: %(same)d of %(n)d item is the same", "%(name)s: %(same)d of %(n)d items are the same", self.asked)
        return words % {"name": self.cycle.name, "same": self.same, "n": self.asked}


def comparable(cycle: ReviewCycle, viewer: Person) -> list[Earlier]:
    """Counted cycles this person runs that asked some of the same items on the same scale; the latest first."""
    if cycle.questionnaire is None:
        return []
    now = questionnaires.snapshot(cycle.questionnaire)
    counted = ReviewCycle.objects.run_by(viewer).filter(state__in=COUNTED).exclude(pk=cycle.pk).order_by("-closes_at", "pk")[:OFFERED]
    shared = [(earlier, overlap.of(now, earlier.snapshot)) for earlier in counted]
    return [Earlier(earlier, len(found.same), found.asked) for earlier, found in shared if found.can_compare]


def compared(cycle: ReviewCycle) -> Earlier | None:
    """The cycle a draft or launched cycle is compared with, with their overlap."""
    if cycle.compares_to is None:
        return None
    snapshot = cycle.snapshot or (questionnaires.snapshot(cycle.questionnaire) if cycle.questionnaire else None)
    if snapshot is None:
        return None
    found = overlap.of(snapshot, cycle.compares_to.snapshot)
    return Earlier(cycle.compares_to, len(found.same) if found.can_compare else 0, found.asked)


def why_not_comparable(*, purpose: str, readers: Collection[str], earlier: ReviewCycle) -> str:
    """Why reports may not be set beside those of an earlier cycle, in a sentence; empty when they may.

    A comparison tells what the earlier report said. So nobody may read it who was not named a reader then, and what was
    given for development is not used to evaluate.
    """
    if earlier.state not in COUNTED:
        return _("“%(name)s” is not counted yet.") % {"name": earlier.name}
    if earlier.purpose == Purpose.DEVELOPMENT and purpose == Purpose.EVALUATION:
        return _("“%(name)s” was for development: its answers are not used to evaluate.") % {"name": earlier.name}
    if strangers := [str(Reader(code).label) for code in readers if code not in earlier.readers]:
        words = _("“%(name)s” promised its raters other readers. A comparison would show its results to: %(readers)s.")
        return words % {"name": earlier.name, "readers": ", ".join(strangers)}
    return ""
