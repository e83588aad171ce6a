"""The snapshot a cycle keeps, and the form each rater group gets from it."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from azimuth.questionnaires import queries
from azimuth.questionnaires.models import Question, Questionnaire, RaterGroup, Section

pytestmark = pytest.mark.django_db


def test_a_snapshot_is_plain_json_and_whole(small: Questionnaire) -> None:
    shot = queries.snapshot(small)
    assert json.loads(json.dumps(shot)) == shot
    assert set(shot) == {"code", "version", "title", "purpose", "minutes", "scale", "sections", "language", "translations"}
    assert shot["scale"]["points"][0] == {"value": 1, "label": "Rarely", "anchor": "Rarely in the situations that call for it"}
    assert [section["competency_code"] for section in shot["sections"]] == ["clarity", "care", ""]
    first = shot["sections"][0]["questions"][0]
    assert first["wordings"] == {"self": "I explain the reasons behind my decisions."}
    assert first["required"] is True
    assert shot["sections"][0]["questions"][1]["wordings"] == {}


def test_later_edits_do_not_reach_a_snapshot(small: Questionnaire) -> None:
    before = queries.snapshot(small)
    kept = json.dumps(before)
    Question.objects.update(text="Something else")
    assert json.dumps(before) == kept
    assert queries.snapshot(small) != before


def test_a_group_gets_its_own_words_and_the_sections_it_has_questions_in(small: Questionnaire) -> None:
    shot = queries.snapshot(small)
    own = queries.form_for(shot, RaterGroup.SELF)
    assert [section.title for section in own] == ["Clear words"]
    assert own[0].questions[0].text == "I explain the reasons behind my decisions."
    theirs = queries.form_for(shot, RaterGroup.DIRECT_REPORT, name="Ada Novak")
    assert [section.title for section in theirs] == ["Clear words", "Care for people", "In your words"]
    assert [question.number for section in theirs for question in section.questions] == [1, 2, 3, 4]
    assert theirs[1].questions[0].text == "Gives me room."
    assert theirs[2].questions[0].text == "What should Ada Novak keep doing?"
    assert [section.has_items for section in theirs] == [True, True, False]


@pytest.mark.parametrize(("group", "expected"), [("self", 1), ("external", 1), ("peer", 2), ("report", 3)])
def test_minutes_are_whole_and_rounded_up(small: Questionnaire, group: str, expected: int) -> None:
    shot = queries.snapshot(small)
    assert queries.minutes(shot, group) == expected == shot["minutes"][group]


def test_a_group_asked_nothing_needs_no_minutes(small: Questionnaire) -> None:
    Question.objects.update(asked_of=["peer"])
    shot = queries.snapshot(small)
    assert queries.form_for(shot, "external") == ()
    assert shot["minutes"]["external"] == 0


def test_items_and_their_sections(small: Questionnaire) -> None:
    shot = queries.snapshot(small)
    assert len(queries.all_items(shot)) == 3
    assert len(queries.all_prompts(shot)) == 1
    assert [section["title"] for section in queries.sections_with_items(shot)] == ["Clear words", "Care for people"]


def test_a_filled_form_carries_answers_and_problems(small: Questionnaire) -> None:
    sections = queries.form_for(queries.snapshot(small), "report")
    first, last = sections[0].questions[0], sections[2].questions[0]
    form = queries.filled(sections, {"scores": {first.key: 3}, "texts": {last.key: "Keep listening."}}, {first.key: "Choose one."})
    assert form[0].questions[0].score == "3"
    assert form[0].questions[0].problem == "Choose one."
    assert form[2].questions[0].answer == "Keep listening."
    assert queries.progress(form) == (2, 4)
    assert first.field == f"score-{first.key}"
    assert last.field == f"text-{last.key}"


def test_a_snapshot_costs_the_same_for_one_section_and_for_many(small: Questionnaire) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection, ) as seen:
            queries.snapshot(Questionnaire.objects.select_related("scale").get())
        return len(seen)

    before = cost()
    for position in range(4, 9):
        Question.objects.create(section=Section.objects.create(questionnaire=small, position=position, title="More"), position=1, text="?")
    assert cost() == before == 5
