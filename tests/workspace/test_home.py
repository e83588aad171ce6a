"""Home: an inbox of decisions, the first steps of a young installation, and the page of settings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from azimuth.notifications.actions import Message, settle, tell
from azimuth.people.models import Person
from azimuth.reviews import actions as reviews
from azimuth.reviews.models import Assignment, ReviewCycle
from azimuth.reviews.states import AssignmentState, CycleState
from azimuth.workspace.home_queries import first_steps, home
from tests.cast import Cast, person
from tests.queries import assert_constant_queries
from tests.reviews.conftest import basic_questionnaire

SignIn = Callable[[Person], Client]


def notice(person: Person, key: str, **more: Any) -> Message:
    return Message(person=person, key=key, kind="test", title=f"Decide about {key}", text="It takes a moment.", url=f"/{key}/", mail=False, **more)


def test_what_waits_is_listed_soonest_first_with_what_it_takes(cast: Cast, now: datetime) -> None:
    day = now.date()
    tell([notice(cast.ada, "later", due_on=day + timedelta(days=9), minutes=6), notice(cast.ada, "some-day"),
          notice(cast.ada, "soon", due_on=day + timedelta(days=1), minutes=10)], on=day)
    found = home(cast.ada, now)
    assert [task.url for task in found.tasks] == ["/soon/", "/later/", "/some-day/"]
    assert found.minutes == 16


def test_each_row_says_what_by_when_and_how_long(cast: Cast, now: datetime, as_person: SignIn) -> None:
    tell([notice(cast.ada, "thing", due_on=date(2030, 5, 4), minutes=6)], on=now.date())
    page = as_person(cast.ada).get("/").content.decode()
    assert 'href="/thing/"' in page
    assert "about 6 minutes" in page
    assert "4 May 2030" in page
    assert "Decide about thing" not in as_person(cast.bo).get("/").content.decode()


def test_when_nothing_waits_it_says_so_and_what_was_done(cast: Cast, now: datetime, as_person: SignIn) -> None:
    assert "Nothing waits for you" in as_person(cast.ada).get("/").content.decode()
    today = date.today()  # noqa: DTZ011
    tell([notice(cast.ada, "thing")], on=today)
    settle(cast.ada, "thing", on=today)
    assert "You finished 1 thing" in as_person(cast.ada).get("/").content.decode()


def test_an_hr_administrator_of_a_young_installation_is_led(cast: Cast, now: datetime, as_person: SignIn) -> None:
    page = as_person(cast.iris).get("/").content.decode()
    assert "Get started" in page
    assert "Get started" not in as_person(cast.eve).get("/").content.decode()
    steps = first_steps(cast.iris, now.date())
    assert [step.is_done for step in steps] == [True, False, False]


def test_the_ticks_are_live_and_the_list_goes_when_a_cycle_is_out(cast: Cast, now: datetime) -> None:
    cycle = ReviewCycle.objects.create(name="First", created_on=now.date())
    assert [step.is_done for step in first_steps(cast.iris, now.date())] == [True, True, False]
    ReviewCycle.objects.filter(pk=cycle.pk).update(state=CycleState.LAUNCHING, closes_at=now)
    assert first_steps(cast.iris, now.date()) == []


def test_an_administrator_alone_has_no_people_yet(cast: Cast, now: datetime) -> None:
    Person.objects.exclude(pk=cast.iris.pk).update(ended_on=date(2021, 1, 1))
    assert not first_steps(cast.iris, now.date())[0].is_done


def test_counted_reports_wait_for_who_runs_the_cycle(cast: Cast, now: datetime) -> None:
    ReviewCycle.objects.create(name="Spring", created_on=now.date(), state=CycleState.COUNTED, closes_at=now, scope=cast.workshop)
    assert [task.title for task in home(cast.eve, now).tasks] == ["Release the reports: Spring"]
    assert home(cast.ada, now).tasks == []
    assert home(cast.jon, now).tasks == []


def test_forms_to_answer_stand_as_one_row_per_cycle(cast: Cast, now: datetime) -> None:
    """The notice that invited is not listed beside them; names are those left."""
    for name in ("Per Holm", "Quim Sala", "Rut Vik"):
        person(name, cast.workshop, "Instrument Maker", cast.bo)
    cycle = reviews.create(
        name="Spring 360", scope=cast.workshop, by=cast.eve, at=now, questionnaire=basic_questionnaire(), opens_at=now, closes_at=now + timedelta(weeks=3),
    )
    reviews.add_subjects(cycle, people=[cast.ada.pk, cast.bo.pk], by=cast.eve, at=now)
    cycle.refresh_from_db()
    reviews.launch(cycle, seen=cycle.version, by=cast.eve, at=now)
    reviews.carry_out_launch(cycle, at=now, step=lambda done, total, note: None)
    task, = home(cast.cleo, now).tasks
    assert task.title == "Give feedback: Spring 360"
    assert task.text.endswith("Ada Novak, Bo Lindqvist")
    assert (task.url, task.due_at) == ("/reviews/", cycle.closes_at)
    Assignment.objects.filter(rater=cast.cleo, subject__person=cast.ada).update(state=AssignmentState.SUBMITTED)
    assert home(cast.cleo, now).tasks[0].text == "1 form left, of 2: Bo Lindqvist"
    Assignment.objects.filter(rater=cast.cleo).update(state=AssignmentState.SUBMITTED)
    assert home(cast.cleo, now).tasks == []


@pytest.mark.parametrize("who", ["ada", "eve", "iris"])
def test_the_number_of_queries_does_not_grow(cast: Cast, now: datetime, as_person: SignIn, who: str) -> None:
    viewer = getattr(cast, who)
    tell([notice(viewer, "first")], on=now.date())
    assert_constant_queries(as_person(viewer), "/", lambda: tell([notice(viewer, key) for key in ("a", "b", "c")], on=now.date()))


def test_settings_lead_to_what_one_arranges(cast: Cast, as_person: SignIn) -> None:
    for_hr, for_system = (as_person(who).get("/settings/").content.decode() for who in (cast.iris, cast.finn))
    assert "/people/units/" in for_hr
    assert "/people/units/" not in for_system
    assert "/people/grants/" in for_system
