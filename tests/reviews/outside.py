"""Hana, a client: how a test asks her, finds her link and fills in her form."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db.models.expressions import RawSQL

from azimuth.notifications.models import Mail
from azimuth.people.models import Person
from azimuth.reviews import actions
from azimuth.reviews.models import Assignment, ReviewCycle, Subject
from tests.cast import Cast
from tests.reviews.conftest import GROUPS
from tests.reviews.test_launch import quiet

LINK = re.compile(r"https?://[^/\s]+(/reviews/outside/([\w-]+)/)")


def link_in(mail: Mail) -> str:
    """The path of the link a mail carries."""
    found = LINK.search(mail.text)
    assert found, mail.text
    return found[1]


def latest(address: str = "hana@client.example") -> str:
    by_place = RawSQL("notifications_mail.ctid", [])  # within one transaction all are queued at one moment
    return link_in(Mail.objects.filter(to=address).order_by("-queued_at", by_place.desc()).first() or pytest.fail("no mail"))


def open_cycle(draft: ReviewCycle, workshop: Cast, now: datetime, *, about: tuple[Person, ...], email: str = "hana@client.example", language: str = "en") -> ReviewCycle:
    """Hana is asked from outside about these subjects."""
    actions.update(draft, seen=ReviewCycle.objects.get().version, by=workshop.eve, at=now, opens_at=now, closes_at=now + timedelta(weeks=3), groups=GROUPS)
    for person in about:
        subject = Subject.objects.select_related("cycle").get(cycle=draft, person=person)
        actions.add_external(subject, name="Hana Sato", email=email, language=language, by=workshop.eve, at=now)
    cycle = ReviewCycle.objects.get()
    actions.launch(cycle, seen=cycle.version, by=workshop.eve, at=now)
    actions.carry_out_launch(cycle, at=now, step=quiet)
    return ReviewCycle.objects.get()


def form_about(person: Person) -> Assignment:
    return Assignment.objects.select_related("subject__cycle__box", "subject__person", "external").get(subject__person=person, group="external")


def fields(form: Assignment, score: str = "4", text: str = "A pleasure to work with.") -> dict[str, Any]:
    questions = [q for s in form.subject.cycle.snapshot["sections"] for q in s["questions"]]
    return {"seen": ""} | {f"score-{q['key']}" if q["kind"] == "item" else f"text-{q['key']}": score if q["kind"] == "item" else text for q in questions}


def form_url(link: str, form: Assignment) -> str:
    return f"{link}{form.pk}/"
