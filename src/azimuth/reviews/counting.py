"""From closed to counted: the ballots are counted, the key is destroyed, reports are built. Worker only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from azimuth.audit import actions as audit
from azimuth.ballots import counting as ballots
from azimuth.ballots.earlier import NOTHING
from azimuth.ballots.models import Box, CountedGroup
from azimuth.ballots.opening import SubjectSheets
from azimuth.reviews import actions, adjusting, cohort_report, reporting, shown_before
from azimuth.reviews.models import Assignment, ReviewCycle, Subject
from azimuth.reviews.states import AssignmentState, CycleState

Step = Callable[[int, int, str], Any]
BATCH = 200


def count(cycle: ReviewCycle, *, at: datetime, step: Step) -> dict[str, int]:
    """Count every subject not counted yet, finish the box, build the reports and mark the cycle; the same end whenever it was killed."""
    if cycle.state != CycleState.CLOSED or cycle.box is None:
        return {}
    with ballots.alone():
        return _count(cycle, cycle.box, cycle.box.closed_on or at.date(), at, step)


def _count(cycle: ReviewCycle, box: Box, on: date, at: datetime, step: Step) -> dict[str, int]:
    total = cycle.subjects.count()
    ballots.count_box(
        box, Plan(cycle), snapshot=cycle.snapshot, on=on, after_subject=lambda about: _forget(cycle, about),
        before=lambda done: step(done, 3 * total, _("Measuring how reliable the answers are")),
        progress=lambda done: step(total + done, 3 * total, _("Counting")),
    )
    _report(cycle, on, lambda done: step(2 * total + done, 3 * total, _("Building reports")))
    with transaction.atomic():
        moved = ReviewCycle.objects.filter(pk=cycle.pk, state=CycleState.CLOSED).update(state=CycleState.COUNTED)
        if moved:  # in one go: killed before its commit, all of it is done again
            cohort_report.build(cycle, on=on)
            audit.record("reviews.counted", cycle, by=None, at=at)
            actions.announce(cycle, at=at)
    return {"reports": cycle.subjects.filter(report__isnull=False).count()}


@dataclass(frozen=True)
class Plan:
    """Subjects still to be counted, in batches, with their invited groups and the tickets that were submitted; may be gone through again."""

    cycle: ReviewCycle

    def __iter__(self) -> Iterator[SubjectSheets]:
        counted = CountedGroup.objects.filter(box=self.cycle.box).values("about_id")
        left = list(self.cycle.subjects.exclude(person_id__in=counted).values_list("person_id", flat=True).order_by("pk"))
        others = shown_before.near(self.cycle)
        for start in range(0, len(left), BATCH):
            yield from self._batch(left[start : start + BATCH], others)

    def _batch(self, batch: list[UUID], others: list[ReviewCycle]) -> Iterator[SubjectSheets]:
        pasts = shown_before.pasts(self.cycle, others, batch)
        asked: dict[UUID, list[tuple[str, UUID | None, bool]]] = defaultdict(list)
        rows = Assignment.objects.filter(subject__cycle=self.cycle, subject__person__in=batch).values_list("subject__person_id", "group", "state", "ticket")
        withdrawn: dict[UUID, list[UUID]] = defaultdict(list)
        for about, group, state, ticket in rows:
            if state == AssignmentState.WITHDRAWN and ticket:
                withdrawn[about].append(ticket)
            else:
                asked[about].append((group, ticket, state == AssignmentState.SUBMITTED))
        for about in batch:
            yield SubjectSheets.gather(about, asked[about], unopened=withdrawn[about], past=pasts.get(about, NOTHING))


def _forget(cycle: ReviewCycle, about: UUID) -> None:
    """In the count's own transaction: forget who did what (rows are written anew, in no order, without those withdrawn)."""
    subject = Subject.objects.get(cycle=cycle, person_id=about)
    rows = list(Assignment.objects.asked().filter(subject=subject).order_by("rater_id", "external_id").values_list("rater_id", "external_id", "group"))
    Assignment.objects.filter(subject=subject).delete()
    Assignment.objects.bulk_create(
        [
            Assignment(id=uuid4(), subject=subject, rater_id=rater, external_id=external, group=group, state=AssignmentState.COUNTED, ticket=None)
            for rater, external, group in rows
        ]
    )


def _report(cycle: ReviewCycle, on: date, progress: Callable[[int], Any]) -> None:
    """Build every report not built yet, once all is counted: a corrected mean needs what others were given."""
    left = list(cycle.subjects.taking_part().filter(report__isnull=True).values_list("pk", flat=True).order_by("pk"))
    corrected = adjusting.adjustments(cycle) if left else adjusting.Adjustments()
    for start in range(0, len(left), BATCH):
        with transaction.atomic():
            for subject in Subject.objects.filter(pk__in=left[start : start + BATCH]).select_related("person", "cycle__box").order_by("pk"):
                reporting.build(subject, corrected, on=on)
        progress(min(start + BATCH, len(left)))
