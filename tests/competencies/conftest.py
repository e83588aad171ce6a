"""A competency with everything in it."""

from __future__ import annotations

import pytest

from azimuth.competencies.outlines import CompetencyOutline, LevelOutline
from azimuth.questionnaires.outlines import QuestionOutline


@pytest.fixture
def humour() -> CompetencyOutline:
    """Two levels, two items, one prompt."""
    return CompetencyOutline(
        code="humour", name="Humour", definition="Takes things lightly.", collection="House",
        levels=(LevelOutline("Beginning", "Smiles at times."), LevelOutline("Strong", "Laughs at own mistakes.")),
        items=(QuestionOutline("Smiles.", "item", {"self": "I smile."}), QuestionOutline("Laughs at own mistakes.", "item")),
        prompts=(QuestionOutline("When did {name} make you laugh?", "prompt"),),
    )
