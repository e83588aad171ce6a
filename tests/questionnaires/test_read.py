"""Who may read scales and questionnaires, and which version is current."""

from __future__ import annotations

from datetime import date

import pytest

from azimuth.questionnaires.models import Questionnaire, RatingScale
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_hr_and_auditors_see_templates_and_nobody_else(cast: Cast, small: Questionnaire) -> None:
    for who in (cast.iris, cast.eve, cast.jon):
        assert Questionnaire.objects.visible_to(who).get() == small
        assert RatingScale.objects.visible_to(who).get() == small.scale
    for who in (cast.ada, cast.bo, cast.dan, cast.finn):
        assert not Questionnaire.objects.visible_to(who).exists()
        assert not RatingScale.objects.visible_to(who).exists()


def test_current_is_the_newest_version_unless_retired(small: Questionnaire) -> None:
    second = Questionnaire.objects.create(code="small", version=2, title="A small 360", scale=small.scale)
    assert list(Questionnaire.objects.current()) == [second]
    second.retired_on = date(2026, 3, 2)
    second.save()
    assert list(Questionnaire.objects.newest()) == [second]
    assert list(Questionnaire.objects.current()) == []


def test_a_scale_is_used_once_a_cycle_was_launched_on_it(small: Questionnaire) -> None:
    assert RatingScale.objects.with_use().get().is_used is False
    Questionnaire.objects.update(used_on=date(2026, 3, 2))
    assert RatingScale.objects.with_use().get().is_used is True
