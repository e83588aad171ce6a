"""How reliable a counted cycle was, and what a draft may expect."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q

from azimuth.ballots.models import CountedReliability
from azimuth.people.models import Person
from azimuth.questionnaires import queries as questionnaires
from azimuth.questionnaires.models import RaterGroup
from azimuth.questionnaires.translations import speech
from azimuth.reviews.models import ReviewCycle
from azimuth.reviews.reliability import Forecast, Reliability, Variances, published_average
from azimuth.reviews.states import CycleState


def reliability_of(cycle: ReviewCycle, language: str) -> Reliability | None:
    """What was measured at the count of a cycle, competencies named in this language; None before it, and where it was not measured."""
    if cycle.state not in {CycleState.COUNTED, CycleState.RELEASED}:
        return None
    rows = {str(row.of or ""): Variances(row) for row in CountedReliability.objects.filter(box=cycle.box)}
    if "" not in rows:
        return None
    sections, said = questionnaires.sections_with_items(cycle.snapshot), speech(cycle.snapshot, language)
    return Reliability(rows[""], [(said(section["title"]), rows[section["key"]]) for section in sections if section["key"] in rows])


def forecast_reliability(cycle: ReviewCycle, rehearsed: Mapping[str, Any], *, viewer: Person) -> Forecast | None:
    """How reliable reports of a draft would be, from the latest comparable cycle the viewer may see, else from published averages.

    `rehearsed`: the content of its dry run. None where nobody but the subjects would answer.
    """
    others = {group: forms / rehearsed["subjects"] for group, forms in rehearsed["by_group"].items() if group != RaterGroup.SELF}
    raters = round(sum(others.values()))
    if raters < 1:
        return None
    earlier = _comparable(cycle, viewer)
    if earlier is None or earlier.box is None:
        return Forecast(raters, published_average(others), cycle.purpose)
    measured = Variances(earlier.box.reliabilities.get(of=None))
    is_same = bool(cycle.questionnaire and earlier.questionnaire and cycle.questionnaire.code == earlier.questionnaire.code)
    return Forecast(raters, measured.one, cycle.purpose, earlier.name, is_same)


def _comparable(cycle: ReviewCycle, viewer: Person) -> ReviewCycle | None:
    """The latest measured cycle with this questionnaire (in any version), else with its scale."""
    if cycle.questionnaire is None:
        return None
    measured = CountedReliability.objects.filter(of=None, refusal="", subject__gt=0).values("box_id")
    counted = ReviewCycle.objects.visible_to(viewer).filter(box__in=measured, state__in=[CycleState.COUNTED, CycleState.RELEASED])
    rows = counted.select_related("box", "questionnaire").order_by("-box__counted_on", "-launched_on", "pk")
    same = Q(questionnaire__code=cycle.questionnaire.code)
    return rows.filter(same).first() or rows.filter(questionnaire__scale=cycle.questionnaire.scale_id).first()
