"""Changing a questionnaire's parts: frame, sections, questions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from azimuth.access.verdict import Denied, Refused
from azimuth.audit.models import Entry
from azimuth.people.models import Person
from azimuth.questionnaires import actions, queries
from azimuth.questionnaires.models import Question, Questionnaire, RatingScale, Section
from azimuth.questionnaires.outlines import QuestionOutline, SectionOutline, Stale, fingerprint
from tests.cast import Cast

SignIn = Callable[[Person], Client]
pytestmark = pytest.mark.django_db
ODD = "<script>alert(1)</script> =1+1 \U0001f600 ש\u200f"


def texts(questionnaire: Questionnaire) -> list[list[str]]:
    return [[q.text for q in section.questions.all()] for section in questionnaire.sections.all()]


def question(small: Questionnaire, text: str = "Explains") -> Question:
    return Question.objects.get(section__questionnaire=small, text__startswith=text)


@pytest.fixture
def iris(cast: Cast, as_person: SignIn) -> Client:
    return as_person(cast.iris)


def form_of(row: Question, **changes: object) -> dict[str, object]:
    outline = queries.question_outline(row)
    return {
        "kind": outline.kind, "text": outline.text, "asked_of": list(outline.asked_of) or ["self", "manager", "peer", "report", "external"],
        **{f"wording_{group}": words for group, words in outline.wordings.items()}, "seen": fingerprint(outline), **changes,
    }


def test_a_question_gets_other_words_and_groups(cast: Cast, iris: Client, small: Questionnaire) -> None:
    row = question(small)
    answer = iris.post(
        reverse("questionnaires:edit-question", args=[row.pk]),
        form_of(row, text=ODD, wording_report="Explains to me.", asked_of=["self", "report"], is_required="on"),
    )
    assert answer.status_code == 302
    assert answer["Location"].endswith(f"#question-{row.pk}")
    row.refresh_from_db()
    assert row.text == ODD
    assert row.wordings == {"self": "I explain the reasons behind my decisions.", "report": "Explains to me."}
    assert row.asked_of == ["self", "report"]
    assert row.is_required
    page = iris.get(reverse("questionnaires:questionnaire", args=[small.pk])).content.decode()
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page
    entry = Entry.objects.get(action="questionnaires.edit_question")
    assert entry.actor_name == "Iris Okafor"
    assert ODD not in str(entry.detail)


def test_all_groups_ticked_means_all(iris: Client, small: Questionnaire) -> None:
    row = question(small, "Gives")
    iris.post(reverse("questionnaires:edit-question", args=[row.pk]), form_of(row, asked_of=["self", "manager", "peer", "report", "external"]))
    row.refresh_from_db()
    assert row.asked_of == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"text": ""}, "This field is required."),
        ({"text": "x" * 401}, "at most 400 characters"),
        ({"text": "\x00\x07"}, "This field is required."),
        ({"wording_self": "y" * 401}, "at most 400 characters"),
        ({"asked_of": []}, "Tick at least one rater group."),
        ({"kind": "essay"}, "Select a valid choice"),
    ],
)
def test_faults_stay_beside_the_field_and_keep_what_was_typed(iris: Client, small: Questionnaire, changes: dict[str, object], sentence: str) -> None:
    row = question(small)
    answer = iris.post(reverse("questionnaires:edit-question", args=[row.pk]), form_of(row, wording_peer="Kept while mending", **changes))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert "Kept while mending" in page
    row.refresh_from_db()
    assert row.text == "Explains the reasons behind decisions."


def test_two_tabs_the_second_is_told_and_loses_nothing(iris: Client, small: Questionnaire) -> None:
    """A48: the typed text comes back."""
    row = question(small)
    first, second = form_of(row, text="From the first tab."), form_of(row, text="From the second tab.")
    address = reverse("questionnaires:edit-question", args=[row.pk])
    assert iris.post(address, first).status_code == 302
    answer = iris.post(address, second)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Somebody changed this while you were writing" in page
    assert "From the second tab." in page
    assert "From the first tab." in page
    row.refresh_from_db()
    assert row.text == "From the first tab."
    again = {**second, "seen": fingerprint(queries.question_outline(row))}
    assert again["seen"] in page
    assert iris.post(address, again).status_code == 302
    row.refresh_from_db()
    assert row.text == "From the second tab."


def test_a_stale_deed_says_how_it_stands(cast: Cast, small: Questionnaire, now: datetime) -> None:
    row = question(small)
    with pytest.raises(Stale) as caught:
        actions.edit_question(row, QuestionOutline("New"), seen="0" * 16, by=cast.iris, at=now)
    assert caught.value.now == queries.question_outline(row)


def test_sections_move_and_stop_at_the_ends(cast: Cast, iris: Client, small: Questionnaire) -> None:
    first, second, last = small.sections.all()
    iris.post(reverse("questionnaires:move-section", args=[second.pk]), {"up": "1"})
    assert list(small.sections.all()) == [second, first, last]
    iris.post(reverse("questionnaires:move-section", args=[second.pk]), {"up": "1"})
    assert list(small.sections.all()) == [second, first, last]
    iris.post(reverse("questionnaires:move-section", args=[second.pk]), {"down": "1"})
    assert list(small.sections.all()) == [first, second, last]
    assert Entry.objects.filter(action="questionnaires.move_section").count() == 2


def test_questions_move_over_the_border_of_a_section(cast: Cast, iris: Client, small: Questionnaire) -> None:
    row = question(small, "Checks")
    iris.post(reverse("questionnaires:move-question", args=[row.pk]), {"up": "1"})
    assert texts(small)[0] == ["Checks that {name} was understood.", "Explains the reasons behind decisions."]
    for _times in range(2):
        iris.post(reverse("questionnaires:move-question", args=[row.pk]), {"down": "1"})
    assert texts(small)[1] == ["Checks that {name} was understood.", "Gives people room."]
    iris.post(reverse("questionnaires:move-question", args=[row.pk]), {"up": "1"})
    assert texts(small)[0][-1] == "Checks that {name} was understood."


def test_the_first_and_the_last_question_stay(cast: Cast, iris: Client, small: Questionnaire) -> None:
    before = texts(small)
    iris.post(reverse("questionnaires:move-question", args=[question(small).pk]), {"up": "1"})
    iris.post(reverse("questionnaires:move-question", args=[question(small, "What").pk]), {"down": "1"})
    assert texts(small) == before
    assert not Entry.objects.filter(action="questionnaires.move_question").exists()


def test_htmx_gets_the_outline_only_and_the_minutes_with_it(iris: Client, small: Questionnaire) -> None:
    answer = iris.post(reverse("questionnaires:remove-question", args=[question(small, "What").pk]), headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "<html" not in page
    assert page.strip().startswith('<div class="outline" id="outline">')
    assert "What should" not in page
    assert "about 2 minutes" in page


def test_a_section_is_added_before_the_closing_prompts(cast: Cast, small: Questionnaire, now: datetime) -> None:
    actions.add_sections(small, [SectionOutline("Humour", questions=(QuestionOutline("Laughs."),))], by=cast.iris, at=now)
    assert [section.title for section in small.sections.all()] == ["Clear words", "Care for people", "Humour", "In your words"]


def test_sections_are_written_edited_and_removed(iris: Client, small: Questionnaire) -> None:
    iris.post(reverse("questionnaires:add-section", args=[small.pk]), {"title": "Humour", "description": ""})
    humour = Section.objects.get(title="Humour")
    address = reverse("questionnaires:edit-section", args=[humour.pk])
    seen = fingerprint(queries.heading_of(humour))
    assert iris.post(address, {"title": "Lightness", "description": "Takes things lightly.", "seen": seen}).status_code == 302
    stale = iris.post(address, {"title": "Wit", "description": "Mine", "seen": seen})
    assert stale.status_code == 422
    assert "Takes things lightly." in stale.content.decode()
    assert "Mine" in stale.content.decode()
    assert iris.post(address, {"title": " ", "description": "", "seen": seen}).status_code == 422
    iris.post(reverse("questionnaires:remove-section", args=[humour.pk]))
    assert not Section.objects.filter(pk=humour.pk).exists()


def test_questions_are_added_one_after_the_other(iris: Client, small: Questionnaire) -> None:
    section = small.sections.all()[0]
    address = reverse("questionnaires:add-question", args=[section.pk])
    groups = ["self", "manager", "peer", "report", "external"]
    answer = iris.post(address, {"kind": "item", "text": "Draws a picture.", "asked_of": groups, "another": "1"})
    assert answer["Location"] == address
    iris.post(address, {"kind": "prompt", "text": "How?", "asked_of": groups})
    assert texts(small)[0][-2:] == ["Draws a picture.", "How?"]
    assert iris.get(f"{address}?kind=prompt").status_code == 200


def test_there_is_an_end_to_sections_and_questions(cast: Cast, small: Questionnaire, now: datetime) -> None:
    with pytest.raises(Refused):
        actions.add_sections(small, [SectionOutline("More")] * 38, by=cast.iris, at=now)
    section = small.sections.all()[0]
    Question.objects.bulk_create(Question(section=section, position=n, text="?") for n in range(3, 41))
    with pytest.raises(Refused):
        actions.add_question(section, QuestionOutline("One more"), by=cast.iris, at=now)


def test_what_another_tab_took_out_is_named(cast: Cast, small: Questionnaire, now: datetime) -> None:
    row = question(small)
    actions.remove_question(row, by=cast.iris, at=now)
    stale = Question(pk="00000000-0000-0000-0000-000000000001", section=small.sections.all()[0], position=1, text="Gone")
    with pytest.raises(Refused, match="taken this out"):
        actions.move_question(stale, up=True, by=cast.iris, at=now)


def test_title_purpose_and_scale(cast: Cast, iris: Client, small: Questionnaire) -> None:
    other = RatingScale.objects.create(code="other", name="Other")
    address = reverse("questionnaires:edit", args=[small.pk])
    assert iris.get(address).status_code == 200
    seen = fingerprint(queries.frame_of(small))
    assert iris.post(address, {"title": "Better", "purpose": "Why\nnot", "scale": str(other.pk), "language": "de", "seen": seen}).status_code == 302
    small.refresh_from_db()
    assert (small.title, small.purpose, small.scale) == ("Better", "Why\nnot", other)
    stale = iris.post(address, {"title": "Worse", "purpose": "", "scale": str(other.pk), "language": "de", "seen": seen})
    assert stale.status_code == 422
    assert "Saved meanwhile" in stale.content.decode()
    assert iris.post(address, {"title": "", "purpose": "", "scale": "nonsense", "seen": seen}).status_code == 422


def test_only_hr_administrators_edit(cast: Cast, small: Questionnaire, now: datetime) -> None:
    for who in (cast.ada, cast.eve, cast.jon, cast.finn):
        with pytest.raises(Denied):
            actions.remove_question(question(small), by=who, at=now)
    assert Question.objects.filter(section__questionnaire=small).count() == 4


@pytest.mark.parametrize("field", ["used_on", "retired_on"])
def test_a_used_or_retired_version_stays_as_it_is(cast: Cast, iris: Client, small: Questionnaire, now: datetime, field: str) -> None:
    Questionnaire.objects.update(**{field: now.date()})
    row = question(small)
    assert iris.get(reverse("questionnaires:edit-question", args=[row.pk])).status_code == 403
    answer = iris.post(reverse("questionnaires:edit-question", args=[row.pk]), form_of(row, text="Typed meanwhile."))
    assert answer.status_code == 422
    assert "Typed meanwhile." in answer.content.decode()
    for deed in (
        lambda: actions.move_question(row, up=True, by=cast.iris, at=now),
        lambda: actions.remove_section(row.section, by=cast.iris, at=now),
        lambda: actions.edit_frame(small, title="x", purpose="", scale=small.scale, language="en", seen="", by=cast.iris, at=now),
        lambda: actions.add_sections(small, [SectionOutline("x")], by=cast.iris, at=now),
    ):
        with pytest.raises(Denied):
            deed()
    assert len(texts(small)[0]) == 2
