"""The parts of a questionnaire: its frame, sections and questions, changed one at a time under the questionnaire's lock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from azimuth.access.guards import Viewer
from azimuth.access.verdict import Refused
from azimuth.audit import actions as audit
from azimuth.questionnaires import policies, queries
from azimuth.questionnaires.actions.writing import question_row, write_sections
from azimuth.questionnaires.models import Question, Questionnaire, RatingScale, Section
from azimuth.questionnaires.outlines import (
    MOST_QUESTIONS,
    MOST_SECTIONS,
    QuestionOutline,
    SectionOutline,
    Stale,
    fingerprint,
)

Placed = TypeVar("Placed", Section, Question)
STALE = gettext_lazy(
    "Somebody changed this while you were writing. Yours is still in the fields; below them stands what was saved meanwhile. "
    "Save again to put yours in its place."
)


def _locked(questionnaire: Questionnaire, by: Viewer) -> Questionnaire:
    locked = Questionnaire.objects.select_for_update().select_related("scale").get(pk=questionnaire.pk)
    policies.can_edit(by, locked).enforce()
    return locked


def _touch(questionnaire: Questionnaire, at: datetime) -> None:
    Questionnaire.objects.filter(pk=questionnaire.pk).update(changed_on=at.date())


@transaction.atomic
def edit_frame(
    questionnaire: Questionnaire,
    *,
    title: str,
    purpose: str,
    scale: RatingScale,
    language: str,
    seen: str,
    by: Viewer,
    at: datetime,
) -> Questionnaire:
    """Change title, purpose, scale and language. Raises Stale unless `seen` is the fingerprint of the frame as it stands."""
    locked = _locked(questionnaire, by)
    if fingerprint(queries.frame_of(locked)) != seen:
        raise Stale(str(STALE), queries.frame_of(locked))
    if (locked.title, locked.purpose, locked.scale, locked.language) == (title, purpose, scale, language):
        return locked
    locked.title, locked.purpose, locked.scale, locked.language = title, purpose, scale, language
    locked.save(update_fields=["title", "purpose", "scale", "language"])
    _touch(locked, at)
    audit.record("questionnaires.edit_frame", locked, by=by, at=at, version=locked.version)
    return locked


@transaction.atomic
def add_sections(
    questionnaire: Questionnaire, sections: Sequence[SectionOutline], *, by: Viewer, at: datetime
) -> list[Section]:
    """Put sections at the end, before a last section that holds prompts only: closing questions stay last."""
    locked = _locked(questionnaire, by)
    present = list(locked.sections.prefetch_related("questions"))
    if len(present) + len(sections) > MOST_SECTIONS:
        raise Refused(_("A questionnaire holds at most %(n)d sections.") % {"n": MOST_SECTIONS})
    last = present[-1].position if present else 0
    made = write_sections(locked, sections, after=last)
    closing = (
        present[-1] if present and _closes(present[-1]) and any(section.questions for section in sections) else None
    )
    if closing:
        _number([*present[:-1], *made, closing], Section)
    _touch(locked, at)
    audit.record("questionnaires.add_sections", locked, by=by, at=at, version=locked.version, sections=len(made))
    return made


def _closes(section: Section) -> bool:
    kinds = [question.kind for question in section.questions.all()]
    return bool(kinds) and all(kind == Question.Kind.PROMPT for kind in kinds)


@transaction.atomic
def edit_section(section: Section, *, title: str, description: str, seen: str, by: Viewer, at: datetime) -> Section:
    """Change title and description. Raises Stale unless `seen` is the fingerprint of both as they stand."""
    locked = _locked(section.questionnaire, by)
    section = _fresh(Section, section)
    if fingerprint(queries.heading_of(section)) != seen:
        raise Stale(str(STALE), queries.heading_of(section))
    if (section.title, section.description) == (title, description):
        return section
    section.title, section.description = title, description
    section.save(update_fields=["title", "description"])
    _touch(locked, at)
    audit.record("questionnaires.edit_section", locked, by=by, at=at, version=locked.version)
    return section


@transaction.atomic
def move_section(section: Section, *, up: bool, by: Viewer, at: datetime) -> None:
    """Change places with the section above or below; at the end of the line nothing happens."""
    locked = _locked(section.questionnaire, by)
    if _swap(list(locked.sections.all()), _fresh(Section, section), up=up, model=Section):
        _touch(locked, at)
        audit.record("questionnaires.move_section", locked, by=by, at=at, version=locked.version)


@transaction.atomic
def remove_section(section: Section, *, by: Viewer, at: datetime) -> None:
    """Take a section out with its questions."""
    locked = _locked(section.questionnaire, by)
    section = _fresh(Section, section)
    section.delete()
    _touch(locked, at)
    audit.record("questionnaires.remove_section", locked, by=by, at=at, version=locked.version)


@transaction.atomic
def add_question(section: Section, outline: QuestionOutline, *, by: Viewer, at: datetime) -> Question:
    """Put a question at the end of a section."""
    locked = _locked(section.questionnaire, by)
    section = _fresh(Section, section)
    places = list(section.questions.values_list("position", flat=True))
    if len(places) >= MOST_QUESTIONS:
        raise Refused(_("A section holds at most %(n)d questions.") % {"n": MOST_QUESTIONS})
    question = question_row(section, max(places, default=0) + 1, outline)
    question.save()
    _touch(locked, at)
    audit.record("questionnaires.add_question", locked, by=by, at=at, version=locked.version)
    return question


@transaction.atomic
def edit_question(question: Question, outline: QuestionOutline, *, seen: str, by: Viewer, at: datetime) -> Question:
    """Change a question's words, groups or kind. Raises Stale unless `seen` is the fingerprint of it as it stands."""
    locked = _locked(question.section.questionnaire, by)
    question = _fresh(Question, question)
    if fingerprint(queries.question_outline(question)) != seen:
        raise Stale(str(STALE), queries.question_outline(question))
    if queries.question_outline(question) == outline:
        return question
    question.kind, question.text, question.is_required = outline.kind, outline.text, outline.is_required
    question.wordings, question.asked_of = dict(outline.wordings), list(outline.asked_of)
    question.save()
    _touch(locked, at)
    audit.record("questionnaires.edit_question", locked, by=by, at=at, version=locked.version)
    return question


