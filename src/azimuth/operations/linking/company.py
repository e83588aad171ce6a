"""A scratch company that runs one whole cycle the way people do: through the application's own pages and deeds.

Raters come in random order, begin, go away, come back, submit, change their minds; some never answer. What each of them gave in the
end is kept here and nowhere else: it is the truth the attack is scored against.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.test import Client
from django.utils import timezone

from azimuth.ballots.disclosure import ATTRIBUTED, HIDDEN, roll_up
from azimuth.ballots.queries import read_sheet
from azimuth.people.models import Account, Grant, Person, ReportingLine, Unit
from azimuth.people.states import Role
from azimuth.questionnaires.models import Question, Questionnaire, RatingScale, ScalePoint, Section
from azimuth.questionnaires.queries import NOT_OBSERVED
from azimuth.reviews import actions
from azimuth.reviews.counting import count
from azimuth.reviews.models import Assignment, ReviewCycle

TEAM = 7
LONG_AGO = date(2020, 1, 1)
MINIMUM, COMMENT_MINIMUM = 3, 5

_SEEN = re.compile(r'name="seen" value="(\d*)"')

Sheet = dict[str, dict[str, Any]]
Store = Callable[[Assignment, Sheet], None]


@dataclass
class Round:
    """A cycle with what its raters gave: `gave[subject][rater]` is (group, sheet), for submitted sheets alone."""

    cycle: ReviewCycle
    hr: Person
    canaries: list[str] = field(default_factory=list)
    gave: dict[UUID, dict[UUID, tuple[str, Sheet]]] = field(default_factory=dict)

    def shown_as(self, about: UUID) -> Mapping[str, str]:
        """Under which name each rater group of this subject is shown."""
        answered = Counter(group for group, _ in self.gave.get(about, {}).values())
        asked = set(Assignment.objects.filter(subject__cycle=self.cycle, subject__person=about).values_list("group", flat=True))
        return roll_up({group: answered[group] for group in asked}, minimum=MINIMUM).shown_as

    def given(self, about: UUID, name: str, question: str) -> dict[UUID, int | str]:
        """Who gave which score under this shown name, or which comment among all colleagues shown."""
        shown, found = self.shown_as(about), {}
        for rater, (group, sheet) in self.gave.get(about, {}).items():
            text, value = sheet["texts"].get(question), sheet["scores"].get(question)
            if text and group not in ATTRIBUTED and shown[group] != HIDDEN:
                found[rater] = text
            elif isinstance(value, int) and shown[group] == name:
                found[rater] = value
        return found


def found_company(people: int, chance: random.Random) -> Person:
    """Write units, people, lines and accounts; returns the HR administrator, who is nobody's rater."""
    company = _unit("Scratch & Sons")
    hr = _person("Iris Scratch", company, chance)
    Grant.objects.create(person=hr, role=Role.HR_ADMIN, starts_on=LONG_AGO)
    head = _person("Head Scratch", company, chance)
    leads = [head]
    team = company
    for number in range(people - 1):
        if number % (TEAM + 1) == 0:
            team = _unit(f"Team {number // (TEAM + 1)}", company)
            leads.append(_person(f"Lead {number}", team, chance, head))
        else:
            _person(f"Member {number}", team, chance, leads[-1])
    return hr


def launch(hr: Person) -> ReviewCycle:
    """Draft a development cycle about everybody with a lead, and launch it as the worker does."""
    now = timezone.now()
    cycle = actions.create(
        name="Scratch 360", scope=None, by=hr, at=now, questionnaire=_questionnaire(), minimum=MINIMUM, comment_minimum=COMMENT_MINIMUM,
        opens_at=now - timedelta(hours=1), closes_at=now + timedelta(days=14),
    )
    subjects = ReportingLine.objects.current().solid().values_list("person_id", flat=True)
    actions.add_subjects(cycle, people=list(subjects), by=hr, at=now)
    cycle.refresh_from_db()
    actions.launch(cycle, seen=cycle.version, by=hr, at=now)
    actions.carry_out_launch(cycle, at=now, step=_silent)
    cycle.refresh_from_db()
    return cycle


