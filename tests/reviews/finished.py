"""A cycle that is over: launched by given rules, answered by everybody, counted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from azimuth.people.models import Person
from azimuth.reviews import actions
from azimuth.reviews.models import ReviewCycle, Subject
from tests.cast import Cast
from tests.reviews.test_count import answer_all, count
from tests.reviews.test_launch import quiet

EVERYBODY = {"self", "manager", "peer", "report"}


def finished(draft: ReviewCycle, cast: Cast, at: datetime, *, coach: Person | None = None, score: int = 4, **rules: Any) -> ReviewCycle:
    """The draft by these rules, counted; `coach` coaches all its subjects."""
    if rules:
        actions.update(draft, seen=draft.version, by=cast.eve, at=at, **rules)
    if coach:
        actions.assign_coach(draft, subjects=draft.subjects.values_list("pk", flat=True), coach=coach, by=cast.eve, at=at)
    draft.refresh_from_db()
    actions.launch(draft, seen=draft.version, by=cast.eve, at=at)
    actions.carry_out_launch(draft, at=at, step=quiet)
    for subject in draft.subjects.select_related("person"):
        answer_all(draft, subject.person, EVERYBODY, at, score=score)
    draft.refresh_from_db()
    count(draft, at)
    return ReviewCycle.objects.select_related("scope", "box").get(pk=draft.pk)


def subject_of(cycle: ReviewCycle, person: Person) -> Subject:
    """Somebody's row in a cycle, as views load it."""
    return Subject.objects.select_related("cycle__scope", "cycle__box", "person", "lead", "coach").get(cycle=cycle, person=person)