@transaction.atomic
def move_question(question: Question, *, up: bool, by: Viewer, at: datetime) -> None:
    """Change places with the question above or below; past the end of its section it moves into the neighbouring one."""
    locked = _locked(question.section.questionnaire, by)
    question = _fresh(Question, question)
    if not _swap(list(question.section.questions.all()), question, up=up, model=Question) and not _cross(
        locked, question, up=up
    ):
        return
    _touch(locked, at)
    audit.record("questionnaires.move_question", locked, by=by, at=at, version=locked.version)


@transaction.atomic
def remove_question(question: Question, *, by: Viewer, at: datetime) -> None:
    """Take a question out."""
    locked = _locked(question.section.questionnaire, by)
    _fresh(Question, question).delete()
    _touch(locked, at)
    audit.record("questionnaires.remove_question", locked, by=by, at=at, version=locked.version)


def _fresh(model: type[Placed], row: Placed) -> Placed:
    """The row as it stands under the lock; refuses when somebody took it out meanwhile."""
    found = model._default_manager.filter(pk=row.pk).first()  # noqa: SLF001  Django's documented model API
    if found is None:
        raise Refused(_("Somebody has taken this out of the questionnaire meanwhile. Nothing was changed."))
    return found


def _swap(rows: list[Placed], row: Placed, *, up: bool, model: type[Placed]) -> bool:
    place = rows.index(row)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(rows):
        return False
    rows[place], rows[other] = rows[other], rows[place]
    _number(rows, model)
    return True


def _number(rows: Sequence[models.Model], model: type[Section] | type[Question]) -> None:
    for position, row in enumerate(rows, start=1):
        row.position = position  # type: ignore[attr-defined]
    model._default_manager.bulk_update(rows, ["position"])  # type: ignore[arg-type] # noqa: SLF001  Django's documented model API


def _cross(questionnaire: Questionnaire, question: Question, *, up: bool) -> bool:
    """Move a question over the border of its section; false when there is no section on that side."""
    sections = list(questionnaire.sections.all())
    place = [section.pk for section in sections].index(question.section_id) + (-1 if up else 1)
    if not 0 <= place < len(sections):
        return False
    target = sections[place]
    others = list(target.questions.all())
    question.section = target
    question.save(update_fields=["section"])
    _number([*others, question] if up else [question, *others], Question)
    return True
