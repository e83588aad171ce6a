"""The starting library: complete, in plain observable words, loaded once and never over people's changes."""

from __future__ import annotations

import re
from datetime import datetime

import pytest

from azimuth.access.verdict import Denied
from azimuth.audit.models import Entry
from azimuth.competencies import actions, library, outlines, queries
from azimuth.competencies.models import Competency
from azimuth.questionnaires import queries as questionnaires
from azimuth.questionnaires.documents import Problems
from azimuth.questionnaires.models import Questionnaire, RaterGroup, RatingScale
from tests.cast import Cast

ALL = library.competencies()
QUESTIONS = [(outline, question) for outline in ALL for question in (*outline.items, *outline.prompts)]


def test_three_sets_of_the_promised_size() -> None:
    sizes = {name: sum(1 for outline in ALL if outline.collection == name) for name in {outline.collection for outline in ALL}}
    assert sizes == {"Leadership": 10, "Individual contributor": 8, "Service": 8}
    assert len({outline.code for outline in ALL}) == len(ALL)
    assert len({outline.name for outline in ALL}) == len(ALL)


@pytest.mark.parametrize("outline", ALL, ids=lambda outline: outline.code)
def test_a_competency_is_whole(outline: outlines.CompetencyOutline) -> None:
    assert 4 <= len(outline.levels) <= 5
    assert 3 <= len(outline.items) <= 5
    assert len(outline.prompts) == 2
    assert len({level.anchor for level in outline.levels}) == len(outline.levels)
    assert 40 <= len(outline.definition) <= 200
    for item in outline.items:
        assert re.fullmatch(r"[A-Z][^.?!]*\.", item.text), item.text
        assert item.wordings["self"].startswith("I "), item.text
        assert len(item.text.split()) <= 12, item.text
    for prompt in outline.prompts:
        assert "{name}" in prompt.text
        assert prompt.text.endswith("?")
        assert "{name}" not in prompt.wordings["self"]


def test_items_ask_one_behaviour_each_and_are_not_repeated() -> None:
    texts = [item.text for outline in ALL for item in outline.items]
    assert len(set(texts)) == len(texts)
    joined = [text for text in texts if re.search(r"\b(and|or|as well as)\b", text)]
    assert joined == []


def test_no_jargon() -> None:
    words = " ".join(text for _outline, q in QUESTIONS for text in (q.text, *q.wordings.values())).casefold()
    for jargon in ("stakeholder", "leverage", "synerg", "proactive", "best practice", "kpi", "empower", "mindset", "agile", "strategic"):
        assert jargon not in words


def test_scales_have_an_anchor_for_every_point() -> None:
    scales = library.scales()
    assert sorted(len(scale.points) for scale in scales) == [4, 5, 5]
    for scale in scales:
        assert [point.value for point in scale.points] == list(range(1, len(scale.points) + 1))
        assert all(point.label and len(point.anchor) > 20 for point in scale.points)
        assert scale.not_observed


@pytest.mark.django_db
def test_ready_questionnaires_take_eight_to_ten_minutes(now: datetime) -> None:
    loaded = actions.load_library(at=now)
    assert loaded == actions.Loaded(scales=3, competencies=26, questionnaires=3)
    titles = list(Questionnaire.objects.current().order_by("title").values_list("title", flat=True))
    assert titles == ["Colleague 360", "Leadership 360", "Service 360"]
    for ready in Questionnaire.objects.current():
        shot = questionnaires.snapshot(ready)
        assert len(questionnaires.all_items(shot)) == 24
        assert len(questionnaires.all_prompts(shot)) == 2
        assert all(len(section["questions"]) == 3 for section in questionnaires.sections_with_items(shot))
        assert all(section["competency_code"] for section in questionnaires.sections_with_items(shot))
        assert all(8 <= minutes <= 10 for group, minutes in shot["minutes"].items() if group != "external"), shot["minutes"]


@pytest.mark.django_db
def test_outsiders_are_not_asked_what_they_cannot_see(now: datetime) -> None:
    actions.load_library(at=now)
    shot = questionnaires.snapshot(Questionnaire.objects.get(code="leadership-360"))
    titles = [section.title for section in questionnaires.form_for(shot, RaterGroup.EXTERNAL)]
    assert "Developing people" not in titles
    assert "Listening" in titles
    own = questionnaires.form_for(shot, RaterGroup.SELF)
    assert all(question.text.startswith("I ") for section in own for question in section.questions if question.is_item)


@pytest.mark.django_db
def test_loading_again_adds_nothing_and_keeps_changes(cast: Cast, now: datetime) -> None:
    actions.load_library(by=cast.iris, at=now)
    Competency.objects.filter(code="deciding").update(name="Our way of deciding", retired_on=now.date())
    RatingScale.objects.filter(code="how-often").update(name="Frequency")
    assert actions.load_library(by=cast.iris, at=now) == actions.Loaded(0, 0, 0)
    assert Competency.objects.get(code="deciding").name == "Our way of deciding"
    assert Entry.objects.filter(action="competencies.load_library").count() == 1


@pytest.mark.django_db
def test_loading_is_for_hr_and_the_installation(cast: Cast, now: datetime) -> None:
    with pytest.raises(Denied):
        actions.load_library(by=cast.ada, at=now)
    assert not Competency.objects.exists()


@pytest.mark.django_db
def test_loading_costs_few_statements(now: datetime, django_assert_max_num_queries: object) -> None:
    with django_assert_max_num_queries(70):  # type: ignore[operator]  # 26 competencies with 370 parts, 3 questionnaires with 78 questions
        actions.load_library(at=now)


@pytest.mark.django_db
def test_yaml_and_sheet_come_back_as_they_went(now: datetime) -> None:
    actions.load_library(at=now)
    stored = [queries.outline_of(row) for row in queries.whole(Competency.objects.order_by("code"))]
    problems = Problems()
    rows = outlines.write_rows(stored)
    assert list(outlines.read_yaml(outlines.write_yaml(stored), problems)) == stored
    assert list(outlines.read_rows(rows[0], list(enumerate(rows[1:], start=2)), problems)) == stored
    assert problems.found == []
