"""A small questionnaire with everything in it: wordings, groups, a section not all are asked."""

from __future__ import annotations

import pytest

from azimuth.questionnaires.models import Question, Questionnaire, RatingScale, ScalePoint, Section


@pytest.fixture
def scale(db: None) -> RatingScale:
    """Three points."""
    scale = RatingScale.objects.create(code="three", name="How often", not_observed="Could not see it")
    ScalePoint.objects.bulk_create(
        ScalePoint(scale=scale, value=value, label=label, anchor=f"{label} in the situations that call for it")
        for value, label in ((1, "Rarely"), (2, "Sometimes"), (3, "Often"))
    )
    return scale


@pytest.fixture
def small(scale: RatingScale) -> Questionnaire:
    """Two items for all, one section for leads and reports, one prompt."""
    small = Questionnaire.objects.create(code="small", title="A small 360", purpose="To learn.", scale=scale)
    clear = Section.objects.create(questionnaire=small, position=1, title="Clear words", competency_code="clarity", competency_version=1)
    Question.objects.create(
        section=clear, position=1, text="Explains the reasons behind decisions.",
        wordings={"self": "I explain the reasons behind my decisions."}, is_required=True,
    )
    Question.objects.create(section=clear, position=2, text="Checks that {name} was understood.", wordings={"self": ""})
    care = Section.objects.create(questionnaire=small, position=2, title="Care for people", competency_code="care")
    Question.objects.create(section=care, position=1, text="Gives people room.", wordings={"report": "Gives me room."}, asked_of=["manager", "report"])
    last = Section.objects.create(questionnaire=small, position=3, title="In your words")
    Question.objects.create(section=last, position=1, kind="prompt", text="What should {name} keep doing?", asked_of=["manager", "report", "peer"])
    return small
