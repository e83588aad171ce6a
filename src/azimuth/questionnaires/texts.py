"""Which texts a questionnaire and a scale have to translate, and how far that has come."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from azimuth.questionnaires import translations
from azimuth.questionnaires.models import Question, RaterGroup
from azimuth.questionnaires.outlines import (
    LONGEST_ABOUT,
    LONGEST_TEXT,
    LONGEST_TITLE,
    QuestionnaireOutline,
    QuestionOutline,
    ScaleOutline,
)


@dataclass(frozen=True, slots=True)
class Text:
    """One text to translate: what it is (`label`), where it stands (`heading`), and how long it may become."""

    source: str
    label: str
    heading: str
    longest: int


def once(texts: Iterable[Text]) -> list[Text]:
    """Every text once, where it first stands; empty ones are left out."""
    found: dict[str, Text] = {}
    for text in texts:
        if text.source:
            found.setdefault(text.source, text)
    return list(found.values())


def of_questionnaire(outline: QuestionnaireOutline) -> list[Text]:
    """The texts of a questionnaire, in order."""
    found = [Text(outline.title, _("Title"), "", LONGEST_TITLE), Text(outline.purpose, _("Why we ask"), "", LONGEST_ABOUT)]
    for section in outline.sections:
        found += [
            Text(section.title, _("Title"), section.title, LONGEST_TITLE),
            Text(section.description, _("Description"), section.title, LONGEST_ABOUT),
            *(text for question in section.questions for text in of_question(question, section.title)),
        ]
    return once(found)


def of_question(question: QuestionOutline, heading: str) -> list[Text]:
    """A question's words, and those for rater groups that are asked in others."""
    label = _("Prompt") if question.kind == Question.Kind.PROMPT else _("Item")
    groups = [(str(group.label), question.wordings.get(group.value, "")) for group in RaterGroup]
    other = [Text(words, f"{label} · {group}", heading, LONGEST_TEXT) for group, words in groups]
    return [Text(question.text, label, heading, LONGEST_TEXT), *other]


def of_scale(outline: ScaleOutline) -> list[Text]:
    """The texts of a scale, in order."""
    points = []
    for point in outline.points:
        heading = _("Point %(n)d") % {"n": point.value}
        points += [Text(point.label, _("Label"), heading, 60), Text(point.anchor, _("Anchor"), heading, 300)]
    return once([Text(outline.name, _("Name"), "", 120), *points, Text(outline.not_observed, _("Words for “not observed”"), "", 80)])


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a thing is translated into one language."""

    code: str
    name: str
    missing: int
    total: int


def standings(texts: Sequence[Text], language: str, known: translations.Catalogue | None = None) -> list[Standing]:
    """How far these texts, written in `language`, are translated into each of the others; one query unless it is `known`."""
    known = translations.catalogue(text.source for text in texts) if known is None else known
    missing = {code: sum(text.source not in known.get(code, {}) for text in texts) for code in translations.others(language)}
    return [Standing(code, name, missing[code], len(texts)) for code, name in translations.others(language).items()]
