"""Whole questionnaires: made, copied, versioned, retired, discarded, imported, used."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from azimuth.access.guards import Viewer
from azimuth.access.verdict import Refused
from azimuth.audit import actions as audit
from azimuth.questionnaires import plans, policies, queries
from azimuth.questionnaires.actions.writing import keep_translations, one_at_a_time, write_sections
from azimuth.questionnaires.models import Questionnaire, RatingScale
from azimuth.questionnaires.outlines import (
    QuestionnaireOutline,
    Stale,
    code_from,
    fingerprint,
    with_versions_of,
)


@transaction.atomic
def add(outline: QuestionnaireOutline, *, by: Viewer | None, at: datetime) -> Questionnaire:
    """Make a questionnaire in its first version; a taken or empty code gives way to one made of the title.

    `by=None` is the installation itself. Refuses a scale that is not there.
    """
    if by:
        policies.can_add(by).enforce()
    made = _write_first(outline, on=at.date())
    audit.record("questionnaires.add", made, by=by, at=at, sections=len(outline.sections))
    return made


def _write_first(outline: QuestionnaireOutline, *, on: date) -> Questionnaire:
    one_at_a_time("questionnaires")
    taken = set(Questionnaire.objects.values_list("code", flat=True))
    code = outline.code if outline.code and outline.code not in taken else code_from(outline.title, taken)
    return _write(replace(outline, code=code), version=1, on=on)


def _write(outline: QuestionnaireOutline, *, version: int, on: date) -> Questionnaire:
    scale = RatingScale.objects.filter(code=outline.scale).first()
    if scale is None:
        raise Refused(
            _("The scale “%(code)s” is not in the library. Add it first, or name another.") % {"code": outline.scale}
        )
    made = Questionnaire.objects.create(
        code=outline.code,
        version=version,
        title=outline.title,
        purpose=outline.purpose,
        scale=scale,
        language=outline.language,
        changed_on=on,
    )
    write_sections(made, outline.sections)
    return made


@transaction.atomic
def duplicate(questionnaire: Questionnaire, title: str, *, by: Viewer, at: datetime) -> Questionnaire:
    """Make a new questionnaire with the same sections and questions under another title."""
    policies.can_add(by).enforce()
    made = _write_first(replace(queries.outline_of(questionnaire), code="", title=title), on=at.date())
    audit.record("questionnaires.duplicate", made, by=by, at=at, of=questionnaire.code)
    return made


@transaction.atomic
def next_version(questionnaire: Questionnaire, *, by: Viewer, at: datetime) -> Questionnaire:
    """Copy a used questionnaire into its next version, which can be changed; if there is one already, return that."""
    newest = newest_locked(questionnaire.code)
    if newest.version > questionnaire.version:
        policies.can_add(by).enforce()
        return newest
    policies.can_continue(by, newest).enforce()
    made = _write(queries.outline_of(newest), version=newest.version + 1, on=at.date())
    audit.record("questionnaires.next_version", made, by=by, at=at, version=made.version)
    return made


@transaction.atomic
def retire(questionnaire: Questionnaire, *, by: Viewer, at: datetime) -> Questionnaire:
    """Take all versions off the list cycles choose from; running cycles keep their snapshot."""
    newest = newest_locked(questionnaire.code)
    policies.can_retire(by, newest).enforce()
    Questionnaire.objects.filter(code=newest.code).update(retired_on=at.date())
    audit.record("questionnaires.retire", newest, by=by, at=at)
    return newest


@transaction.atomic
def restore(questionnaire: Questionnaire, *, by: Viewer, at: datetime) -> Questionnaire:
    """Put a retired questionnaire back on the list."""
    newest = newest_locked(questionnaire.code)
    policies.can_restore(by, newest).enforce()
    Questionnaire.objects.filter(code=newest.code).update(retired_on=None)
    audit.record("questionnaires.restore", newest, by=by, at=at)
    return newest


@transaction.atomic
def discard(questionnaire: Questionnaire, *, by: Viewer, at: datetime) -> None:
    """Delete a version no cycle has used, with all its questions. Refuses one a draft cycle has chosen."""
    locked = Questionnaire.objects.select_for_update().get(pk=questionnaire.pk)
    policies.can_discard(by, locked).enforce()
    try:
        with transaction.atomic():
            Questionnaire.objects.filter(pk=locked.pk).delete()
    except ProtectedError:
        raise Refused(
            _("A cycle in preparation has chosen this questionnaire. Choose another there first, or retire this one.")
        )
    audit.record("questionnaires.discard", locked, by=by, at=at, version=locked.version)


@transaction.atomic
def mark_used(questionnaire: Questionnaire, *, on: date) -> None:
    """Note that a cycle took a snapshot: from now on this version stays as it is. Called by the launch, which is audited there."""
    Questionnaire.objects.filter(pk=questionnaire.pk, used_on=None).update(used_on=on)


@transaction.atomic
def apply_import(outline: QuestionnaireOutline, *, seen: str, by: Viewer, at: datetime) -> Questionnaire:
    """Take over a questionnaire from a file: a new one, or new content for the one with its code (its next version if used).

    What the file says in other languages is kept too, for these words wherever they stand.

    `seen` is the fingerprint of what the preview compared with ("" for a new one); raises Stale when that has changed.
    """
    policies.can_add(by).enforce()
    one_at_a_time("questionnaires")
    newest = (
        Questionnaire.objects.select_for_update().filter(code=outline.code).order_by("-version").first()
        if outline.code
        else None
    )
    before = queries.outline_of(newest) if newest else None
    if (fingerprint(before) if before else "") != seen:
        raise Stale(_("The questionnaire was changed since this preview. Look at the preview again, then apply."))
    changed = keep_translations(outline.translations)
    if newest is None or before is None:
        made = _write_first(outline, on=at.date())
    elif not plans.says_the_same(outline, before) or newest.retired_on:
        made = _put(newest, with_versions_of(outline, before), on=at.date())
    elif changed:
        made = newest
    else:
        return newest
    audit.record("questionnaires.import", made, by=by, at=at, version=made.version, translations=changed)
    return made


def _put(newest: Questionnaire, outline: QuestionnaireOutline, *, on: date) -> Questionnaire:
    Questionnaire.objects.filter(code=newest.code).update(retired_on=None)
    newest.retired_on = None
    return _write(outline, version=newest.version + 1, on=on) if newest.used_on else _replaced(newest, outline, on=on)


def _replaced(questionnaire: Questionnaire, outline: QuestionnaireOutline, *, on: date) -> Questionnaire:
    """The same row with new content, so that a draft cycle that has chosen it keeps its choice."""
    scale = RatingScale.objects.filter(code=outline.scale).first()
    if scale is None:
        raise Refused(
            _("The scale “%(code)s” is not in the library. Add it first, or name another.") % {"code": outline.scale}
        )
    questionnaire.sections.all().delete()
    questionnaire.title, questionnaire.purpose, questionnaire.language = outline.title, outline.purpose, outline.language
    questionnaire.scale, questionnaire.changed_on = scale, on
    questionnaire.save()
    write_sections(questionnaire, outline.sections)
    return questionnaire


def newest_locked(code: str) -> Questionnaire:
    """The newest version of a code, locked until the end of the transaction."""
    return Questionnaire.objects.select_for_update().filter(code=code).order_by("-version")[:1].get()
