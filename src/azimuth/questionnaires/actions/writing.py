"""Rows made from outlines, many at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from azimuth.access.verdict import Refused
from azimuth.questionnaires.models import Question, Questionnaire, Section
from azimuth.questionnaires.outlines import QuestionOutline, SectionOutline


@contextmanager
def made_once(name: str) -> Iterator[None]:
    """Turn two of the same at the same moment, as by a double click, into a refusal of the second."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        raise Refused(_("“%(name)s” was made a moment ago. Look for it in the list.") % {"name": name}) from None


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
