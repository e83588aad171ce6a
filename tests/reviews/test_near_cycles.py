"""Two reports about the same subject within 120 days: no difference of them is a few raters' answers, and everybody is told why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from azimuth.ballots.models import CountedGroup
from azimuth.people.models import Person
from azimuth.questionnaires.models import Questionnaire
from azimuth.reviews import actions, printing, queries, reading
from azimuth.reviews.models import Nomination, Report, ReviewCycle
from azimuth.reviews.queries.near import Near
from tests.cast import Cast
from tests.reviews.finished import finished, subject_of

SignIn = Callable[[Person], Client]


def draft_about_ada(cast: Cast, at: datetime, *, without: str = "") -> ReviewCycle:
    """A draft; one of Ada's peers and all her reports may be left out."""
    cycle = actions.create(
        name="Once more", scope=cast.workshop, by=cast.eve, at=at, questionnaire=Questionnaire.objects.get(), closes_at=at + timedelta(weeks=3), opens_at=at,
    )
    actions.add_subjects(cycle, people=[cast.ada.pk], by=cast.eve, at=at)
    if without:
        rater = Person.objects.get(name=without)
        Nomination.objects.create(subject=cycle.subjects.get(), rater=rater, group="", is_added=False, proposed_by=cast.eve, proposed_on=at.date())
    cycle.refresh_from_db()
    return cycle


def shown(cycle: ReviewCycle) -> dict[str, tuple[str, str]]:
    """Under which name each group of colleagues is shown, or why not."""
    rows = CountedGroup.objects.filter(box=cycle.box).exclude(group__in=("self", "manager"))
    return {row.group: (row.shown_as, row.why) for row in rows}


@pytest.fixture
def first(workshop: Cast, questionnaire: Questionnaire, now: datetime) -> ReviewCycle:
    """A cycle about Ada, without Cleo."""
    return finished(draft_about_ada(workshop, now, without="Cleo Brandt"), workshop, now)


def test_one_rater_more_shows_no_colleague(first: ReviewCycle, workshop: Cast, now: datetime) -> None:
    assert shown(first) == {"peer": ("peer", ""), "report": ("report", "")}
    second = finished(draft_about_ada(workshop, now + timedelta(days=30)), workshop, now + timedelta(days=30))
    assert shown(second) == {"peer": ("", "near_earlier"), "report": ("", "near_earlier")}


@pytest.mark.parametrize(("days", "why"), [(120, "near_earlier"), (121, "")])
def test_after_120_days_answers_are_others(first: ReviewCycle, workshop: Cast, now: datetime, days: int, why: str) -> None:
    at = now + timedelta(days=days)
    assert {reason for _name, reason in shown(finished(draft_about_ada(workshop, at), workshop, at)).values()} == {why}


def test_the_same_raters_again_are_shown(first: ReviewCycle, workshop: Cast, now: datetime) -> None:
    at = now + timedelta(days=30)
    assert shown(finished(draft_about_ada(workshop, at, without="Cleo Brandt"), workshop, at)) == {"peer": ("peer", ""), "report": ("report", "")}


def test_the_report_says_why(first: ReviewCycle, workshop: Cast, now: datetime, as_person: SignIn) -> None:
    at = now + timedelta(days=30)
    second = finished(draft_about_ada(workshop, at), workshop, at)
    actions.release(second, subjects=None, by=workshop.eve, at=at)
    page = as_person(workshop.ada).get(reverse("reviews:report", args=[subject_of(second, workshop.ada).pk])).text
    assert "too close to an earlier report" in page
    assert "less than 120 days before or after" in page
    assert "Too few colleagues" not in page
    content = Report.objects.get(subject__cycle=second).content
    assert "less than 120 days before or after" in reading.page(content).hidden
    assert printing.pdf(content).startswith(b"%PDF")


def test_it_is_said_before_the_launch_and_on_the_page_of_the_cycle(first: ReviewCycle, workshop: Cast, now: datetime, as_person: SignIn) -> None:
    at, eve = now + timedelta(days=30), as_person(workshop.eve)
    draft = draft_about_ada(workshop, at)
    problem = next(problem for problem in queries.rehearse(draft, at).problems if problem.code == "near_earlier")
    assert list(problem.people) == [workshop.ada.pk]
    assert queries.near_to(draft, viewer=workshop.eve) == Near(1, f"“{first.name}”")
    assert queries.near_to(draft, viewer=workshop.cleo) == Near(1, "another cycle"), "who may not see a cycle does not learn its name"
    assert "Close to another cycle" in eve.get(reverse("reviews:preview", args=[draft.pk])).text
    assert actions.remedy(draft, "near_earlier", seen=draft.version, by=workshop.eve, at=at) > 0
    assert not draft.subjects.exists()


def test_the_page_of_a_running_cycle_says_so(first: ReviewCycle, workshop: Cast, now: datetime, as_person: SignIn) -> None:
    at = now + timedelta(days=30)
    cycle = draft_about_ada(workshop, at)
    actions.launch(cycle, seen=cycle.version, by=workshop.eve, at=at)
    actions.carry_out_launch(cycle, at=at, step=lambda done, total, note: None)
    assert "Close to another cycle" in as_person(workshop.eve).get(reverse("reviews:cycle", args=[cycle.pk])).text


def test_far_cycles_and_drafts_are_not_near(first: ReviewCycle, workshop: Cast, now: datetime) -> None:
    draft_about_ada(workshop, now + timedelta(days=5))
    assert queries.people_near(draft_about_ada(workshop, now + timedelta(days=200))) == []
    assert queries.people_near(first) == []


def test_what_is_counted_is_not_warned_of(first: ReviewCycle, workshop: Cast, now: datetime) -> None:
    at = now + timedelta(days=30)
    second = finished(draft_about_ada(workshop, at), workshop, at)
    assert queries.near_to(second, viewer=workshop.eve) == Near()
