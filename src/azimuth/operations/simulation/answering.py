"""Answers open cycles for invented people, through the application's own actions."""

from __future__ import annotations

import random
from datetime import datetime
from typing import Any
from uuid import UUID

from azimuth.operations.simulation import world as truth
from azimuth.people.models import Person
from azimuth.questionnaires import queries as questionnaires
from azimuth.reviews import actions
from azimuth.reviews.models import Assignment, ReviewCycle

COMMENTS = (
    "Always knows what matters this week, and says so.", "I would like more notice before priorities change.",
    "Asked for my view before deciding; that made the hard part easier.", "Meetings could end with who does what.",
    "Calm when the customer is not.", "Shares credit, and names people when doing it.", "Sometimes answers before the question is out.",
)


def answer(cycle: ReviewCycle, world: truth.World, *, share: float, at: datetime, missing: float = 0.1) -> int:
    """Fill and submit a share of an open cycle's forms, in an order nobody could guess; returns how many."""
    draw = random.Random(world.seed)  # noqa: S311  invented answers
    number_of = _numbers()
    rows = list(Assignment.objects.filter(subject__cycle=cycle, state="waiting").select_related("subject__person", "subject__cycle__box", "rater"))
    draw.shuffle(rows)
    chosen = rows[: round(len(rows) * share)]
    for row in chosen:  # each is a rater's own deed: its own transaction, as in life
        sheet = _sheet(cycle.snapshot, world, number_of[row.asked_key], number_of[row.subject.person_id], row.group, draw, missing)
        actions.save(row, sheet, seen=None, by=row.who, at=at)
        actions.submit([row], by=row.who, at=at)
    return len(chosen)


def _numbers() -> dict[UUID, int]:
    pairs = Person.objects.filter(employee_id__startswith="S").values_list("pk", "employee_id")
    return {key: int(number[1:]) for key, number in pairs if number}


def _sheet(snapshot: dict[str, Any], world: truth.World, rater: int, subject: int, group: str, draw: random.Random, missing: float) -> dict[str, Any]:
    form = questionnaires.form_for(snapshot, group)
    items = [question.key for section in form for question in section.questions if question.is_item]
    competencies = [place for place, section in enumerate(form) for question in section.questions if question.is_item]
    prompts = [question.key for section in form for question in section.questions if not question.is_item]
    points = len(snapshot["scale"]["points"])
    scores = truth.ratings(world, rater, subject, competencies, points, missing=missing)
    lowest = snapshot["scale"]["points"][0]["value"]
    return {
        "scores": {key: questionnaires.NOT_OBSERVED if score is None else score - 1 + lowest for key, score in zip(items, scores, strict=True)},
        "texts": {key: draw.choice(COMMENTS) for key in prompts if draw.random() < 0.6},
    }
