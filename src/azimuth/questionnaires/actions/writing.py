"""Rows made from outlines, many at once."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from azimuth.questionnaires import translations
from azimuth.questionnaires.models import Question, Questionnaire, Section, Translation
from azimuth.questionnaires.outlines import QuestionOutline, SectionOutline


def one_at_a_time(what: str) -> None:
    """Wait until nobody else is making the same kind of thing, and hold others up until this transaction ends.

    Names and codes are compared before a row is made: without it a double click makes two.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"azimuth.{what}"])


def write_sections(
    questionnaire: Questionnaire, sections: Iterable[SectionOutline], *, after: int = 0
) -> list[Section]:
    """Insert sections with their questions, numbered on from `after`; two statements for any number."""
    made, questions = [], []
    for position, outline in enumerate(sections, start=after + 1):
        section = Section(
            questionnaire=questionnaire,
            position=position,
            title=outline.title,
            description=outline.description,
            competency_code=outline.competency_code,
            competency_version=outline.competency_version,
        )
        made.append(section)
        questions += [
            question_row(section, place, question) for place, question in enumerate(outline.questions, start=1)
        ]
    Section.objects.bulk_create(made)
    Question.objects.bulk_create(questions)
    return made


def question_row(section: Section, position: int, outline: QuestionOutline) -> Question:
    """A question, not yet saved."""
    return Question(
        section=section,
        position=position,
        kind=outline.kind,
        text=outline.text,
        wordings=dict(outline.wordings),
        asked_of=list(outline.asked_of),
        is_required=outline.is_required,
    )


def keep_translations(given: translations.Catalogue) -> int:
    """Write translations, many at once; where something else was known it is replaced. Returns how many were new or changed."""
    rows = _translations(translations.new_in(given))
    Translation.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["language", "key"], update_fields=["words"]
    )
    return len(rows)


def load_translations(given: translations.Catalogue) -> None:
    """Add the translations that are not there yet; what is there stays, whatever it says."""
    Translation.objects.bulk_create(_translations(given), ignore_conflicts=True)


def _translations(given: translations.Catalogue) -> list[Translation]:
    return [
        Translation(language=code, key=translations.key_of(source), source=source, words=said)
        for code, words in given.items()
        for source, said in words.items()
    ]
