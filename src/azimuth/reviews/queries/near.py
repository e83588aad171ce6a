"""Other cycles about the same people and questions that close near this one: beside them some of a report cannot be shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from azimuth.ballots.disclosure import NEAR
from azimuth.questionnaires import queries as questionnaires
from azimuth.reviews import overlap
from azimuth.reviews.models import ReviewCycle, Subject
from azimuth.reviews.states import CycleState

NOT_YET_OR_NEVER = (CycleState.DRAFT, CycleState.LAUNCHING, CycleState.CANCELLED)


@dataclass(frozen=True)
class Near:
    """Cycles that close within 120 days of a cycle, and the people who are subjects of both."""

    cycles: Sequence[ReviewCycle]
    people: Sequence[UUID]

    @property
    def names(self) -> str:
        """Their names."""
        return ", ".join(f"“{cycle.name}”" for cycle in self.cycles)


def near_to(cycle: ReviewCycle) -> Near:
    """Cycles that closed, or will close, within 120 days of this one's close and ask some of its people some of its questions."""
    snapshot = cycle.snapshot or (questionnaires.snapshot(cycle.questionnaire) if cycle.questionnaire else None)
    if cycle.closes_at is None or snapshot is None:
        return Near((), ())
    ours = Subject.objects.filter(cycle=cycle).values("person_id")
    others = ReviewCycle.objects.exclude(pk=cycle.pk).exclude(state__in=NOT_YET_OR_NEVER)
    others = others.filter(closes_at__range=(cycle.closes_at - NEAR, cycle.closes_at + NEAR), subjects__person__in=ours).distinct().order_by("closes_at", "pk")
    found = [other for other in others if overlap.of(snapshot, other.snapshot).can_compare]
    both = Subject.objects.filter(cycle=cycle, person__in=Subject.objects.filter(cycle__in=found).values("person_id"))
    return Near(found, list(both.order_by("person__search_text", "person_id").values_list("person_id", flat=True)) if found else [])
