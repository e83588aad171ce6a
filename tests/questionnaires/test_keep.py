"""Whole questionnaires: list, new, copy, next version, retire, restore, discard, preview, export."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from azimuth.access.verdict import Denied, Refused
from azimuth.audit.models import Entry
from azimuth.people.models import Person
from azimuth.questionnaires import actions, outlines, queries
from azimuth.questionnaires.documents import Problems
from azimuth.questionnaires.models import Question, Questionnaire
from azimuth.questionnaires.outlines import QuestionnaireOutline
from azimuth.reviews.models import ReviewCycle
from tests.cast import Cast

SignIn = Callable[[Person], Client]
pytestmark = pytest.mark.django_db


@pytest.fixture
def iris(cast: Cast, as_person: SignIn) -> Client:
    return as_person(cast.iris)


def test_the_list_counts_sections_items_and_minutes(iris: Client, small: Questionnaire) -> None:
    page = iris.get(reverse("questionnaires:index")).content.decode()
    assert "A small 360" in page
    assert queries.minutes_of(3, 1) == 3
    exported = iris.get(reverse("questionnaires:index"), {"export": "csv"})
    line = b"".join(exported).decode().splitlines()[1].split(",")  # type: ignore[arg-type]
    assert line[:5] == ["A small 360", "3", "3", "1", "3"]


def test_the_list_searches(iris: Client, small: Questionnaire) -> None:
    assert "A small 360" in iris.get(reverse("questionnaires:index"), {"q": "SMALL learn"}).content.decode()
    assert "Nothing fits" in iris.get(reverse("questionnaires:index"), {"q": "\x00zebra"}).content.decode()


def test_the_list_costs_the_same_for_one_and_three(iris: Client, small: Questionnaire) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            iris.get(reverse("questionnaires:index"))
        return len(seen)

    cost()
    before = cost()
    for code in ("b", "c"):
        Questionnaire.objects.create(code=code, title=code, scale=small.scale)
    assert cost() == before


def test_one_page_costs_the_same_for_few_and_many_questions(iris: Client, small: Questionnaire) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert iris.get(reverse("questionnaires:questionnaire", args=[small.pk])).status_code == 200
        return len(seen)

    cost()
    before = cost()
    section = small.sections.all()[0]
    Question.objects.bulk_create(Question(section=section, position=n, text=f"{n}") for n in range(10, 30))
    assert cost() == before <= 14


def test_an_empty_one_is_made_and_filled(cast: Cast, iris: Client, small: Questionnaire) -> None:
    assert "From competencies" in iris.get(reverse("questionnaires:new")).content.decode()
    made = iris.post(reverse("questionnaires:new"), {"title": "Small 360", "purpose": "", "scale": str(small.scale_id), "language": "de"})
    fresh = Questionnaire.objects.get(title="Small 360")
    assert made["Location"] == reverse("questionnaires:questionnaire", args=[fresh.pk])
    assert fresh.code == "small-360"
    assert "No section yet" in iris.get(made["Location"]).content.decode()
    preview = iris.get(reverse("questionnaires:preview", args=[fresh.pk])).content.decode()
    assert "This group is asked nothing" in preview
    bad = iris.post(reverse("questionnaires:new"), {"title": "", "purpose": "Kept", "scale": ""})
    assert bad.status_code == 422
    assert "Kept" in bad.content.decode()


def test_a_taken_code_gives_way(cast: Cast, small: Questionnaire, now: datetime) -> None:
    outline = QuestionnaireOutline("small", "Größe & Würde", "", "three", ())
    assert actions.add(outline, by=cast.iris, at=now).code == "grosse-wurde"
    assert actions.add(QuestionnaireOutline("", "日本", "", "three", ()), by=cast.iris, at=now).code == "own"
    assert actions.add(QuestionnaireOutline("", "Own", "", "three", ()), by=cast.iris, at=now).code == "own-2"
    with pytest.raises(Refused, match="not in the library"):
        actions.add(QuestionnaireOutline("", "x", "", "seven", ()), by=cast.iris, at=now)


def test_a_copy_has_the_same_questions_and_its_own_life(cast: Cast, iris: Client, small: Questionnaire) -> None:
    address = reverse("questionnaires:duplicate", args=[small.pk])
    assert "Copy of A small 360" in iris.get(address).content.decode()
    iris.post(address, {"title": "Another"})
    copy = Questionnaire.objects.get(title="Another")
    assert queries.outline_of(copy).sections == queries.outline_of(small).sections
    assert copy.code != small.code
    assert Entry.objects.get(action="questionnaires.duplicate").detail["of"] == "small"
    assert iris.post(address, {"title": "x" * 161}).status_code == 422


def test_a_used_one_goes_on_in_its_next_version(cast: Cast, iris: Client, small: Questionnaire, now: datetime) -> None:
    kept = queries.snapshot(small)
    actions.mark_used(small, on=now.date())
    page = iris.get(reverse("questionnaires:questionnaire", args=[small.pk])).content.decode()
    assert "Make the next version" in page
    assert "Edit question" not in page
    iris.post(reverse("questionnaires:next-version", args=[small.pk]))
    second = Questionnaire.objects.get(code="small", version=2)
    assert second.used_on is None
    Question.objects.filter(section__questionnaire=second).update(text="Changed")
    assert queries.snapshot(Questionnaire.objects.get(pk=small.pk)) == kept
    assert list(Questionnaire.objects.current()) == [second]
    assert "An earlier version" in iris.get(reverse("questionnaires:questionnaire", args=[small.pk])).content.decode()
    again = iris.post(reverse("questionnaires:next-version", args=[small.pk]))
    assert again["Location"] == reverse("questionnaires:questionnaire", args=[second.pk])
    assert Questionnaire.objects.count() == 2


def test_an_unused_one_needs_no_next_version(cast: Cast, small: Questionnaire, now: datetime) -> None:
    with pytest.raises(Denied, match="directly"):
        actions.next_version(small, by=cast.iris, at=now)
    with pytest.raises(Denied):
        actions.next_version(small, by=cast.eve, at=now)


def test_retired_and_back(cast: Cast, iris: Client, small: Questionnaire, now: datetime) -> None:
    iris.post(reverse("questionnaires:retire", args=[small.pk]))
    assert not Questionnaire.objects.current().exists()
    assert "A small 360" in iris.get(reverse("questionnaires:retired")).content.decode()
    assert "Bring it back" in iris.get(reverse("questionnaires:questionnaire", args=[small.pk])).content.decode()
    with pytest.raises(Denied, match="retired already"):
        actions.retire(small, by=cast.iris, at=now)
    iris.post(reverse("questionnaires:restore", args=[small.pk]))
    assert Questionnaire.objects.current().get() == small
    with pytest.raises(Denied, match="not retired"):
        actions.restore(small, by=cast.iris, at=now)
    assert set(Entry.objects.values_list("action", flat=True)) == {"questionnaires.retire", "questionnaires.restore"}


def test_only_unused_versions_are_deleted(cast: Cast, iris: Client, small: Questionnaire, now: datetime) -> None:
    cycle = ReviewCycle.objects.create(name="Draft", questionnaire=small, created_on=now.date())
    with pytest.raises(Refused, match="in preparation"):
        actions.discard(small, by=cast.iris, at=now)
    cycle.delete()
    actions.mark_used(small, on=now.date())
    with pytest.raises(Denied, match="Retire it instead"):
        actions.discard(small, by=cast.iris, at=now)
    second = actions.next_version(small, by=cast.iris, at=now)
    iris.post(reverse("questionnaires:discard", args=[second.pk]))
    assert Questionnaire.objects.get() == small
    assert Entry.objects.get(action="questionnaires.discard").detail["version"] == 2


def test_deeds_of_state_need_a_post(iris: Client, small: Questionnaire) -> None:
    for name in ("next-version", "retire", "restore", "discard"):
        assert iris.get(reverse(f"questionnaires:{name}", args=[small.pk])).status_code == 405


@pytest.mark.parametrize(
    ("group", "has", "lacks"),
    [
        ("self", "I explain the reasons behind my decisions.", "Gives people room."),
        ("report", "Gives me room.", "I explain"),
        ("peer", "What should Robin Example keep doing?", "Gives me room."),
        ("nonsense", "What should Robin Example keep doing?", "Gives me room."),
    ],
)
def test_the_preview_is_the_form_of_a_group(iris: Client, small: Questionnaire, group: str, has: str, lacks: str) -> None:
    page = iris.get(reverse("questionnaires:preview", args=[small.pk]), {"group": group}).content.decode()
    assert has in page
    assert lacks not in page
    assert page.count('type="radio"') == page.count('<fieldset class="rating"') * 5


def test_the_form_offers_every_anchor_not_observed_and_no_answer(iris: Client, small: Questionnaire) -> None:
    page = iris.get(reverse("questionnaires:preview", args=[small.pk]), {"group": "peer"}).content.decode()
    assert page.count("Often in the situations that call for it") >= 2
    assert 'value="not_observed"' in page
    assert "Could not see it" in page
    assert "No answer" in page
    assert "required" in page
    assert 'data-limit="2000"' in page


def test_the_export_is_read_again(iris: Client, small: Questionnaire) -> None:
    answer = iris.get(reverse("questionnaires:export", args=[small.pk]))
    assert answer["Content-Disposition"] == 'attachment; filename="small-1.yaml"'
    problems = Problems()
    outline = outlines.read_questionnaire(answer.content.decode(), problems)
    assert problems.found == []
    assert outline is not None
    before = queries.outline_of(small)
    assert outlines.with_versions_of(outline, before) == before
