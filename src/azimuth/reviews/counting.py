"""From closed to counted: the ballots are counted, reports built, the key destroyed. Worker only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from azimuth.audit import actions as audit
from azimuth.ballots import counting as ballots
from azimuth.reviews import actions, cohort_report, reporting
from azimuth.reviews.models import Assignment, ReviewCycle, Subject
from azimuth.reviews.states import AssignmentState, CycleState

Step = Callable[[int, int, str], Any]


def count(cycle: ReviewCycle, *, at: datetime, step: Step) -> dict[str, int]:
    """Count every subject not counted yet, then finish the box and mark the cycle; the same end whenever it was killed."""
    if cycle.state != CycleState.CLOSED or cycle.box is None:
        return {}
    on = cycle.box.closed_on or at.date()
    total = cycle.subjects.count()
    ballots.count_box(
        cycle.box, _subjects(cycle), snapshot=cycle.snapshot, on=on, after_subject=lambda about: _settle(cycle, about, on),
        progress=lambda done: step(done, total, _("Counting")),
    )
    with transaction.atomic():
        moved = ReviewCycle.objects.filter(pk=cycle.pk, state=CycleState.CLOSED).update(state=CycleState.COUNTED)
        if moved:  # in one go: killed before its commit, all of it is done again
            cohort_report.build(cycle, on=on)
            audit.record("reviews.counted", cycle, by=None, at=at)
            actions.announce(cycle, at=at)
    return {"reports": cycle.subjects.filter(report__isnull=False).count()}


def _subjects(cycle: ReviewCycle) -> Iterator[ballots.SubjectSheets]:
    """Subjects still to be counted, in batches, with their invited groups and the tickets that were submitted."""
    left = list(cycle.subjects.filter(report__isnull=True).values_list("person_id", flat=True).order_by("pk"))  # those taken out too: their sheets go
    for start in range(0, len(left), 200):
        batch = left[start : start + 200]
        asked: dict[UUID, list[tuple[str, UUID | None, bool]]] = defaultdict(list)
        rows = Assignment.objects.filter(subject__cycle=cycle, subject__person__in=batch).values_list("subject__person_id", "group", "state", "ticket")
        withdrawn: dict[UUID, list[UUID]] = defaultdict(list)
        for about, group, state, ticket in rows:
            if state == AssignmentState.WITHDRAWN and ticket:
                withdrawn[about].append(ticket)
            else:
                asked[about].append((group, ticket, state == AssignmentState.SUBMITTED))
        for about in batch:
            yield ballots.SubjectSheets.gather(about, asked[about], unopened=withdrawn[about])


def _settle(cycle: ReviewCycle, about: UUID, on: date) -> None:
    """In the count's own transaction: build the report, and forget who did what (rows are written anew, in no order, without those withdrawn)."""
    subject = Subject.objects.select_related("person", "cycle__box").get(cycle=cycle, person_id=about)
    if subject.withdrawn_on is None:
        reporting.build(subject, on=on)
    rows = list(Assignment.objects.asked().filter(subject=subject).order_by("rater_id", "external_id").values_list("rater_id", "external_id", "group"))
    Assignment.objects.filter(subject=subject).delete()
    Assignment.objects.bulk_create(
        [
            Assignment(id=uuid4(), subject=subject, rater_id=rater, external_id=external, group=group, state=AssignmentState.COUNTED, ticket=None)
            for rater, external, group in rows
        ]
    )
