"""What a rater does. Nothing here is recorded, told or dated: that would say who answered, and when (privacy.md)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from azimuth.access.verdict import Refused
from azimuth.ballots import actions as ballots
from azimuth.ballots import queries as sheets
from azimuth.people.models import Person
from azimuth.questionnaires import queries as questionnaires
from azimuth.reviews import policies
from azimuth.reviews.actions import announcing
from azimuth.reviews.models import Assignment, ExternalRater
from azimuth.reviews.states import AssignmentState


class Incomplete(Refused):
    """Required questions are open; `missing` holds their keys."""

    def __init__(self, sentence: str, missing: list[str]) -> None:
        super().__init__(sentence)
        self.missing = missing


@transaction.atomic
def save(assignment: Assignment, sheet: dict[str, Any], *, seen: int | None, by: Person | ExternalRater, at: datetime) -> int:
    """Seal and keep the sheet as it is; returns its new version. A submitted form stays submitted.

    Raises Denied after the close, StaleSheet when another tab or device saved since version `seen`,
    SheetTooLong when it does not fit. The same sheet saved twice is saved once.
    """
    assignment = _answerable(assignment, by, at)
    version = ballots.save_sheet(*assignment.place, sheet, by=by, seen=seen)
    if assignment.state == AssignmentState.WAITING:
        Assignment.objects.filter(pk=assignment.pk, state=AssignmentState.WAITING).update(state=AssignmentState.DRAFT)
    return version


@transaction.atomic
def submit(assignments: Iterable[Assignment], *, by: Person | ExternalRater, at: datetime) -> int:
    """Submit forms as they are saved; what was submitted stays so. Returns how many are newly submitted.

    Raises Incomplete for the first form with required questions open: nothing is submitted then.
    """
    locked = [_answerable(assignment, by, at) for assignment in sorted(assignments, key=lambda one: one.pk)]  # as steering locks them
    for assignment in locked:
        _refuse_incomplete(assignment, by)
    fresh = [a.pk for a in locked if a.state != AssignmentState.SUBMITTED]
    Assignment.objects.filter(pk__in=fresh).update(state=AssignmentState.SUBMITTED)
    for cycle_id in {a.subject.cycle_id for a in locked}:
        if isinstance(by, Person):
            announcing.settle_done(cycle_id, [by.pk], at=at)
    return len(fresh)


def _answerable(assignment: Assignment, by: Person | ExternalRater, at: datetime) -> Assignment:
    rows = Assignment.objects.select_for_update(of=("self",)).select_related("subject__cycle__box", "subject__person")
    locked = rows.get(pk=assignment.pk)
    policies.can_answer(by, locked, at).enforce()
    return locked


def _refuse_incomplete(assignment: Assignment, by: Person | ExternalRater) -> None:
    sheet = sheets.read_sheet(*assignment.place, by=by)
    answers = sheet.content if sheet else {"scores": {}, "texts": {}}
    given = {key for key, value in answers["scores"].items() if value is not None} | {key for key, text in answers["texts"].items() if text.strip()}
    if not given:
        raise Incomplete(_("The form about %(name)s is empty. Answer what you can, then submit.") % {"name": assignment.subject.person.name}, [])
    form = questionnaires.form_for(assignment.subject.cycle.snapshot, assignment.group)
    missing = [question.key for section in form for question in section.questions if question.is_required and question.key not in given]
    if missing:
        raise Incomplete(_("Some required questions about %(name)s are open.") % {"name": assignment.subject.person.name}, missing)