def answer(held: Round, chance: random.Random, *, through_pages: bool, store: Store | None = None) -> None:
    """Let everybody come twice, in random order: first to sign in and begin, then to submit. One in ten never submits.

    `store` is what a weak build would do at every submission, in its transaction.
    """
    tasks: dict[Person, list[Assignment]] = {}
    rows = Assignment.objects.filter(subject__cycle=held.cycle).select_related("rater__account", "subject__cycle__box", "subject__person")
    for assignment in rows.order_by("id"):
        if assignment.rater:
            tasks.setdefault(assignment.rater, []).append(assignment)
    visits = [rater for rater in tasks for _visit in range(2)]
    chance.shuffle(visits)
    lazy = set(chance.sample(list(tasks), len(tasks) // 10))
    begun: set[Person] = set()
    for rater in visits:
        client = Client(SERVER_NAME="127.0.0.1")
        client.force_login(rater.account)
        if through_pages:
            client.get("/reviews/")
        fill_in = _Pages(client) if through_pages else _Deeds(rater)
        submits = rater in begun and rater not in lazy
        for assignment in chance.sample(tasks[rater], len(tasks[rater])):
            if not submits and chance.random() < 0.7:
                continue
            sheet = _opinion(held, chance)
            with transaction.atomic() if store else nullcontext():
                fill_in(assignment, sheet, submits=submits)
                if submits and store:
                    store(assignment, sheet)
            if submits:
                held.gave.setdefault(assignment.subject.person_id, {})[rater.pk] = (assignment.group, sheet)
        begun.add(rater)


def close_and_count(held: Round) -> None:
    """HR closes early; the worker counts; HR releases; two subjects read their report."""
    actions.close(held.cycle, by=held.hr, at=timezone.now())
    held.cycle.refresh_from_db()
    count(ReviewCycle.objects.select_related("box", "scope").get(pk=held.cycle.pk), at=timezone.now(), step=_silent)
    held.cycle.refresh_from_db()
    actions.release(held.cycle, subjects=None, by=held.hr, at=timezone.now())


@dataclass(frozen=True)
class _Pages:
    """Fills forms in as a browser does."""

    client: Client

    def __call__(self, assignment: Assignment, sheet: Sheet, *, submits: bool) -> None:
        address = f"/reviews/answer/{assignment.pk}/"
        seen = _SEEN.search(self.client.get(address).content.decode())
        fields = {"seen": seen[1] if seen else ""} | ({"submit": "1"} if submits else {})
        fields |= {f"score-{key}": str(value) for key, value in sheet["scores"].items()}
        fields |= {f"text-{key}": text for key, text in sheet["texts"].items()}
        response = self.client.post(address, fields)
        if response.status_code != 302:
            raise AssertionError(f"A form was not saved: {response.status_code}")


@dataclass(frozen=True)
class _Deeds:
    """Fills forms in by the actions the pages call: the same rows, several times faster."""

    rater: Person

    def __call__(self, assignment: Assignment, sheet: Sheet, *, submits: bool) -> None:
        box, ticket = assignment.subject.cycle.box, assignment.ticket
        stored = read_sheet(box, ticket, by=self.rater) if box and ticket else None
        actions.save(assignment, sheet, seen=stored.version if stored else None, by=self.rater, at=timezone.now())
        if submits:
            actions.submit([assignment], by=self.rater, at=timezone.now())


def _opinion(held: Round, chance: random.Random) -> Sheet:
    """Scores and comments that mean nothing, so that nothing but a leak can link them; every comment is a canary."""
    sheet: Sheet = {"scores": {}, "texts": {}}
    for section in held.cycle.snapshot["sections"]:
        for question in section["questions"]:
            if question["kind"] == "item":
                sheet["scores"][question["key"]] = NOT_OBSERVED if chance.random() < 0.05 else chance.randint(1, 5)
            else:
                canary = f"canary{chance.getrandbits(64):016x}"
                held.canaries.append(canary)
                sheet["texts"][question["key"]] = " ".join([canary, *["word"] * chance.randint(1, 40)])
    return sheet


def _questionnaire() -> Questionnaire:
    scale = RatingScale.objects.create(code="scratch", name="How often")
    ScalePoint.objects.bulk_create(ScalePoint(scale=scale, value=n, label=f"Point {n}", anchor=f"Anchor {n}") for n in range(1, 6))
    made = Questionnaire.objects.create(code="scratch", title="Scratch 360", scale=scale)
    section = Section.objects.create(questionnaire=made, position=1, title="Everything")
    for number in (1, 2, 3):
        Question.objects.create(section=section, position=number, text=f"Behaviour {number}.")
    for number in (4, 5):
        Question.objects.create(section=section, position=number, kind=Question.Kind.PROMPT, text=f"Prompt {number}?")
    return made


def _unit(name: str, parent: Unit | None = None) -> Unit:
    unit = Unit(name=name, parent=parent)
    unit.path = (parent.path if parent else "") + unit.step
    unit.save()
    return unit


def _person(name: str, unit: Unit, chance: random.Random, lead: Person | None = None) -> Person:
    address = f"{name.lower().replace(' ', '.')}.{chance.getrandbits(32):08x}@scratch.example"
    person = Person.objects.create(name=name, email=address, employee_id=f"E{chance.getrandbits(32):08x}", unit=unit, started_on=LONG_AGO)
    Account.objects.create_user(address, person=person)
    if lead:
        ReportingLine.objects.create(person=person, lead=lead, starts_on=LONG_AGO)
    return person


def _silent(done: int, total: int, note: str) -> None:
    """Nobody watches."""
