"""The demo's 360s: two released, one open, one whose raters are being proposed. All through the application's own actions."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from azimuth.operations.demo import comments
from azimuth.operations.simulation import world as truth
from azimuth.people.models import Person, ReportingLine, Unit
from azimuth.questionnaires import queries as questionnaires
from azimuth.questionnaires.models import Questionnaire
from azimuth.reviews import actions, counting, queries
from azimuth.reviews.models import Assignment, ReviewCycle, Subject


def quiet(done: int, total: int, note: str) -> None:
    """Nobody watches the demo being built."""


def make(name: str, questionnaire: Questionnaire, people: Sequence[UUID], *, by: Person, at: datetime, weeks: int, scope: Unit | None = None, **rules: Any) -> ReviewCycle:
    """A cycle, launched at `at`; open from then on for some weeks unless its rules say otherwise."""
    rules = {"opens_at": at, "closes_at": at + timedelta(weeks=weeks), "time_zone": "Europe/Stockholm"} | rules
    cycle = actions.create(name=name, scope=scope, by=by, at=at, questionnaire=questionnaire, **rules)
    actions.add_subjects(cycle, people=people, by=by, at=at)
    cycle.refresh_from_db()
    actions.launch(cycle, seen=cycle.version, by=by, at=at)
    actions.carry_out_launch(cycle, at=at, step=quiet)
    cycle.refresh_from_db()
    return cycle


def answer(cycle: ReviewCycle, *, share: float, at: datetime, seed: int, leave: Sequence[UUID] = ()) -> None:
    """Let colleagues answer: most of them, in no order, in words people use; `leave` answers nothing."""
    draw = random.Random(seed)  # noqa: S311  invented answers
    world = truth.make(400, seed)
    numbers = {key: n for n, key in enumerate(Person.objects.order_by("employee_id").values_list("pk", flat=True))}
    leads = set(ReportingLine.objects.current().values_list("lead_id", flat=True))
    rows = list(Assignment.objects.filter(subject__cycle=cycle).exclude(rater_id__in=leave).select_related("subject__person", "subject__cycle__box", "rater"))
    draw.shuffle(rows)
    bag = Bag(draw)
    for row in rows[: round(len(rows) * share)]:
        sheet = _sheet(cycle.snapshot, row, world, numbers, bag, is_lead=row.subject.person_id in leads)
        actions.save(row, sheet, seen=None, by=row.who, at=at)
        actions.submit([row], by=row.who, at=at)


class Bag:
    """Comments drawn without repetition until the bag is empty, about one subject."""

    def __init__(self, draw: random.Random) -> None:
        self.draw = draw
        self.left: dict[tuple[UUID, str], list[str]] = {}

    def pick(self, about: UUID, key: str, texts: Sequence[str]) -> str:
        """One comment not used about this person yet; empty when none is left, or when the rater has nothing to say."""
        left = self.left.setdefault((about, key), self.draw.sample(texts, len(texts)))
        return left.pop() if left and self.draw.random() < 0.7 else ""


def _sheet(snapshot: dict[str, Any], row: Assignment, world: truth.World, numbers: dict[UUID, int], bag: Bag, *, is_lead: bool) -> dict[str, Any]:
    form = questionnaires.form_for(snapshot, row.group)
    items = [q.key for section in form for q in section.questions if q.is_item]
    competencies = [place for place, section in enumerate(form) for q in section.questions if q.is_item]
    prompts = [q.key for section in form for q in section.questions if not q.is_item]
    points = [point["value"] for point in snapshot["scale"]["points"]]
    scores = truth.ratings(world, numbers[row.asked_key], numbers[row.subject.person_id], competencies, len(points), missing=0.06)
    pools = (comments.KEEP_LEAD, comments.CHANGE_LEAD) if is_lead else (comments.KEEP_PEER, comments.CHANGE_PEER)
    texts = {key: bag.pick(row.subject.person_id, key, pools[n % 2]) for n, key in enumerate(prompts)} if row.group != "self" else {}
    return {
        "scores": {key: questionnaires.NOT_OBSERVED if score is None else points[score - 1] for key, score in zip(items, scores, strict=True)},
        "texts": {key: text for key, text in texts.items() if text},
    }


def hand_in(subject: Subject, raters: Sequence[Person], *, at: datetime) -> None:
    """A subject proposes raters and hands the list in."""
    for rater in raters:
        actions.nominate(subject, rater=rater, by=subject.person, at=at)
    actions.propose(subject, seen=queries.list_of(Subject.objects.select_related("cycle", "person").get(pk=subject.pk)).seen, by=subject.person, at=at)


def finish(cycle: ReviewCycle, *, by: Person, at: datetime) -> None:
    """Close, count, release."""
    actions.close(cycle, by=None, at=at)
    counting.count(ReviewCycle.objects.select_related("box", "scope").get(pk=cycle.pk), at=at, step=quiet)
    actions.release(cycle, subjects=None, by=by, at=at + timedelta(days=3))
    own = Subject.objects.filter(cycle=cycle, person=by, released_on=None)
    if own.exists():  # nobody releases their own report
        actions.release(cycle, subjects=None, by=None, at=at + timedelta(days=3))
