"""A questionnaire and a scale as plain values: what forms, files, copies and the library hand to the actions."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from azimuth.access.verdict import Refused
from azimuth.kit.search import plain
from azimuth.questionnaires import documents, translations
from azimuth.questionnaires.documents import Problems
from azimuth.questionnaires.models import Question, RaterGroup
from azimuth.questionnaires.translations import Catalogue

MOST_SECTIONS, MOST_QUESTIONS, MOST_POINTS = 40, 40, 7
LONGEST_TEXT, LONGEST_TITLE, LONGEST_ABOUT = 400, 160, 2000


class Stale(Refused):
    """Somebody else changed the thing since it was shown; `now` is how it stands. Nothing was saved."""

    def __init__(self, sentence: str, now: Any = None) -> None:
        super().__init__(sentence)
        self.now = now


@dataclass(frozen=True, slots=True)
class QuestionOutline:
    """One question; `wordings` by rater group, `asked_of` empty for all groups."""

    text: str
    kind: str = Question.Kind.ITEM
    wordings: Mapping[str, str] = field(default_factory=dict)
    asked_of: tuple[str, ...] = ()
    is_required: bool = False

    @property
    def other_words(self) -> list[tuple[str, str]]:
        """The wordings that differ, as (rater group, words)."""
        return [
            (str(group.label), self.wordings[group.value]) for group in RaterGroup if self.wordings.get(group.value)
        ]

    @property
    def sources(self) -> list[str]:
        """All its words."""
        return [self.text, *self.wordings.values()]


@dataclass(frozen=True, slots=True)
class SectionOutline:
    """One section."""

    title: str
    description: str = ""
    competency_code: str = ""
    competency_version: int | None = None
    questions: tuple[QuestionOutline, ...] = ()


@dataclass(frozen=True, slots=True)
class QuestionnaireOutline:
    """A whole questionnaire; `scale` is the code of a scale. `translations` is what a file brings along."""

    code: str
    title: str
    purpose: str
    scale: str
    sections: tuple[SectionOutline, ...]
    language: str = settings.LANGUAGE_CODE
    translations: Catalogue = field(default_factory=dict)

    @property
    def sources(self) -> list[str]:
        """All its words."""
        words = [self.title, self.purpose]
        for section in self.sections:
            words += [section.title, section.description]
            words += [text for question in section.questions for text in question.sources]
        return words


@dataclass(frozen=True, slots=True)
class PointOutline:
    """One point of a scale."""

    value: int
    label: str
    anchor: str


@dataclass(frozen=True, slots=True)
class ScaleOutline:
    """A scale."""

    code: str
    name: str
    not_observed: str
    points: tuple[PointOutline, ...]
    language: str = settings.LANGUAGE_CODE

    @property
    def sources(self) -> list[str]:
        """All its words."""
        return [self.name, self.not_observed, *(text for point in self.points for text in (point.label, point.anchor))]


def fingerprint(outline: Any) -> str:
    """Sixteen hex digits that change when the content does: a form carries them, so that a stale page is noticed."""
    return fingerprint_of(dataclasses.asdict(outline))


def fingerprint_of(values: Any) -> str:
    """The same of plain values."""
    text = json.dumps(values, sort_keys=True, ensure_ascii=False, default=list)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def code_from(name: str, taken: set[str]) -> str:
    """A code made of a name, unlike any taken."""
    stem = "-".join(part for part in plain(name).replace("_", " ").split() if part.isascii())[:50].strip("-") or "own"
    code, number = stem, 2
    while code in taken:
        code, number = f"{stem}-{number}", number + 1
    return code


# ---- from and to YAML


def read_words(entry: documents.Mapping, kind: str) -> QuestionOutline:
    """A question's text, and a key for each rater group that is asked in other words."""
    text = entry.text("text", LONGEST_TEXT, required=True)
    wordings = {group: entry.text(group, LONGEST_TEXT) for group in RaterGroup.values}
    return QuestionOutline(text=text, kind=kind, wordings={group: words for group, words in wordings.items() if words})


