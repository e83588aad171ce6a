"""Answers about competencies that are not rows: as plain values, their history, what an import would change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.conf import settings
from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _

from azimuth.competencies.models import Competency, CompetencyItem, CompetencyQuerySet
from azimuth.competencies.outlines import ITEM, CompetencyOutline, LevelOutline, together, with_its_own
from azimuth.people.models import Person
from azimuth.questionnaires import translations
from azimuth.questionnaires.models import Question, Questionnaire
from azimuth.questionnaires.outlines import (
    QuestionnaireOutline,
    QuestionOutline,
    SectionOutline,
    code_from,
    fingerprint,
)

NEW, CHANGED, NEXT, BACK, TRANSLATED, SAME = "new", "changed", "next_version", "back", "translated", "same"
WORDS = {
    NEW: _("New"),
    CHANGED: _("Changed"),
    NEXT: _("Changed, in its next version"),
    BACK: _("Back from retirement"),
    TRANSLATED: _("Translated"),
    SAME: _("Unchanged"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """What an import would do with one competency; `parts` names what differs."""

    outline: CompetencyOutline
    kind: str
    parts: tuple[str, ...] = ()
    before: CompetencyOutline | None = None

    @property
    def word(self) -> str:
        """The kind, for people."""
        return str(WORDS[self.kind])

    @property
    def tone(self) -> str:
        """The colour of the word's badge."""
        return {NEW: "good", BACK: "good", TRANSLATED: "info", CHANGED: "warn", NEXT: "warn"}.get(self.kind, "neutral")


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do; `seen` changes when the library changes underneath."""

    changes: tuple[Change, ...]
    seen: str

    @property
    def effective(self) -> tuple[Change, ...]:
        """The changes that change something."""
        return tuple(change for change in self.changes if change.kind != SAME)

    @property
    def unchanged(self) -> int:
        """How many stay as they are."""
        return self.count(SAME)

    def count(self, kind: str) -> int:
        """How many of one kind."""
        return sum(1 for change in self.changes if change.kind == kind)


def whole(competencies: CompetencyQuerySet) -> CompetencyQuerySet:
    """With levels, items and prompts at hand: two more queries for any number."""
    return competencies.prefetch_related("levels", Prefetch("items", CompetencyItem.objects.order_by("position")))


def outline_of(competency: Competency) -> CompetencyOutline:
    """A competency as plain values."""
    questions = [_question(item) for item in competency.items.all()]
    return CompetencyOutline(
        code=competency.code,
        name=competency.name,
        definition=competency.definition,
        collection=competency.collection,
        levels=tuple(LevelOutline(level.name, level.anchor) for level in competency.levels.all()),
        items=tuple(question for question in questions if question.kind == ITEM),
        prompts=tuple(question for question in questions if question.kind != ITEM),
        language=competency.language,
    )


def with_translations(found: Iterable[CompetencyOutline]) -> list[CompetencyOutline]:
    """The outlines with all that is known of their words in other languages, for a file; one query for any number."""
    found = list(found)
    known = translations.catalogue(text for outline in found for text in outline.sources)
    return [with_its_own(outline, known) for outline in found]


def heard(outline: CompetencyOutline, said: translations.Speech) -> CompetencyOutline:
    """The outline as a reader hears it."""
    return replace(
        outline,
        name=said(outline.name),
        definition=said(outline.definition),
        collection=said(outline.collection),
        levels=tuple(LevelOutline(said(level.name), said(level.anchor)) for level in outline.levels),
        items=tuple(_heard(item, said) for item in outline.items),
        prompts=tuple(_heard(prompt, said) for prompt in outline.prompts),
    )


def _heard(question: QuestionOutline, said: translations.Speech) -> QuestionOutline:
    return replace(question, text=said(question.text), wordings={group: said(text) for group, text in question.wordings.items()})


def speech_for(competencies: Iterable[Competency], language: str) -> translations.Speech:
    """How names, definitions and collections sound in a language; one query."""
    texts = [text for row in competencies for text in (row.name, row.definition, row.collection)]
    return translations.Speech(translations.words_in(language, texts), language)


def _question(item: CompetencyItem) -> QuestionOutline:
    return QuestionOutline(item.text, item.kind, {group: words for group, words in item.wordings.items() if words})


def history(competency: Competency, viewer: Person) -> list[Competency]:
    """All versions a viewer may see, the newest first."""
    return list(Competency.objects.visible_to(viewer).filter(code=competency.code).with_use().order_by("-version"))


def collections(viewer: Person) -> list[str]:
    """The names of the collections in use, in order."""
    found = Competency.objects.visible_to(viewer).newest().exclude(collection="")
    return list(found.order_by("collection").values_list("collection", flat=True).distinct())


def questionnaires_with(competency: Competency, viewer: Person) -> list[Questionnaire]:
    """Current questionnaires that ask about a competency, for those who see questionnaires."""
    found = Questionnaire.objects.visible_to(viewer).current().filter(sections__competency_code=competency.code)
    return list(found.distinct().order_by("title"))


def plan_import(outlines: Iterable[CompetencyOutline]) -> Plan:
    """Compare outlines with the library: what is new, changed, back, translated, the same; four queries.

    Outlines without a code get one made of their name, unless a competency of that name is there.
    """
    newest = {row.code: row for row in whole(Competency.objects.newest().with_use())}
    coded = _with_codes(list(outlines), newest.values())
    fresh = translations.new_in(together(outline.translations for outline in coded))
    changes = tuple(_change(outline, newest.get(outline.code), fresh) for outline in coded)
    seen = fingerprint(
        SectionOutline(
            "", questions=tuple(QuestionOutline(fingerprint(c.before) if c.before else "", c.kind) for c in changes)
        )
    )
    return Plan(changes, seen)


def _with_codes(outlines: Sequence[CompetencyOutline], newest: Iterable[Competency]) -> list[CompetencyOutline]:
    by_name = {row.name.casefold(): row.code for row in newest}
    taken = set(by_name.values()) | {outline.code for outline in outlines}
    made = []
    for outline in outlines:
        if not outline.code:
            code = by_name.get(outline.name.casefold()) or code_from(outline.name, taken)
            taken.add(code)
            outline = replace(outline, code=code)
        made.append(outline)
    return made


def _change(outline: CompetencyOutline, row: Competency | None, fresh: translations.Catalogue) -> Change:
    if row is None:
        return Change(outline, NEW)
    before = outline_of(row)
    parts = _differing(before, outline)
    if row.retired_on:
        return Change(outline, BACK, parts, before)
    if not parts:
        return Change(outline, TRANSLATED if with_its_own(outline, fresh).translations else SAME, (), before)
    return Change(outline, NEXT if row.is_used else CHANGED, parts, before)  # type: ignore[attr-defined]


def _differing(before: CompetencyOutline, after: CompetencyOutline) -> tuple[str, ...]:
    names = {
        "name": _("name"),
        "definition": _("definition"),
        "collection": _("collection"),
        "levels": _("levels"),
        "items": _("items"),
        "prompts": _("prompts"),
        "language": _("language"),
    }
    return tuple(str(word) for part, word in names.items() if getattr(before, part) != getattr(after, part))


# ---- making questionnaires of competencies


def section_of(competency: Competency, *, items: int | None = None, asked_of: Sequence[str] = ()) -> SectionOutline:
    """A section that asks a competency's items (the first ones, when `items` says how many)."""
    outline = outline_of(competency)
    questions = tuple(
        QuestionOutline(item.text, Question.Kind.ITEM, item.wordings, tuple(asked_of)) for item in outline.items[:items]
    )
    return SectionOutline(outline.name, outline.definition, outline.code, competency.version, questions)


def questionnaire_of(
    title: str,
    purpose: str,
    scale: str,
    competencies: Sequence[Competency],
    *,
    items: int | None,
    closing: SectionOutline | None,
) -> QuestionnaireOutline:
    """A questionnaire of the competencies chosen, in their order, with the closing prompts at the end."""
    sections = tuple(section_of(competency, items=items) for competency in competencies)
    language = competencies[0].language if competencies else settings.LANGUAGE_CODE
    return QuestionnaireOutline("", title, purpose, scale, (*sections, closing) if closing else sections, language)


def newest_outline(code: str) -> CompetencyOutline:
    """The newest version of a code as plain values."""
    return outline_of(whole(Competency.objects.filter(code=code)).order_by("-version")[0])
