"""What a questionnaire looks like: as a snapshot, as the form of one rater group, and how long it takes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from azimuth.questionnaires import translations
from azimuth.questionnaires.models import Question, Questionnaire, RaterGroup, RatingScale, Section
from azimuth.questionnaires.outlines import (
    PointOutline,
    QuestionnaireOutline,
    QuestionOutline,
    ScaleOutline,
    SectionOutline,
)
from azimuth.questionnaires.translations import NAME, Speech, speech

Snapshot = dict[str, Any]
Sheet = dict[str, dict[str, Any]]

NOT_OBSERVED = "not_observed"
TEXT_LIMIT = 2000  # characters of one answer in words

# What a rater needs, in seconds: reading a behaviour and choosing a point; writing two or three sentences; reading
# who will see it. Rounded up to whole minutes, so that the promise above the form is kept.
SECONDS = {Question.Kind.ITEM: 15, Question.Kind.PROMPT: 60}
SECONDS_TO_BEGIN = 30


@dataclass(frozen=True, slots=True)
class Said:
    """A text as a reader hears it; `language` marks it when it is not in theirs."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class FormPoint:
    """One point of the scale, as a rater reads it."""

    value: int
    label: str
    anchor: str


@dataclass(frozen=True, slots=True)
class FormScale:
    """The scale above a form; `language` marks words that are not in the reader's."""

    name: str
    not_observed: str
    points: tuple[FormPoint, ...]
    language: str = ""


@dataclass(frozen=True, slots=True)
class FormQuestion:
    """One question in the words of one rater group, with what was answered so far (`score`, `answer`: "" = nothing)."""

    key: str
    kind: str
    text: str
    is_required: bool
    number: int
    score: str = ""
    answer: str = ""
    problem: str = ""
    language: str = ""

    @property
    def is_item(self) -> bool:
        """Whether it is rated on the scale; else it is a prompt, answered in words."""
        return self.kind == Question.Kind.ITEM

    @property
    def field(self) -> str:
        """Name of its field in the form."""
        return f"{'score' if self.is_item else 'text'}-{self.key}"

    @property
    def limit(self) -> int:
        """Characters that fit into an answer in words."""
        return TEXT_LIMIT

    @property
    def given(self) -> str:
        """What was answered so far; empty when nothing."""
        return self.score if self.is_item else self.answer


@dataclass(frozen=True, slots=True)
class FormSection:
    """One section of a form."""

    key: str
    title: str
    description: str
    competency_code: str
    questions: tuple[FormQuestion, ...]
    language: str = ""

    @property
    def has_items(self) -> bool:
        """Whether something in it is rated: the scale's legend belongs above it."""
        return any(question.is_item for question in self.questions)


def snapshot(questionnaire: Questionnaire) -> Snapshot:
    """The whole questionnaire as plain JSON values, as architecture.md draws it, with what its words say in other languages; four queries."""
    sections = [
        {
            "key": str(section.pk),
            "title": section.title,
            "description": section.description,
            "competency_code": section.competency_code,
            "questions": [_question(question) for question in section.questions.all()],
        }
        for section in questionnaire.sections.prefetch_related("questions")
    ]
    scale = questionnaire.scale
    shot: Snapshot = {
        "code": questionnaire.code,
        "version": questionnaire.version,
        "title": questionnaire.title,
        "purpose": questionnaire.purpose,
        "scale": {
            "name": scale.name,
            "not_observed": scale.not_observed,
            "points": [
                {"value": point.value, "label": point.label, "anchor": point.anchor} for point in scale.points.all()
            ],
        },
        "sections": sections,
    }
    shot |= {"language": questionnaire.language, "translations": translations.catalogue(_sources(shot))}
    return {**shot, "minutes": {group: minutes(shot, group) for group in RaterGroup.values}}


