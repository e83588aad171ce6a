"""The pages of a 360 without a browser: wizard, form, report; nothing typed is lost, nothing forbidden shows."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from azimuth.ballots.queries import read_sheet
from azimuth.jobs.models import Job
from azimuth.people.models import Person
from azimuth.questionnaires.models import Questionnaire
from azimuth.reviews import actions
from azimuth.reviews.models import Assignment, GrowthArea, Report, ReviewCycle, Subject
from tests.cast import Cast
from tests.reviews.test_count import answer_all, count
from tests.reviews.test_launch import quiet

SignIn = Callable[[Person], Client]


@pytest.fixture
def running(draft: ReviewCycle, workshop: Cast) -> ReviewCycle:
    """The draft, launched by the clock on the wall: pages ask it."""
    now = timezone.now()
    actions.update(draft, seen=draft.version, by=workshop.eve, at=now, opens_at=now, closes_at=now + timedelta(weeks=3))
    draft.refresh_from_db()
    actions.launch(draft, seen=draft.version, by=workshop.eve, at=now)
    actions.carry_out_launch(draft, at=now, step=quiet)
    draft.refresh_from_db()
    return draft


def test_an_auditor_sees_rules_and_no_way_that_is_closed_to_them(running: ReviewCycle, workshop: Cast, as_person: SignIn) -> None:
    shown = as_person(workshop.jon).get(f"/reviews/cycles/{running.pk}/").text
    assert "What raters were promised" in shown
    assert "Preview a report" not in shown
    assert "Close early" not in shown


@pytest.fixture
def form(running: ReviewCycle, workshop: Cast) -> Assignment:
    """Cleo's form about Ada."""
    return Assignment.objects.select_related("subject__cycle__box").get(rater=workshop.cleo, subject__person=workshop.ada)


def fields(form: Assignment, score: str = "4", text: str = "Keeps calm.") -> dict[str, Any]:
    questions = [q for s in form.subject.cycle.snapshot["sections"] for q in s["questions"]]
    return {"seen": ""} | {f"score-{q['key']}" if q["kind"] == "item" else f"text-{q['key']}": score if q["kind"] == "item" else text for q in questions}


def test_a_first_cycle_takes_five_clicks(workshop: Cast, questionnaire: Questionnaire, as_person: SignIn, run_jobs: Callable[..., int]) -> None:
    iris = as_person(workshop.iris)
    first = iris.get(reverse("reviews:create")).context["form"]
    made = iris.post(reverse("reviews:create"), {"name": first.initial["name"], "purpose": "development", "questionnaire": questionnaire.pk, "scope": ""})
    cycle = ReviewCycle.objects.get()
    assert made.url == reverse("reviews:subjects", args=[cycle.pk])

    chosen = iris.post(made.url, {"way": "everybody", "next": "1"})
    rules = iris.get(chosen.url).context["form"]
    data = {name: value for name, field in rules.fields.items() if (value := rules.get_initial_for_field(field, name))}
    summed = iris.post(chosen.url, {**data, "seen": ReviewCycle.objects.get().version})
    assert summed.status_code == 302, summed.context["form"].errors
    page = iris.get(summed.url)
    assert page.context["obstacles"] == []
    seen = {"seen": page.context["cycle"].version, "rehearsed": page.context["rehearsal"].digest}
    launched = iris.post(reverse("reviews:launch", args=[cycle.pk]), seen)

    run_jobs()
    assert launched.url == reverse("workspace:job", args=[Job.objects.get(task="reviews.launch").pk])
    assert ReviewCycle.objects.get().state == "open"


def test_a_stale_page_of_the_wizard_keeps_what_was_typed(draft: ReviewCycle, workshop: Cast, as_person: SignIn) -> None:
    eve = as_person(workshop.eve)
    data = {"name": "A name typed meanwhile", "purpose": "development", "questionnaire": draft.questionnaire_id, "scope": workshop.workshop.pk, "seen": draft.version - 1}

    page = eve.post(reverse("reviews:basics", args=[draft.pk]), data)

    assert b"A name typed meanwhile" in page.content
    assert b"changed this draft" in page.content
    draft.refresh_from_db()
    assert draft.name == "Spring 360"


def test_the_form_says_who_will_see_it_above_the_first_question(form: Assignment, workshop: Cast, as_person: SignIn) -> None:
    page = as_person(workshop.cleo).get(reverse("reviews:answer", args=[form.pk])).content.decode()

    assert page.index("at least 3 colleagues") < page.index("Clear words, behaviour 1.")
    assert "What should Ada Novak keep doing?" in page


