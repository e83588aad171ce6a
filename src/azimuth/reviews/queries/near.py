"""Other cycles about the same people and questions that close near this one: beside them some of a report cannot be shown."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from azimuth.ballots.disclosure import NEAR
from azimuth.people.models import Person
from azimuth.questionnaires import queries as questionnaires
from azimuth.questionnaires.models import Questionnaire
from azimuth.reviews import overlap
from azimuth.reviews.models import ReviewCycle, Subject
from azimuth.reviews.states import CycleState

NOT_YET_OR_NEVER = (CycleState.DRAFT, CycleState.LAUNCHING, CycleState.CANCELLED)
SETTLED = (CycleState.COUNTED, CycleState.RELEASED, CycleState.CANCELLED)


@dataclass(frozen=True)
class Near:
    """How many subjects of a cycle are in others that close within 120 days, and what a reader may call those."""

    number: int = 0
    names: str = ""


def near_to(cycle: ReviewCycle, *, viewer: Person) -> Near:
    """What a reader is told of cycles near one that is still to be counted; those this reader does not see have no name."""
    seen = Exists(ReviewCycle.objects.visible_to(viewer).filter(pk=OuterRef("pk")))
    others = [] if cycle.state in SETTLED else _others(cycle, is_seen=seen)
    if not others:
        return Near()
    names = [f"“{other.name}”" for other in others if other.is_seen]  # type: ignore[attr-defined]
    return Near(_in_both(cycle, others).count(), ", ".join([*names, *([_("another cycle")] if len(names) < len(others) else [])]))


def people_near(cycle: ReviewCycle) -> list[UUID]:
    """Who is a subject of this cycle and of one near it, by name."""
    others = _others(cycle)
    return list(_in_both(cycle, others).order_by("person__search_text", "person_id").values_list("person_id", flat=True)) if others else []


def _others(cycle: ReviewCycle, **more: Exists) -> list[ReviewCycle]:
    """Cycles that closed, or will close, within 120 days of this one's close and ask some of its people some of its questions."""
    if cycle.closes_at is None or cycle.questionnaire_id is None:
        return []
    ours = Subject.objects.filter(cycle=cycle).values("person_id")
    asked_too = Exists(Subject.objects.filter(cycle=OuterRef("pk"), person__in=ours))
    others = ReviewCycle.objects.exclude(pk=cycle.pk).exclude(state__in=NOT_YET_OR_NEVER).annotate(**more).order_by("closes_at", "pk")
    others = others.filter(asked_too, closes_at__range=(cycle.closes_at - NEAR, cycle.closes_at + NEAR)).defer("snapshot")
    return [other for other in others if other.questionnaire_id == cycle.questionnaire_id or overlap.of(_asked(cycle, cycle.questionnaire_id), other.snapshot).can_compare]


def _asked(cycle: ReviewCycle, questionnaire: UUID) -> overlap.Snapshot:
    """What a cycle asks, or would."""
    return cycle.snapshot or questionnaires.snapshot(Questionnaire.objects.get(pk=questionnaire))


def _in_both(cycle: ReviewCycle, others: list[ReviewCycle]) -> QuerySet[Subject]:
    return Subject.objects.filter(cycle=cycle, person__in=Subject.objects.filter(cycle__in=others).values("person_id"))
