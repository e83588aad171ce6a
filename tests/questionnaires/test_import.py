"""A questionnaire from YAML: preview first, then all or nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from azimuth.access.verdict import Denied
from azimuth.audit.models import Entry
from azimuth.people.models import Person
from azimuth.questionnaires import actions, outlines, plans, queries
from azimuth.questionnaires.models import Question, Questionnaire
from azimuth.questionnaires.outlines import Stale
from tests.cast import Cast

SignIn = Callable[[Person], Client]
pytestmark = pytest.mark.django_db
ADDRESS = "/questionnaires/import/"
NEW = """
code: friendly
title: Friendly 360
purpose: To learn.
scale: three
sections:
  - title: Warmth
    competency: warmth
    questions:
      - {text: Smiles., self: I smile., asked_of: [peer, self], required: yes}
      - {kind: prompt, text: "What should {name} do?"}
"""


@pytest.fixture
def iris(cast: Cast, as_person: SignIn) -> Client:
    return as_person(cast.iris)


def test_a_new_one_is_shown_then_made(iris: Client, small: Questionnaire) -> None:
    assert iris.get(ADDRESS).status_code == 200
    preview = iris.post(ADDRESS, {"file": SimpleUploadedFile("friendly.yaml", NEW.encode())})
    assert "A new questionnaire" in preview.content.decode()
    assert not Questionnaire.objects.filter(code="friendly").exists()
    answer = iris.post(ADDRESS, {"text": NEW, "seen": ""})
    made = Questionnaire.objects.get(code="friendly")
    assert answer["Location"] == reverse("questionnaires:questionnaire", args=[made.pk])
    first, second = Question.objects.filter(section__questionnaire=made)
    assert (first.asked_of, first.is_required, first.wordings) == (["self", "peer"], True, {"self": "I smile."}) or first.asked_of == ["peer", "self"]
    assert second.kind == "prompt"
    assert Entry.objects.filter(action="questionnaires.import").count() == 1


def test_the_same_again_changes_nothing(iris: Client, small: Questionnaire) -> None:
    text = outlines.write_questionnaire(queries.outline_of(small))
    page = iris.post(ADDRESS, {"text": text}).content.decode()
    assert "Nothing would change" in page
    assert 'type="submit"' not in page.split("textarea")[-1]


@pytest.mark.parametrize("is_used", [False, True])
def test_a_changed_one_replaces_the_unused_and_follows_the_used(cast: Cast, iris: Client, small: Questionnaire, now: datetime, *, is_used: bool) -> None:
    if is_used:
        actions.mark_used(small, on=now.date())
    text = outlines.write_questionnaire(queries.outline_of(small)).replace("Gives people room.", "Gives people time.")
    page = iris.post(ADDRESS, {"text": text}).content.decode()
    assert "Gives people time." in page
    assert "Gives people room." in page
    assert ("the next version is made" in page) is is_used
    plan = plans.plan_import(outlines.read_questionnaire(text, outlines.Problems()))  # type: ignore[arg-type]
    iris.post(ADDRESS, {"text": text, "seen": plan.seen})
    newest = Questionnaire.objects.current().get()
    assert newest.version == (2 if is_used else 1)
    assert newest.sections.all()[0].competency_version == 1
    assert Question.objects.filter(section__questionnaire=newest, text="Gives people time.").exists()
    assert Question.objects.filter(section__questionnaire=small, text="Gives people room.").exists() is is_used


def test_a_change_in_between_is_noticed(cast: Cast, iris: Client, small: Questionnaire, now: datetime) -> None:
    text = outlines.write_questionnaire(queries.outline_of(small)).replace("room", "time")
    seen = plans.plan_import(outlines.read_questionnaire(text, outlines.Problems())).seen  # type: ignore[arg-type]
    Questionnaire.objects.update(title="Changed meanwhile")
    answer = iris.post(ADDRESS, {"text": text, "seen": seen})
    assert answer.status_code == 409
    assert "was changed since this preview" in answer.content.decode()
    with pytest.raises(Stale):
        actions.apply_import(outlines.read_questionnaire(text, outlines.Problems()), seen=seen, by=cast.iris, at=now)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (NEW.replace("three", "seven"), "not in the library"),
        (NEW.replace("Smiles.", ""), "must not be empty"),
        (NEW.replace("[peer, self]", "[neighbours]"), "Not known here"),
        (NEW.replace("title: Friendly 360", "titel: Friendly 360"), "not known here"),
        ("title: x\nscale: three\nsections: []\n", "There is no question in it"),
        ("{{{", "not well formed"),
        ("=1+1", "must begin with a key"),
    ],
)
def test_faults_are_named_and_the_text_is_kept(iris: Client, small: Questionnaire, text: str, said: str) -> None:
    answer = iris.post(ADDRESS, {"text": text})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert said in page
    assert text.strip().splitlines()[0].replace("&", "&amp;") in page
    assert Questionnaire.objects.count() == 1


def test_nothing_a_picture_and_a_giant_are_refused_in_words(iris: Client, small: Questionnaire) -> None:
    assert "Choose a file" in iris.post(ADDRESS, {"text": "  "}).content.decode()
    assert iris.post(ADDRESS, {"file": SimpleUploadedFile("x.yaml", b"\x89PNG\x00\xff\xfe" * 9)}).status_code == 422
    assert "Split it" in iris.post(ADDRESS, {"file": SimpleUploadedFile("x.yaml", b"x" * 1_100_000)}).content.decode()


def test_importing_is_for_hr_administrators(cast: Cast, small: Questionnaire, now: datetime) -> None:
    outline = outlines.read_questionnaire(NEW, outlines.Problems())
    assert outline is not None
    for who in (cast.ada, cast.eve, cast.finn):
        with pytest.raises(Denied):
            actions.apply_import(outline, seen="", by=who, at=now)
