"""Raters from outside: whom a link lets in, and who declined."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Exists, OuterRef

from azimuth.people.models import Person
from azimuth.questionnaires.models import RaterGroup
from azimuth.reviews.models import (
    Assignment,
    CycleQuerySet,
    Decline,
    ExternalRater,
    ReviewCycle,
)
from azimuth.reviews.states import CycleState


def let_in_by(token_hash: str, at: datetime) -> ExternalRater | None:
    """Whom a link lets in now: it is not revoked, and a form still waits. One query, whatever is wrong with it."""
    waiting = Assignment.objects.filter(external=OuterRef("pk")).answerable(at).unsubmitted()
    links = {"links__token_hash": token_hash, "links__revoked_on": None}
    return ExternalRater.objects.filter(Exists(waiting), **links).select_related("cycle").first()


@dataclass(frozen=True)
class Declined:
    """One rater's no, for HR in charge."""

    decline: Decline

    @property
    def assignment(self) -> Assignment:
        """The form that was declined."""
        return self.decline.assignment

    @property
    def group(self) -> str:
        """The rater group in words."""
        return str(RaterGroup(self.assignment.group).label)

    @property
    def instead(self) -> str:
        """Who was named to be asked instead."""
        if self.decline.replacement:
            return self.decline.replacement.name
        return self.decline.suggested_name


def declined_in(cycle: ReviewCycle, viewer: Person) -> Sequence[Declined]:
    """Declines HR has not settled, about others than the viewer. None are looked for where `with_declines` found none."""
    if not _may_be_declined(cycle):
        return []
    rows = Decline.objects.filter(assignment__subject__cycle=cycle, settled_on=None).exclude(assignment__subject__person=viewer)
    shown = rows.select_related("assignment__subject__person", "assignment__rater", "assignment__external", "replacement")
    return [Declined(row) for row in shown.order_by("declined_on", "assignment__subject__person__name", "pk")]


def with_declines(cycles: CycleQuerySet) -> CycleQuerySet:
    """The cycles, each knowing whether any decline waits at all, wherever: seldom, and quicker to ask than where."""
    return cycles.annotate(are_declined=Exists(Decline.objects.filter(settled_on=None)))


def _may_be_declined(cycle: ReviewCycle) -> bool:
    """Whether a decline may wait in this cycle: no where `with_declines` found none, else yes."""
    return getattr(cycle, "are_declined", True)


def declines_waiting(cycles: Iterable[ReviewCycle], viewer: Person) -> dict[UUID, int]:
    """How many raters declined in each of these cycles without a decision yet; never about the viewer. None are looked for where `with_declines` found none."""
    keys = [cycle.pk for cycle in cycles if cycle.state == CycleState.OPEN and _may_be_declined(cycle)]
    if not keys:
        return {}
    rows = Decline.objects.filter(settled_on=None, assignment__subject__cycle__in=keys).exclude(assignment__subject__person=viewer)
    return dict(rows.order_by().values_list("assignment__subject__cycle").annotate(many=Count("pk")))
