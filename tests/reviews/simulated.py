"""A small cycle of an organisation from `azimuth simulate`, answered through the application; its truth is known."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from azimuth.operations.simulation import answering, establishing
from azimuth.operations.simulation import world as worlds
from azimuth.people.models import Person
from azimuth.reviews import actions
from azimuth.reviews.models import Assignment, ReviewCycle
from tests.reviews.test_launch import quiet

Sheet = Callable[[Assignment, dict[str, Any]], dict[str, Any]]


def founded(people: int, at: datetime, *, seed: int = 1, strictness: float = worlds.SEVERITY) -> worlds.World:
    """The people and the starting library."""
    made = worlds.make(people, seed, strictness=strictness)
    establishing.establish(made, at)
    return made


def launched(at: datetime, change: Callable[[ReviewCycle, Person], None] = lambda cycle, by: None) -> ReviewCycle:
    """A cycle about everybody who has a lead or reports, open; `change` may edit the draft."""
    head = Person.objects.get(employee_id="S000000")
    cycle = establishing.draft_about_everybody(head, at)
    change(cycle, head)
    cycle.refresh_from_db()
    actions.launch(cycle, seen=cycle.version, by=head, at=at)
    actions.carry_out_launch(cycle, at=at, step=quiet)
    return ReviewCycle.objects.select_related("box", "scope").get(pk=cycle.pk)


def answer(cycle: ReviewCycle, made: worlds.World, at: datetime) -> None:
    """Everybody answers; the same organisation always answers alike."""
    answering.answer(cycle, made, share=1.0, at=at)


def later(at: datetime) -> datetime:
    """After the close."""
    return at + timedelta(weeks=4)
