"""What was shown of a cycle's subjects together counts in the next one over the same people, for 120 days, on every surface."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from azimuth.ballots import ledger
from azimuth.ballots.models import ReleaseDecision
from azimuth.people.models import Person
from azimuth.questionnaires.models import Question, Questionnaire
from azimuth.reviews import actions, cohort_in_words, cohort_printing
from azimuth.reviews.models import CohortReport, ReviewCycle
from tests.cast import Cast
from tests.reviews.finished import finished

SignIn = Callable[[Person], Client]
FIVE = ("Ada Novak", "Cleo Brandt", "Per Holm", "Quim Sala", "Rut Vik")


def cycle_about(names: tuple[str, ...], cast: Cast, at: datetime, **rules: int) -> ReviewCycle:
    """A cycle about these people with the questionnaire of all, answered by everybody and counted on this day."""
    draft = actions.create(
        name=f"About {len(names)}", scope=cast.workshop, by=cast.eve, at=at, questionnaire=Questionnaire.objects.get(), closes_at=at + timedelta(weeks=3), opens_at=at,
    )
    actions.add_subjects(draft, people=Person.objects.filter(name__in=names).values_list("pk", flat=True), by=cast.eve, at=at)
    draft.refresh_from_db()
    return finished(draft, cast, at, **rules)


def reasons(cycle: ReviewCycle) -> set[str]:
    """Why cells about everybody are not shown; "" where they are."""
    return {cell["why"] for cell in CohortReport.objects.get(cycle=cycle).content["cells"] if not cell["unit"]}


@pytest.fixture
def before(workshop: Cast, questionnaire: Questionnaire, now: datetime) -> ReviewCycle:
    """A first cycle about five."""
    return cycle_about(FIVE, workshop, now)


@pytest.fixture
def after(before: ReviewCycle, workshop: Cast, now: datetime) -> ReviewCycle:
    """A second one a month later, about one more."""
    return cycle_about((*FIVE, "Sol Marin"), workshop, now + timedelta(days=30))


def test_one_subject_more_is_not_shown_beside_the_first_cycle(before: ReviewCycle, after: ReviewCycle) -> None:
    assert reasons(before) == {""}
    assert reasons(after) == {"derivable"}


@pytest.mark.parametrize(("days", "why"), [(119, "derivable"), (120, "derivable"), (121, "")])
def test_after_120_days_answers_are_others(before: ReviewCycle, workshop: Cast, now: datetime, days: int, why: str) -> None:
    assert reasons(cycle_about((*FIVE, "Sol Marin"), workshop, now + timedelta(days=days))) == {why}


def test_the_same_people_again_may_be_shown(before: ReviewCycle, workshop: Cast, now: datetime) -> None:
    assert reasons(cycle_about(FIVE, workshop, now + timedelta(days=30))) == {""}


def test_other_people_may_be_shown(before: ReviewCycle, workshop: Cast, now: datetime) -> None:
    others = (workshop.bo.name, "Sol Marin", "Tor Lund", "Una Frey", "Vic Stone")
    assert "derivable" not in reasons(cycle_about(others, workshop, now + timedelta(days=30)))


def test_other_questions_may_be_shown(before: ReviewCycle, workshop: Cast, now: datetime) -> None:
    """The same key or the same words are the same question; nothing else is."""
    for question in Question.objects.filter(kind="item"):
        Question.objects.create(section_id=question.section_id, position=question.position + 10, text=f"Otherwise: {question.text}")
        question.delete()
    assert reasons(cycle_about((*FIVE, "Sol Marin"), workshop, now + timedelta(days=30))) == {""}


def test_the_higher_minimum_of_the_two_holds(workshop: Cast, questionnaire: Questionnaire, now: datetime) -> None:
    """A first cycle that promised ten is not undone by a second that promised five."""
    everybody = tuple(Person.objects.exclude(unit=None).values_list("name", flat=True))
    first = cycle_about(everybody, workshop, now, subject_minimum=6)
    decision = ReleaseDecision.objects.filter(box=first.box).first()
    assert decision is not None
    shown = len(decision.shown[0])
    second = cycle_about(FIVE, workshop, now + timedelta(days=30))
    assert shown >= 6
    assert reasons(second) == {"derivable"}


def test_page_file_and_pdf_read_the_same_frozen_content(after: ReviewCycle, workshop: Cast, as_person: SignIn, run_jobs: Callable[..., int]) -> None:
    eve, url = as_person(workshop.eve), reverse("reviews:cohort", args=[after.pk])
    content = CohortReport.objects.get(cycle=after).content
    assert not any("mean" in cell for cell in content["cells"]), "nothing hidden is stored"
    assert "Too close to another cycle" in eve.get(url).text
    rows = list(csv.reader(io.StringIO(eve.get(url, {"export": "csv"}).content.decode("utf-8-sig"))))
    assert {tuple(row[3:7]) for row in rows[1:] if row[0] == "All subjects"} == {("", "", "", "")}
    assert {row[7] for row in rows[1:] if row[0] == "All subjects"} == {
        "with the figures shown here, or those of a cycle about nearly the same people shortly before, it would tell about too few people"
    }
    pdf = reverse("reviews:cohort-pdf", args=[after.pk])
    eve.get(pdf)
    run_jobs()
    assert eve.get(pdf).content == cohort_printing.pdf(content)
    assert not cohort_in_words.page(content).has_figures


# ---- the ledger


def test_the_ledger_holds_what_is_shown_and_can_be_checked_again(before: ReviewCycle, after: ReviewCycle) -> None:
    first, second = (ReleaseDecision.objects.get(box=cycle.box) for cycle in (before, after))
    subjects = frozenset(before.subjects.values_list("person_id", flat=True))
    assert first.shown == [subjects]
    assert second.shown == []
    assert (list(first.earlier), list(second.earlier)) == ([], [first.pk])
    assert len(second.variables) == 4, "two competencies, each as all raters and as the subjects see it, decided together"
    assert (second.manifest["cells"], second.manifest["hidden"], second.manifest["released"]) == (1, 1, 1)
    assert ledger.is_true(first)
    assert ledger.is_true(second)
    second.manifest["shown"] = [0]
    assert not ledger.is_true(second), "a manifest that shows more than may be shown is found out"
    second.people[0], second.people[1] = second.people[1], second.people[0]
    second.cells = [second.cells[0][1:]]
    assert not ledger.is_true(second), "and so is one of other groups"


def test_the_database_changes_and_deletes_nothing_of_it(before: ReviewCycle) -> None:
    for deed in (lambda: ReleaseDecision.objects.update(people=[]), lambda: ReleaseDecision.objects.all().delete()):
        with pytest.raises(IntegrityError, match="never changed or deleted"), transaction.atomic():
            deed()


def test_an_open_box_has_no_neighbours(launched: ReviewCycle) -> None:
    assert launched.box
    with pytest.raises(ValueError, match="open box"):
        ledger.near(launched.box)
