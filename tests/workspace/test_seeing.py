"""Who can see this, and why: the policies that decide are the ones that explain, for everybody of the cast."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from azimuth.cli import _parser
from azimuth.operations.commands.access import explain
from azimuth.people.models import Person
from azimuth.reviews import actions
from azimuth.reviews.models import ReviewCycle, Subject
from azimuth.workspace import seeing
from tests.browser import assert_no_axe_violations, sign_in
from tests.cast import Cast
from tests.reviews.test_count import answer_all, count

SignIn = Callable[[Person], Client]


@pytest.fixture
def ada(launched: ReviewCycle, workshop: Cast, now: datetime) -> Subject:
    """Ada's released report; the cycle names her lead a reader."""
    answer_all(launched, workshop.ada, {"self", "manager", "peer", "report"}, now)
    count(launched, now + timedelta(weeks=3))
    actions.release(launched, subjects=None, by=workshop.eve, at=now)
    return Subject.objects.select_related("person", "lead", "coach", "cycle__scope").get(cycle=launched, person=workshop.ada)


def everybody() -> list[Person]:
    return list(Person.objects.select_related("unit", "account"))


@pytest.mark.parametrize("kind", seeing.KINDS, ids=lambda kind: kind.code)
def test_whom_a_policy_names_and_whom_it_lets_in_are_the_same(kind: seeing.Kind, ada: Subject, workshop: Cast, now: datetime) -> None:
    for thing in kind.about(workshop.ada):
        named = {person.pk for audience in seeing.who_sees(kind, thing, on=now.date()).audiences for person in audience.people}
        let_in = {person.pk for person in everybody() if person.ended_on is None and kind.policy(person, thing)}
        assert named == let_in


def test_what_explains_a_report_is_what_opens_it(ada: Subject, workshop: Cast, as_person: SignIn) -> None:
    for person in everybody():
        opened = Subject.objects.readable_by(person).filter(pk=ada.pk).exists()
        [answer] = seeing.explain(person, workshop.ada, only="report")
        assert answer.is_allowed == opened
    assert as_person(workshop.ada).get(f"/reviews/reports/{ada.pk}/").status_code == 200
    assert as_person(workshop.bo).get(f"/reviews/reports/{ada.pk}/").status_code == 404


def test_before_release_the_gate_is_named(launched: ReviewCycle, workshop: Cast) -> None:
    [answer] = seeing.explain(workshop.ada, workshop.ada, only="report")

    assert not answer.is_allowed
    assert answer.because == "This report is not released."


def test_hr_partners_ask_about_those_they_look_after_only(ada: Subject, workshop: Cast, as_person: SignIn) -> None:
    page = as_person(workshop.eve).get("/access/why/", {"viewer": "bo@example.org", "about": "ada@example.org"})
    assert "This report is for others." in page.content.decode()
    refused = as_person(workshop.eve).get("/access/why/", {"viewer": "bo@example.org", "about": "dan@example.org"})
    assert "people you look after" in refused.content.decode()
    herself = as_person(workshop.eve).get("/access/why/", {"viewer": "bo@example.org", "about": "eve@example.org"})
    assert "not about yourself" in herself.content.decode()


@pytest.mark.parametrize(("who", "status"), [("ada", 200), ("eve", 200), ("jon", 200), ("bo", 404), ("cleo", 404), ("finn", 404)])
def test_who_reads_a_report_is_told_to_those_it_concerns(ada: Subject, workshop: Cast, as_person: SignIn, who: str, status: int) -> None:
    assert as_person(getattr(workshop, who)).get(f"/access/who/report/{ada.pk}/").status_code == status


def test_an_unknown_kind_is_absent(workshop: Cast, as_person: SignIn) -> None:
    assert as_person(workshop.iris).get(f"/access/who/secrets/{workshop.ada.pk}/").status_code == 404


def test_the_command_prints_the_rule(ada: Subject, workshop: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["access", "explain", "--viewer", "bo@example.org", "--about", "ada@example.org", "--only", "report", "--json"]
    code = explain(_parser().parse_args(words))
    [row] = json.loads(capsys.readouterr().out)

    assert code == 1
    assert (row["kind"], row["allowed"], row["because"]) == ("report", False, "This report is for others.")
    assert [step["code"] for step in row["steps"]] == ["first", "subject", "coach", "lead", "hr", "shown", "otherwise"]


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_it_opens_in_place(page: Page, site: str, ada: Subject, workshop: Cast) -> None:
    sign_in(page, site, workshop.ada)
    page.goto(f"{site}/reviews/reports/{ada.pk}/")
    page.get_by_text("Who can see this?").first.click()
    expect(page.get_by_text("By the rule “it is about them”")).to_be_visible()
    assert_no_axe_violations(page)
    page.goto(f"{site}/people/{workshop.ada.pk}/")
    page.get_by_text("Who can see this?").click()
    expect(page.get_by_role("link", name="Iris Okafor").last).to_be_visible()