def _sources(shot: Snapshot) -> list[str]:
    """Every text of a snapshot."""
    scale = shot["scale"]
    texts = [shot["title"], shot["purpose"], scale["name"], scale["not_observed"]]
    texts += [text for point in scale["points"] for text in (point["label"], point["anchor"])]
    texts += [text for section in shot["sections"] for text in (section["title"], section["description"])]
    return texts + [text for question in all_questions(shot) for text in (question["text"], *question["wordings"].values())]


def _question(question: Question) -> dict[str, Any]:
    return {
        "key": str(question.pk),
        "kind": question.kind,
        "text": question.text,
        "wordings": {group: text for group, text in question.wordings.items() if text},
        "asked_of": list(question.asked_of),
        "required": question.is_required,
    }


def is_asked(question: Mapping[str, Any], group: str) -> bool:
    """Whether a rater group is asked this question; no groups named means all."""
    return not question["asked_of"] or group in question["asked_of"]


def form_for(snapshot: Snapshot, group: str, *, name: str = "", language: str = "") -> tuple[FormSection, ...]:
    """The sections and questions one rater group is asked, in its words, numbered from 1; sections without any are left out.

    `name` is the subject's, put where the words say {name}; `language` is the reader's: what is not translated stays as written.
    """
    sections, number, said = [], 0, speech(snapshot, language)
    for section in snapshot["sections"]:
        asked = [question for question in section["questions"] if is_asked(question, group)]
        questions = []
        for question in asked:
            number += 1
            questions.append(
                FormQuestion(
                    key=question["key"],
                    kind=question["kind"],
                    text=wording(question, group, name=name, said=said),
                    is_required=question["required"],
                    number=number,
                    language=said.language_of(_wording(question, group)),
                )
            )
        if questions:
            sections.append(
                FormSection(
                    section["key"],
                    said(section["title"]),
                    said(section["description"]),
                    section["competency_code"],
                    tuple(questions),
                    said.language_of(section["title"]),
                )
            )
    return tuple(sections)


def wording(question: Mapping[str, Any], group: str, *, name: str = "", said: Speech | None = None) -> str:
    """A question's words for one rater group, as a reader hears them, with the subject's name where they say {name}."""
    text = _wording(question, group)
    return named(said(text) if said else text, name)


def _wording(question: Mapping[str, Any], group: str) -> str:
    return str(question["wordings"].get(group) or question["text"])


def named(text: str, name: str) -> str:
    """The words with the subject's name where they say {name}; without a name, as they are."""
    return text.replace(NAME, name) if name else text


def scale_of(snapshot: Snapshot, language: str = "") -> FormScale:
    """The scale of a snapshot in the reader's language, lowest point first."""
    scale, said = snapshot["scale"], speech(snapshot, language)
    return FormScale(
        said(scale["name"]),
        said(scale["not_observed"]),
        tuple(FormPoint(p["value"], said(p["label"]), said(p["anchor"])) for p in scale["points"]),
        said.language_of(scale["not_observed"]),
    )


def purpose_of(snapshot: Snapshot, language: str = "") -> Said:
    """Why we ask, in the reader's language: it stands above the form."""
    said = speech(snapshot, language)
    return Said(said(snapshot["purpose"]), said.language_of(snapshot["purpose"]))


def filled(
    sections: tuple[FormSection, ...], sheet: Sheet, problems: Mapping[str, str] | None = None
) -> tuple[FormSection, ...]:
    """The same form with a sheet's answers in it, and a sentence beside each question named in `problems`."""
    scores, texts = sheet.get("scores", {}), sheet.get("texts", {})
    if not (scores or texts or problems):
        return sections

    def fill(question: FormQuestion) -> FormQuestion:
        return replace(
            question,
            score=str(scores.get(question.key, "")),
            answer=texts.get(question.key, ""),
            problem=(problems or {}).get(question.key, ""),
        )

    return tuple(replace(section, questions=tuple(map(fill, section.questions))) for section in sections)


