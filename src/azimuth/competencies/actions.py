"""Deeds on competencies: added, edited (a used one goes on in its next version), retired, restored, imported, loaded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from azimuth.access.verdict import Refused
from azimuth.audit import actions as audit
from azimuth.competencies import library, policies, queries
from azimuth.competencies.models import Competency, CompetencyItem, Level
from azimuth.competencies.outlines import CompetencyOutline, together
from azimuth.people.models import Person
from azimuth.questionnaires import actions as questionnaires
from azimuth.questionnaires.actions.translating import write_words
from azimuth.questionnaires.actions.writing import keep_translations, load_translations, one_at_a_time
from azimuth.questionnaires.models import Questionnaire
from azimuth.questionnaires.outlines import (
    QuestionnaireOutline,
    SectionOutline,
    Stale,
    code_from,
    fingerprint,
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading the library added; all zero when everything was there."""

    scales: int
    competencies: int
    questionnaires: int


@transaction.atomic
def add(outline: CompetencyOutline, *, by: Person, at: datetime) -> Competency:
    """Make a competency in its first version; its code is made of its name. Refuses a name that is in use."""
    policies.can_add(by).enforce()
    one_at_a_time("competencies")
    _refuse_taken(outline.name, "")
    code = code_from(outline.name, set(Competency.objects.values_list("code", flat=True)))
    made = _write([(replace(outline, code=code), 1)], on=at.date())[0]
    audit.record("competencies.add", made, by=by, at=at)
    return made


@transaction.atomic
def edit(competency: Competency, outline: CompetencyOutline, *, seen: str, by: Person, at: datetime) -> Competency:
    """Change a competency; returns the version that holds the change, the next one when a cycle has asked this one.

    `seen` is the fingerprint of the content as shown; raises Stale, with the content as it stands, when that has changed.
    """
    newest = _newest_locked(competency.code)
    policies.can_edit(by, newest).enforce()
    before = queries.outline_of(newest)
    if fingerprint(before) != seen:
        raise Stale(
            _(
                "Somebody changed this while you were writing. Yours is still in the fields; below them stands what was saved meanwhile. Save again to put yours in its place."
            ),
            before,
        )
    outline = replace(outline, code=newest.code)
    if outline == before:
        return newest
    _refuse_taken(outline.name, newest.code)
    changed = _put(newest, outline, on=at.date())
    audit.record("competencies.edit", changed, by=by, at=at, version=changed.version)
    return changed


@transaction.atomic
def translate(
    competency: Competency, words: Mapping[str, str], *, language: str, seen: str, by: Person, at: datetime
) -> int:
    """Keep what a competency's texts say in a language, of a used one too; empty words take a translation back. Returns how many changed.

    Raises Stale unless `seen` is the fingerprint of what these texts say in the language now.
    """
    policies.can_translate(by).enforce()
    changed = write_words(words, language=language, seen=seen)
    if changed:
        audit.record("competencies.translate", competency, by=by, at=at, language=language, texts=changed)
    return changed


@transaction.atomic
def retire(competency: Competency, *, by: Person, at: datetime) -> Competency:
    """Take all versions off the list; questionnaires made of it keep their words."""
    newest = _newest_locked(competency.code)
    policies.can_retire(by, newest).enforce()
    Competency.objects.filter(code=newest.code).update(retired_on=at.date())
    audit.record("competencies.retire", newest, by=by, at=at)
    return newest


@transaction.atomic
def restore(competency: Competency, *, by: Person, at: datetime) -> Competency:
    """Put a retired competency back on the list."""
    newest = _newest_locked(competency.code)
    policies.can_restore(by, newest).enforce()
    Competency.objects.filter(code=newest.code).update(retired_on=None)
    audit.record("competencies.restore", newest, by=by, at=at)
    return newest


@transaction.atomic
def apply_import(outlines: Sequence[CompetencyOutline], *, seen: str, by: Person, at: datetime) -> queries.Plan:
    """Take over what a file says, all of it or nothing; returns what was done.

    `seen` comes from the plan that was shown; raises Stale, with the plan as it stands, when the library has changed since.
    """
    policies.can_add(by).enforce()
    one_at_a_time("competencies")
    list(Competency.objects.select_for_update().values_list("pk"))
    plan = queries.plan_import(outlines)
    if plan.seen != seen:
        raise Stale(_("The library was changed since this preview. Look at it once more, then apply."), plan)
    _apply(plan, on=at.date())
    audit.record(
        "competencies.import",
        None,
        by=by,
        at=at,
        new=plan.count(queries.NEW),
        changed=plan.count(queries.CHANGED),
        next_version=plan.count(queries.NEXT),
        back=plan.count(queries.BACK),
        translations=keep_translations(together(outline.translations for outline in outlines)),
    )
    return plan


