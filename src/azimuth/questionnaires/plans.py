"""What an import of a questionnaire would do, before it does anything."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from azimuth.questionnaires import translations
from azimuth.questionnaires.documents import Problems
from azimuth.questionnaires.models import Questionnaire, RatingScale
from azimuth.questionnaires.outlines import QuestionnaireOutline, fingerprint, with_versions_of
from azimuth.questionnaires.queries import outline_of


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What importing an outline would do; `seen` is the fingerprint of what it was compared with ("" for a new one).

    `translated` counts the translations that are new or would be changed.
    """

    outline: QuestionnaireOutline
    existing: Questionnaire | None
    seen: str
    added: tuple[str, ...]
    removed: tuple[str, ...]
    translated: int
    changes_content: bool

    @property
    def is_same(self) -> bool:
        """Whether nothing would change."""
        return not self.changes_content and not self.translated


def plan_import(outline: QuestionnaireOutline) -> ImportPlan:
    """Compare an outline with the newest version of its code: which questions come, which go, whether nothing changes."""
    existing = (
        Questionnaire.objects.filter(code=outline.code).select_related("scale").order_by("-version").first()
        if outline.code
        else None
    )
    fresh = sum(map(len, translations.new_in(outline.translations).values()))
    if existing is None:
        return ImportPlan(outline, None, "", tuple(_texts(outline)), (), fresh, changes_content=True)
    before = outline_of(existing)
    old, new = _texts(before), _texts(outline)
    return ImportPlan(
        outline,
        existing,
        fingerprint(before),
        added=tuple(text for text in new if text not in old),
        removed=tuple(text for text in old if text not in new),
        translated=fresh,
        changes_content=not says_the_same(outline, before) or existing.retired_on is not None,
    )


def says_the_same(outline: QuestionnaireOutline, before: QuestionnaireOutline) -> bool:
    """Whether a file changes nothing of a questionnaire but, maybe, its translations."""
    return replace(with_versions_of(outline, before), translations={}) == before


def _texts(outline: QuestionnaireOutline) -> list[str]:
    return [question.text for section in outline.sections for question in section.questions]


def note_missing_scale(outline: QuestionnaireOutline, problems: Problems) -> None:
    """Note a scale that is not in the library, with those that are."""
    codes = list(RatingScale.objects.exclude(code="").order_by("code").values_list("code", flat=True))
    if outline.scale not in codes:
        problems.note(
            1,
            "scale",
            outline.scale,
            _("This scale is not in the library. There are: %(codes)s.") % {"codes": ", ".join(codes)},
        )
