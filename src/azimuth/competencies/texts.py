"""Which texts a competency has to translate."""

from __future__ import annotations

from django.utils.translation import gettext as _

from azimuth.competencies.outlines import (
    LONGEST_ANCHOR,
    LONGEST_COLLECTION,
    LONGEST_DEFINITION,
    LONGEST_LEVEL,
    LONGEST_NAME,
    CompetencyOutline,
)
from azimuth.questionnaires.texts import Text, of_question, once


def of_competency(outline: CompetencyOutline) -> list[Text]:
    """The texts of a competency, in order."""
    found = [
        Text(outline.name, _("Name"), "", LONGEST_NAME),
        Text(outline.definition, _("Definition"), "", LONGEST_DEFINITION),
        Text(outline.collection, _("Collection"), "", LONGEST_COLLECTION),
    ]
    for level in outline.levels:
        found += [Text(level.name, _("Name"), _("Levels"), LONGEST_LEVEL), Text(level.anchor, _("What one sees"), _("Levels"), LONGEST_ANCHOR)]
    found += [text for item in outline.items for text in of_question(item, _("Items"))]
    return once([*found, *(text for prompt in outline.prompts for text in of_question(prompt, _("Prompts")))])