def write_question(question: QuestionOutline) -> dict[str, Any]:
    """A question as a document has it; only what is said."""
    content: dict[str, Any] = {"text": question.text}
    content |= {group: question.wordings[group] for group in RaterGroup.values if question.wordings.get(group)}
    if question.asked_of:
        content["asked_of"] = list(question.asked_of)
    if question.is_required:
        content["required"] = "yes"
    return content


def read_questionnaire(text: str, problems: Problems) -> QuestionnaireOutline | None:
    """One questionnaire from YAML; None when there are problems."""
    document = documents.open_document(text, problems)
    if document is None:
        return None
    outline = QuestionnaireOutline(
        code=document.text("code", 60),
        title=document.text("title", LONGEST_TITLE, required=True),
        purpose=document.text("purpose", LONGEST_ABOUT),
        scale=document.text("scale", 60, required=True),
        sections=tuple(_read_section(entry) for entry in document.mappings("sections", MOST_SECTIONS)),
        language=translations.read_language(document),
    )
    said = translations.read_translations(document, outline.sources)
    if not any(section.questions for section in outline.sections):
        problems.note(
            document.line_of("sections"),
            "sections",
            "",
            _("There is no question in it. Write at least one section with one item."),
        )
    document.end()
    return None if problems.found else dataclasses.replace(outline, translations=said)


def _read_section(entry: documents.Mapping) -> SectionOutline:
    section = SectionOutline(
        title=entry.text("title", LONGEST_TITLE, required=True),
        description=entry.text("description", LONGEST_ABOUT),
        competency_code=entry.text("competency", 60),
        questions=_in_order(entry),
    )
    entry.end()
    return section


def _in_order(entry: documents.Mapping) -> tuple[QuestionOutline, ...]:
    """Items and prompts of a section in the order written; each may say its kind, whom it is asked of, and whether it is required."""
    made = []
    for part in entry.mappings("questions", MOST_QUESTIONS):
        kind = part.words("kind", Question.Kind.values) or [Question.Kind.ITEM]
        asked_of = tuple(part.words("asked_of", RaterGroup.values))
        made.append(
            dataclasses.replace(read_words(part, kind[0]), asked_of=asked_of, is_required=part.flag("required"))
        )
        part.end()
    return tuple(made)


def with_versions_of(outline: QuestionnaireOutline, before: QuestionnaireOutline) -> QuestionnaireOutline:
    """The outline with the versions of competencies its sections had `before`: a file does not carry them."""
    known = {section.competency_code: section.competency_version for section in before.sections}
    sections = tuple(
        dataclasses.replace(section, competency_version=known.get(section.competency_code))
        for section in outline.sections
    )
    return dataclasses.replace(outline, sections=sections)


def write_questionnaire(outline: QuestionnaireOutline) -> str:
    """A questionnaire as YAML that `read_questionnaire` reads again."""
    sections = []
    for section in outline.sections:
        content: dict[str, Any] = {"title": section.title}
        if section.description:
            content["description"] = section.description
        if section.competency_code:
            content["competency"] = section.competency_code
        content["questions"] = [
            {"kind": str(question.kind), **write_question(question)} for question in section.questions
        ]
        sections.append(content)
    content = {
        "code": outline.code,
        "title": outline.title,
        "purpose": outline.purpose,
        "language": outline.language,
        "scale": outline.scale,
        "sections": sections,
    }
    said = translations.pairs(outline.translations)
    return documents.write_document({**content, "translations": said} if said else content)


def read_scales(text: str, problems: Problems) -> tuple[ScaleOutline, ...]:
    """The scales of a document."""
    document = documents.open_document(text, problems)
    scales = []
    for entry in document.mappings("scales", 20) if document else []:
        points = entry.mappings("points", MOST_POINTS)
        scales.append(
            ScaleOutline(
                code=entry.text("code", 60, required=True),
                name=entry.text("name", 120, required=True),
                not_observed=entry.text("not_observed", 80, required=True),
                points=tuple(
                    PointOutline(
                        p.number("value", 0, 10),
                        p.text("label", 60, required=True),
                        p.text("anchor", 300, required=True),
                    )
                    for p in points
                ),
            )
        )
    return tuple(scales)
