"""`azimuth demo`: load the demo company into an empty installation."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from azimuth.competencies import actions as competencies
from azimuth.operations.demo import cycles
from azimuth.operations.demo.load import earlier, load_company
from azimuth.people.models import Person, ReportingLine
from azimuth.questionnaires.models import Questionnaire
from azimuth.reviews import actions, progress_bands
from azimuth.reviews.models import Assignment, ReviewCycle
from azimuth.reviews.models.cycles import sizes


def demo(args: argparse.Namespace) -> int:
    """Load the demo; an installation that has people stays as it is (exit 1 unless it is the demo already)."""
    if Person.objects.exists():
        is_demo = Person.objects.filter(attributes__has_key="demo").exists()
        print("The demo company is here already." if is_demo else "This installation has people: the demo is loaded into an empty one only.", file=sys.stderr)
        return 0 if is_demo else 1
    load(timezone.now())
    print(f"Meridian Instruments is here: {Person.objects.count()} people, one 360 released, one open.")
    return 0


def load(now: datetime) -> None:
    """The company, last spring's released 360 and the one that is open now."""
    cast = load_company(on=now.date())
    competencies.load_library(by=None, at=now)
    present = list(Person.objects.present(now.date()).values_list("pk", flat=True))
    leads = ReportingLine.objects.current().values("lead_id")
    in_spring = earlier(now, 200)
    spring = cycles.make(
        "Leadership 360, spring", Questionnaire.objects.get(code="leadership-360"), list(Person.objects.filter(pk__in=leads).values_list("pk", flat=True)),
        by=cast["Iris"], at=in_spring, weeks=3, readers=["subject"], releaser="hr",
    )
    cycles.answer(spring, share=0.86, at=in_spring, seed=175)
    cycles.finish(spring, by=cast["Iris"], at=earlier(now, 178))
    workshop = Person.objects.filter(pk__in=present, unit__name="Workshop").values_list("pk", flat=True)
    in_summer = earlier(now, 110)
    summer = cycles.make(
        "Workshop feedback, summer", Questionnaire.objects.get(code="colleague-360"), list(workshop), by=cast["Eve"], at=in_summer, weeks=3,
        scope=cast["Ada"].unit, readers=["subject", "lead"], releaser="hr",
    )
    actions.assign_coach(summer, subjects=summer.subjects.values_list("pk", flat=True), coach=cast["Eve"], by=cast["Iris"], at=in_summer)
    cycles.answer(summer, share=0.9, at=in_summer, seed=153)
    cycles.finish(summer, by=cast["Iris"], at=earlier(now, 88))
    _open_now(cast, present, now, since=ReviewCycle.objects.get(pk=summer.pk))


def _open_now(cast: dict[str, Person], present: list[UUID], now: datetime, *, since: ReviewCycle) -> None:
    """The 360 in the middle: two thirds have answered; for Ada and Cleo something waits. Reports will say what changed since the summer."""
    begun = earlier(now, 9)
    current = cycles.make(
        "Company 360, winter", Questionnaire.objects.get(code="colleague-360"), present, by=cast["Iris"], at=begun, weeks=3, sizes=sizes(6, 6),
        readers=["subject", "lead"], releaser="hr", compares_to=since,
    )
    cycles.answer(current, share=0.62, at=begun, seed=386, leave=[cast["Ada"].pk, cast["Cleo"].pk, cast["Bo"].pk])
    _begin_one(current, cast["Cleo"], begun)
    progress_bands.write(at=now)


def _begin_one(cycle: ReviewCycle, rater: Person, at: datetime) -> None:
    """One form begun and left."""
    form = Assignment.objects.filter(subject__cycle=cycle, rater=rater).exclude(group="self").select_related("subject__cycle__box").first()
    if form:
        first = next(q["key"] for s in cycle.snapshot["sections"] for q in s["questions"] if q["kind"] == "item")
        actions.save(form, {"scores": {first: 4}, "texts": {}}, seen=None, by=rater, at=at)
