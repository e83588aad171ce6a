"""Writes who is asked about whom, in one COPY."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid4

from django.db import connection

from azimuth.questionnaires.models import RaterGroup
from azimuth.reviews.models import ReviewCycle
from azimuth.reviews.planning import Asked
from azimuth.reviews.states import AssignmentState


def copy_assignments(cycle: ReviewCycle, asked: Sequence[Asked]) -> None:
    """One COPY. Random keys and the order of random keys: where a row lies says nothing."""
    subject_of = dict(cycle.subjects.values_list("person_id", "pk"))
    with connection.cursor() as cursor, cursor.copy(
        "COPY reviews_assignment (id, subject_id, rater_id, external_id, \"group\", state, ticket) FROM STDIN"
    ) as copy:
        for ask in sorted(asked, key=lambda ask: subject_of[ask.subject]):
            who = (None, ask.rater) if ask.group == RaterGroup.EXTERNAL else (ask.rater, None)
            copy.write_row((uuid4(), subject_of[ask.subject], *who, ask.group, AssignmentState.WAITING, uuid4()))