def minutes(snapshot: Snapshot, group: str) -> int:
    """Whole minutes the form takes a rater of this group; 0 when it is asked nothing."""
    asked = [question["kind"] for question in all_questions(snapshot) if is_asked(question, group)]
    return minutes_of(asked.count(Question.Kind.ITEM), asked.count(Question.Kind.PROMPT))


def minutes_of(items: int, prompts: int) -> int:
    """Whole minutes so many items and prompts take, rounded up; 0 for none."""
    seconds = items * SECONDS[Question.Kind.ITEM] + prompts * SECONDS[Question.Kind.PROMPT]
    return math.ceil((SECONDS_TO_BEGIN + seconds) / 60) if seconds else 0


def all_questions(snapshot: Snapshot) -> list[dict[str, Any]]:
    """Every question of a snapshot, in order."""
    return [question for section in snapshot["sections"] for question in section["questions"]]


def all_items(snapshot: Snapshot) -> list[dict[str, Any]]:
    """Every rated question of a snapshot, in order."""
    return [question for question in all_questions(snapshot) if question["kind"] == Question.Kind.ITEM]


def all_prompts(snapshot: Snapshot) -> list[dict[str, Any]]:
    """Every open question of a snapshot, in order."""
    return [question for question in all_questions(snapshot) if question["kind"] == Question.Kind.PROMPT]


def sections_with_items(snapshot: Snapshot) -> list[dict[str, Any]]:
    """The sections that hold rated questions: the competencies of the report."""
    sections: list[dict[str, Any]] = snapshot["sections"]
    return [section for section in sections if any(q["kind"] == Question.Kind.ITEM for q in section["questions"])]


def progress(sections: tuple[FormSection, ...]) -> tuple[int, int]:
    """How many questions of a filled form are answered, and how many there are."""
    questions = [question for section in sections for question in section.questions]
    return sum(1 for question in questions if question.given), len(questions)


# ---- as plain values, for forms, copies and files


def outline_of(questionnaire: Questionnaire) -> QuestionnaireOutline:
    """A questionnaire as plain values; three queries."""
    return QuestionnaireOutline(
        code=questionnaire.code,
        title=questionnaire.title,
        purpose=questionnaire.purpose,
        scale=questionnaire.scale.code,
        sections=tuple(
            SectionOutline(
                section.title,
                section.description,
                section.competency_code,
                section.competency_version,
                tuple(question_outline(question) for question in section.questions.all()),
            )
            for section in questionnaire.sections.prefetch_related("questions")
        ),
        language=questionnaire.language,
    )


def translated(outline: QuestionnaireOutline) -> QuestionnaireOutline:
    """The outline with all that is known of its words in other languages, for a file; one query."""
    return replace(outline, translations=translations.catalogue(outline.sources))


def frame_of(questionnaire: Questionnaire) -> QuestionnaireOutline:
    """Title, purpose, scale and language, without the sections."""
    code, scale = questionnaire.code, questionnaire.scale.code
    return QuestionnaireOutline(code, questionnaire.title, questionnaire.purpose, scale, (), questionnaire.language)


def heading_of(section: Section) -> SectionOutline:
    """A section without its questions."""
    return SectionOutline(section.title, section.description)


def question_outline(question: Question) -> QuestionOutline:
    """A question as plain values; empty wordings are left out."""
    wordings = {group: words for group, words in question.wordings.items() if words}
    return QuestionOutline(question.text, str(question.kind), wordings, tuple(question.asked_of), question.is_required)


def scale_outline(scale: RatingScale) -> ScaleOutline:
    """A scale as plain values."""
    points = tuple(PointOutline(point.value, point.label, point.anchor) for point in scale.points.all())
    return ScaleOutline(scale.code, scale.name, scale.not_observed, points, scale.language)


def is_scale_used(scale: RatingScale) -> bool:
    """Whether a cycle was launched with a questionnaire on this scale."""
    return Questionnaire.objects.filter(scale=scale).exclude(used_on=None).exists()