def _apply(plan: queries.Plan, *, on: date) -> None:
    back = [change.outline.code for change in plan.changes if change.kind == queries.BACK]
    Competency.objects.filter(code__in=back).update(retired_on=None)
    rows = {
        row.code: row
        for row in Competency.objects.newest().with_use().filter(code__in=[c.outline.code for c in plan.changes])
    }
    in_place, anew = [], []
    for change in plan.changes:
        row = rows.get(change.outline.code)
        if row is None:
            anew.append((change.outline, 1))
        elif change.parts and row.is_used:  # type: ignore[attr-defined]
            anew.append((change.outline, row.version + 1))
        elif change.parts:
            in_place.append((row, change.outline))
    _write(anew, on=on)
    _rewrite(in_place, on=on)


def _put(newest: Competency, outline: CompetencyOutline, *, on: date) -> Competency:
    if Competency.objects.with_use().get(pk=newest.pk).is_used:  # type: ignore[attr-defined]
        return _write([(outline, newest.version + 1)], on=on)[0]
    _rewrite([(newest, outline)], on=on)
    return newest


def _write(outlines: Sequence[tuple[CompetencyOutline, int]], *, on: date) -> list[Competency]:
    """Insert competencies in the versions named, with their parts; three statements for any number."""
    rows = Competency.objects.bulk_create(
        Competency(
            code=outline.code,
            version=version,
            name=outline.name,
            definition=outline.definition,
            collection=outline.collection,
            language=outline.language,
            changed_on=on,
        )
        for outline, version in outlines
    )
    _write_parts([(row, outline) for row, (outline, _version) in zip(rows, outlines, strict=True)])
    return rows


def _rewrite(pairs: Sequence[tuple[Competency, CompetencyOutline]], *, on: date) -> None:
    """Give rows that no cycle has used new content."""
    for row, outline in pairs:
        row.name, row.definition, row.collection = outline.name, outline.definition, outline.collection
        row.language, row.changed_on = outline.language, on
    rows = [row for row, _outline in pairs]
    Competency.objects.bulk_update(rows, ["name", "definition", "collection", "language", "changed_on"])
    Level.objects.filter(competency__in=rows).delete()
    CompetencyItem.objects.filter(competency__in=rows).delete()
    _write_parts(pairs)


def _write_parts(pairs: Sequence[tuple[Competency, CompetencyOutline]]) -> None:
    Level.objects.bulk_create(
        Level(competency=row, rank=rank, name=level.name, anchor=level.anchor)
        for row, outline in pairs
        for rank, level in enumerate(outline.levels, start=1)
    )
    CompetencyItem.objects.bulk_create(
        CompetencyItem(
            competency=row, position=position, kind=question.kind, text=question.text, wordings=dict(question.wordings)
        )
        for row, outline in pairs
        for position, question in enumerate((*outline.items, *outline.prompts), start=1)
    )


def _newest_locked(code: str) -> Competency:
    return Competency.objects.select_for_update().filter(code=code).order_by("-version")[:1].get()


def _refuse_taken(name: str, code: str) -> None:
    if Competency.objects.current().filter(name__iexact=name).exclude(code=code).exists():
        raise Refused(
            _("There is a competency called “%(name)s” already. Choose another name, or change that one.")
            % {"name": name}
        )


# ---- questionnaires made of competencies


@transaction.atomic
def make_questionnaire(outline: QuestionnaireOutline, *, by: Person, at: datetime) -> Questionnaire:
    """Make a questionnaire of chosen competencies (queries.questionnaire_of)."""
    return questionnaires.add(outline, by=by, at=at)


@transaction.atomic
def load_library(*, by: Person | None = None, at: datetime) -> Loaded:
    """Add scales, competencies and questionnaires of the starting library that are not there yet, by code, with their translations.

    Never touches what is there, changed or retired: calling it again adds nothing. `by=None` is the installation itself.
    """
    if by:
        policies.can_add(by).enforce()
    one_at_a_time("competencies")
    scales = questionnaires.load_scales(library.scales())
    present = set(Competency.objects.values_list("code", flat=True))
    fresh = [(outline, 1) for outline in library.competencies() if outline.code not in present]
    _write(fresh, on=at.date())
    made = _load_questionnaires(by=by, at=at)
    load_translations(library.translations())
    loaded = Loaded(scales, len(fresh), made)
    if any((loaded.scales, loaded.competencies, loaded.questionnaires)):
        audit.record(
            "competencies.load_library",
            None,
            by=by,
            at=at,
            scales=loaded.scales,
            competencies=loaded.competencies,
            questionnaires=loaded.questionnaires,
        )
    return loaded


def _load_questionnaires(*, by: Person | None, at: datetime) -> int:
    present = set(Questionnaire.objects.values_list("code", flat=True))
    missing = [entry for entry in library.questionnaires() if entry.code not in present]
    codes = {choice.code for entry in missing for choice in entry.competencies}
    rows = {row.code: row for row in queries.whole(Competency.objects.newest().filter(code__in=codes))} if codes else {}
    for entry in missing:
        sections: list[SectionOutline] = [
            queries.section_of(rows[choice.code], items=entry.items_each, asked_of=choice.asked_of)
            for choice in entry.competencies
            if choice.code in rows
        ]
        outline = QuestionnaireOutline(
            entry.code, entry.title, entry.purpose, entry.scale, (*sections, library.closing())
        )
        questionnaires.add(outline, by=by, at=at)
    return len(missing)