def test_a_form_is_saved_and_submitted_without_javascript(form: Assignment, workshop: Cast, as_person: SignIn) -> None:
    cleo, url = as_person(workshop.cleo), reverse("reviews:answer", args=[form.pk])

    cleo.post(url, fields(form))
    again = cleo.get(url)
    sent = cleo.post(url, {**fields(form, text="Even calmer."), "seen": again.context["page"].seen, "submit": "1"})

    form.refresh_from_db()
    assert (sent.status_code, form.state) == (302, "submitted")
    kept = read_sheet(form.subject.cycle.box, form.ticket, by=workshop.cleo)
    assert kept is not None
    assert list(kept.texts.values()) == ["Even calmer."]


def test_autosave_answers_with_the_new_version_and_a_second_tab_is_told(form: Assignment, workshop: Cast, as_person: SignIn) -> None:
    cleo, url = as_person(workshop.cleo), reverse("reviews:answer", args=[form.pk])

    first = cleo.post(url, fields(form, text="From the first tab"), headers={"X-Autosave": "1"})
    second = cleo.post(url, fields(form, text="From the second tab"), headers={"X-Autosave": "1"})
    page = cleo.post(url, fields(form, text="From the second tab"))

    assert first.json() == {"version": 1}
    assert second.status_code == 409
    assert b"From the second tab" in page.content
    assert b"Elsewhere: From the first tab" in page.content


@pytest.mark.parametrize(("name", "value"), [("score", "9"), ("score", "4; drop table"), ("text", "x" * 2001)])
def test_what_cannot_be_saved_is_named_and_kept(form: Assignment, workshop: Cast, as_person: SignIn, name: str, value: str) -> None:
    data = {key: value if key.startswith(name) else typed for key, typed in fields(form).items()}

    page = as_person(workshop.cleo).post(reverse("reviews:answer", args=[form.pk]), data)

    assert page.status_code == 422
    assert b"need mending" in page.content
    assert name == "score" or value.encode() in page.content


def test_a_session_that_ended_in_the_middle_of_a_text_loses_nothing(form: Assignment) -> None:
    text = "A long paragraph that took a while to write, and then the session ended."

    page = Client().post(reverse("reviews:answer", args=[form.pk]), fields(form, text=text), headers={"Sec-Fetch-Site": "same-origin"})

    assert page.status_code == 403
    assert page.content.count(text.encode()) == 2
    assert reverse("reviews:answer", args=[form.pk]).encode() in page.content


def test_a_foreign_page_gets_no_fresh_token_for_its_fields(form: Assignment) -> None:
    page = Client().post(reverse("reviews:answer", args=[form.pk]), fields(form), headers={"Sec-Fetch-Site": "cross-site"})

    assert page.status_code == 302


def test_hr_never_sees_who_answered(form: Assignment, workshop: Cast, as_person: SignIn) -> None:
    eve = as_person(workshop.eve)
    urls = [reverse("reviews:cycle", args=[form.subject.cycle_id]), reverse("reviews:raters", args=[form.subject.cycle_id, form.subject_id])]
    before = [_bare(eve.get(url).content) for url in urls]

    actions.save(form, {"scores": {q["key"]: 4 for q in form.subject.cycle.snapshot["sections"][0]["questions"]}, "texts": {}}, seen=None, by=workshop.cleo, at=timezone.now())
    actions.submit([form], by=workshop.cleo, at=timezone.now())

    assert [_bare(eve.get(url).content) for url in urls] == before


def test_the_subject_reads_the_report_and_chooses_two_areas(running: ReviewCycle, workshop: Cast, as_person: SignIn) -> None:
    now = timezone.now()
    answer_all(running, workshop.ada, {"self", "manager", "peer", "report"}, now)
    count(running, now)
    actions.release(running, subjects=None, by=workshop.eve, at=now)
    subject = Subject.objects.get(person=workshop.ada)
    ada, url = as_person(workshop.ada), reverse("reviews:report", args=[subject.pk])

    page = ada.get(url)
    sections = [c["key"] for c in Report.objects.get(subject=subject).content["competencies"]]
    ada.post(reverse("reviews:choose-growth", args=[subject.pk]), {"section": sections[:1], f"note-{sections[0]}": "Ask first."})

    assert page.status_code == 200
    assert b"Comment about Ada Novak" in page.content
    assert b"{name}" not in page.content
    assert list(GrowthArea.objects.values_list("title", "note")) == [("Clear words", "Ask first.")]


def _bare(body: bytes) -> bytes:
    """A page without its tokens, and without the seconds its session still lasts."""
    return re.sub(rb'name="csrfmiddlewaretoken" value="[^"]*"|data-(idle|whole)="[^"]*"', b"", body)


def test_keys_no_page_of_ours_sent_are_a_bad_request(running: ReviewCycle, workshop: Cast, as_person: SignIn) -> None:
    answer = as_person(workshop.eve).post(reverse("reviews:release", args=[running.pk]), {"subject": "'; drop table"})

    assert answer.status_code == 400
