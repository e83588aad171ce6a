"""The control: a build that forgets the rater's name and nothing else, as most do. It exists for this attack alone.

Answers are stored when they are submitted, in the same transaction, in the order of the form, and nothing mixes them later.
"""

from __future__ import annotations

from django.db import connection
from django.utils import timezone

from azimuth.ballots.actions import close_box
from azimuth.ballots.models import Box, CountedAnswer, SealedSheet
from azimuth.ballots.row_security import counting
from azimuth.operations.linking.company import Round, Sheet
from azimuth.reviews.models import Assignment
from azimuth.reviews.states import AssignmentState


def allow() -> None:
    """Switch off, in the scratch database, what would refuse this build."""
    with connection.cursor() as cursor:
        cursor.execute("alter table ballots_countedanswer disable trigger user")


def store(assignment: Assignment, sheet: Sheet) -> None:
    """Keep a submission's answers at once, without a name. Everything is kept under the rater's group until it is shown."""
    today = timezone.now().date()
    common = {"box_id": assignment.subject.cycle.box_id, "about_id": assignment.subject.person_id, "counted_on": today}
    for key, value in sheet["scores"].items():
        if isinstance(value, int):
            CountedAnswer.objects.create(**common, shown_as=assignment.group, question=key, score=value)
    for key, text in sheet["texts"].items():
        CountedAnswer.objects.create(**common, shown_as=assignment.group, question=key, text=text)


def count(held: Round) -> None:
    """Close, throw the sheets away, forget who submitted: all as it should be, but too late."""
    box = close_box(Box.objects.get(reviewcycle=held.cycle), by=held.hr, on=timezone.now().date())
    with counting(box):
        SealedSheet.objects.filter(box=box).delete()
    Assignment.objects.filter(subject__cycle=held.cycle).update(state=AssignmentState.COUNTED, ticket=None)
