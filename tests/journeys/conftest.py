"""What journeys start from: a workshop, a questionnaire, a cycle that is open."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from azimuth.reviews import actions
from azimuth.reviews.models import ReviewCycle, Subject
from tests.cast import Cast, assemble, person
from tests.reviews.conftest import basic_questionnaire, call_for_lists
from tests.reviews.test_launch import quiet


@pytest.fixture
def workshop(transactional_db: None) -> Cast:
    """The cast with colleagues beside Ada and apprentices below her."""
    cast = assemble()
    for name in ("Per Holm", "Quim Sala", "Rut Vik", "Sol Marin"):
        person(name, cast.workshop, "Instrument Maker", cast.bo)
    for name in ("Tor Lund", "Una Frey", "Vic Stone"):
        person(name, cast.workshop, "Apprentice", cast.ada)
    return cast


@pytest.fixture
def running(workshop: Cast) -> ReviewCycle:
    """A cycle about Ada and Bo and Cleo, open for three weeks."""
    now = timezone.now()
    cycle = actions.create(
        name="Spring 360", scope=workshop.workshop, by=workshop.eve, at=now, questionnaire=basic_questionnaire(),
        opens_at=now, closes_at=now + timedelta(weeks=3),
    )
    actions.add_subjects(cycle, people=[workshop.ada.pk, workshop.bo.pk, workshop.cleo.pk], by=workshop.eve, at=now)
    cycle.refresh_from_db()
    actions.launch(cycle, seen=cycle.version, by=workshop.eve, at=now)
    actions.carry_out_launch(cycle, at=now, step=quiet)
    return ReviewCycle.objects.select_related("box").get(pk=cycle.pk)


@pytest.fixture
def proposing(workshop: Cast) -> Subject:
    """Ada's list in Eve's cycle, empty; peers and people from outside are proposed, Bo approves."""
    now = timezone.now()
    draft = actions.create(name="Spring 360", scope=workshop.workshop, by=workshop.eve, at=now, questionnaire=basic_questionnaire(), closes_at=now + timedelta(weeks=4))
    actions.add_subjects(draft, people=[workshop.ada.pk], by=workshop.eve, at=now)
    cycle = call_for_lists(draft, now, by=workshop.eve, shows_list=True)
    return Subject.objects.select_related("cycle__scope", "person", "lead").get(cycle=cycle)
