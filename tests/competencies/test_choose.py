"""Questionnaires made of competencies."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from azimuth.competencies import actions
from azimuth.competencies.models import Competency
from azimuth.people.models import Person
from azimuth.questionnaires import queries
from azimuth.questionnaires.models import Questionnaire, RatingScale
from tests.cast import Cast

SignIn = Callable[[Person], Client]
pytestmark = pytest.mark.django_db
ADDRESS = "/competencies/make-questionnaire/"


@pytest.fixture
def iris(cast: Cast, as_person: SignIn, now: datetime) -> Client:
    actions.load_library(at=now)
    return as_person(cast.iris)


def keys(*codes: str) -> list[str]:
    return [str(key) for key in Competency.objects.filter(code__in=codes).values_list("pk", flat=True)]


def test_a_questionnaire_of_competencies(iris: Client) -> None:
    page = iris.get(ADDRESS, {"c": keys("deciding")}).content.decode()
    assert page.count(" checked") >= 1
    form = {
        "title": "Short 360", "purpose": "", "competencies": keys("deciding", "learning"), "items": "2",
        "scale": str(RatingScale.objects.get(code="how-effective").pk), "has_closing": "on",
    }
    answer = iris.post(ADDRESS, form)
    made = Questionnaire.objects.get(title="Short 360")
    assert answer["Location"] == reverse("questionnaires:questionnaire", args=[made.pk])
    shot = queries.snapshot(made)
    assert [section["title"] for section in shot["sections"]] == ["Learning", "Deciding", "In your own words"]
    assert [len(section["questions"]) for section in shot["sections"]] == [2, 2, 2]
    assert list(made.sections.values_list("competency_version", flat=True)) == [1, 1, None]


def test_something_must_be_ticked_and_typing_survives(iris: Client) -> None:
    answer = iris.post(ADDRESS, {"title": "Kept title", "items": "3", "scale": ""})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Tick at least one competency." in page
    assert "Kept title" in page
    assert iris.post(ADDRESS, {"title": "x", "competencies": ["nonsense", "\x00"], "items": "3"}).status_code == 422


def test_competencies_are_added_to_one_that_is_there(iris: Client) -> None:
    ready = Questionnaire.objects.get(code="leadership-360")
    address = reverse("competencies:add-to-questionnaire", args=[ready.pk])
    page = iris.get(address).content.decode()
    assert "Working across teams" in page
    assert "Setting direction" not in page
    assert iris.post(address, {"competencies": keys("working-across-teams"), "items": "12"}).status_code == 302
    sections = list(ready.sections.all())
    assert [section.title for section in sections[-2:]] == ["Working across teams", "In your own words"]
    assert sections[-2].questions.count() == 4
    assert iris.post(address, {"items": "3"}).status_code == 422
    assert iris.post(address, {"competencies": keys("setting-direction"), "items": "3"}).status_code == 422


def test_a_used_one_takes_none(cast: Cast, iris: Client, now: datetime) -> None:
    Questionnaire.objects.update(used_on=now.date())
    ready = Questionnaire.objects.get(code="leadership-360")
    address = reverse("competencies:add-to-questionnaire", args=[ready.pk])
    assert iris.get(address).status_code == 403
    assert iris.post(address, {"competencies": keys("working-across-teams"), "items": "3"}).status_code in {403, 422}
