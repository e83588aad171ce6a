"""A workshop large enough for a 360: Bo leads Ada, Cleo and four more; Ada leads three apprentices."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from azimuth.people.models import Person
from azimuth.questionnaires.models import Question, Questionnaire, RatingScale, ScalePoint, Section
from azimuth.reviews import actions
from azimuth.reviews.models import Assignment, ReviewCycle, Subject
from tests.cast import Cast, person


def basic_questionnaire() -> Questionnaire:
    """Two competencies of two items, one prompt."""
    scale = RatingScale.objects.create(code="five", name="How often")
    ScalePoint.objects.bulk_create(ScalePoint(scale=scale, value=n, label=f"Point {n}", anchor=f"Anchor {n}") for n in range(1, 6))
    made = Questionnaire.objects.create(code="basic", title="A 360", purpose="To learn.", scale=scale)
    for place, title in enumerate(("Clear words", "Care for people"), 1):
        section = Section.objects.create(questionnaire=made, position=place, title=title)
        for number in (1, 2):
            Question.objects.create(section=section, position=number, text=f"{title}, behaviour {number}.", wordings={"self": f"I show {title}, {number}."})
    last = Section.objects.create(questionnaire=made, position=3, title="In your words")
    Question.objects.create(section=last, position=1, kind="prompt", text="What should {name} keep doing?")
    return made


@pytest.fixture
def questionnaire(db: None) -> Questionnaire:
    """What every cycle of these tests asks."""
    return basic_questionnaire()


@pytest.fixture
def workshop(cast: Cast) -> Cast:
    """The cast, with colleagues beside Ada and apprentices below her."""
    for name in ("Per Holm", "Quim Sala", "Rut Vik", "Sol Marin"):
        person(name, cast.workshop, "Instrument Maker", cast.bo)
    for name in ("Tor Lund", "Una Frey", "Vic Stone"):
        person(name, cast.workshop, "Apprentice", cast.ada)
    return cast


@pytest.fixture
def draft(workshop: Cast, questionnaire: Questionnaire, now: datetime) -> ReviewCycle:
    """Eve's draft about Ada and Bo."""
    cycle = actions.create(
        name="Spring 360", scope=workshop.workshop, by=workshop.eve, at=now, questionnaire=questionnaire,
        closes_at=now + timedelta(weeks=3), opens_at=now,
    )
    actions.add_subjects(cycle, people=[workshop.ada.pk, workshop.bo.pk], by=workshop.eve, at=now)
    cycle.refresh_from_db()
    return cycle


@pytest.fixture
def launched(draft: ReviewCycle, workshop: Cast, now: datetime) -> ReviewCycle:
    """The same cycle, open."""
    actions.launch(draft, seen=draft.version, by=workshop.eve, at=now)
    actions.carry_out_launch(draft, at=now, step=lambda done, total, note: None)
    draft.refresh_from_db()
    return draft


GROUPS = ["self", "manager", "peer", "report", "external"]
PROPOSING = {
    "groups": GROUPS, "nominator": "subject", "nominated": ["peer", "external"], "approver": "lead", "rater_limit": 10, "mutual_limit": 3,
    "sizes": {"peer": [3, 5], "report": [0, 8], "external": [0, 2]},
}


def call_for_lists(draft: ReviewCycle, at: datetime, *, by: Person, **rules: object) -> ReviewCycle:
    """Launch a draft whose raters are proposed for a week, then asked for three."""
    fields = {**PROPOSING, "nominations_close_at": at + timedelta(weeks=1), "opens_at": None, "closes_at": at + timedelta(weeks=4), **rules}
    actions.update(draft, seen=ReviewCycle.objects.get(pk=draft.pk).version, by=by, at=at, **fields)
    draft.refresh_from_db()
    actions.launch(draft, seen=draft.version, by=by, at=at)
    actions.carry_out_launch(draft, at=at, step=lambda done, total, note: None)
    draft.refresh_from_db()
    return draft


@pytest.fixture
def nominating(draft: ReviewCycle, workshop: Cast, now: datetime) -> ReviewCycle:
    """The cycle about Ada and Bo, in which subjects propose peers and people from outside, and leads approve."""
    return call_for_lists(draft, now, by=workshop.eve)


@pytest.fixture
def her_list(nominating: ReviewCycle, workshop: Cast) -> Subject:
    """Ada's list, empty."""
    return Subject.objects.select_related("cycle__scope", "person", "lead").get(cycle=nominating, person=workshop.ada)


@pytest.fixture
def asked(draft: ReviewCycle, workshop: Cast) -> Assignment:
    """Hana's form about Ada, by the clock on the wall."""
    from tests.reviews.outside import form_about, open_cycle

    open_cycle(draft, workshop, timezone.now(), about=(workshop.ada,))
    return form_about(workshop.ada)
