"""`azimuth demo`: load the demo company into an empty installation."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from azimuth.competencies import actions as competencies
from azimuth.operations.demo import cycles
from azimuth.operations.demo.load import earlier, load_company
from azimuth.people.models import Person, ReportingLine
from azimuth.questionnaires.models import Questionnaire
from azimuth.reviews import actions, progress_bands
from azimuth.reviews.models import Assignment, ReviewCycle, Subject
from azimuth.reviews.models.cycles import sizes


def demo(args: argparse.Namespace) -> int:
    """Load the demo; an installation that has people stays as it is (exit 1 unless it is the demo already)."""
    if Person.objects.exists():
        is_demo = Person.objects.filter(attributes__has_key="demo").exists()
        print("The demo company is here already." if is_demo else "This installation has people: the demo is loaded into an empty one only.", file=sys.stderr)
        return 0 if is_demo else 1
    load(timezone.now())
    print(f"Meridian Instruments is here: {Person.objects.count()} people; two 360s released, one open, one whose raters are being proposed.")
    return 0


def load(now: datetime) -> None:
    """The company, two released 360s, the one that is open now and the one whose raters are being proposed."""
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
    for report in Subject.objects.filter(cycle=summer, person__in=(cast["Ada"], cast["Cleo"])).select_related("cycle", "person"):
        actions.open_report(report, by=cast["Bo"], at=earlier(now, 80))
    _open_now(cast, present, now, since=ReviewCycle.objects.get(pk=summer.pk))
    _call_for_lists(cast, now)


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


def _call_for_lists(cast: dict[str, Person], now: datetime) -> None:
    """The next 360 of Bo's people: two have handed their lists in, which wait for him; Ada has hers before her."""
    called = earlier(now, 2)
    people = ReportingLine.objects.current().filter(lead=cast["Bo"], person__unit=cast["Bo"].unit).values_list("person_id", flat=True)
    cycle = cycles.make(
        "Workshop feedback, next round", Questionnaire.objects.get(code="colleague-360"), list(people), by=cast["Eve"], at=called, weeks=5, scope=cast["Ada"].unit,
        opens_at=None, nominations_close_at=called + timedelta(days=12), nominator="subject", nominated=["peer", "external"], approver="lead",
        groups=["self", "manager", "peer", "report", "external"], readers=["subject", "lead"], releaser="hr",
    )
    lists = Subject.objects.filter(cycle=cycle).select_related("cycle", "person")
    others = [row for row in lists.order_by("person__name") if row.person not in (cast["Ada"], cast["Cleo"])]
    for row in (lists.get(person=cast["Cleo"]), others[0]):
        cycles.hand_in(row, [other.person for other in others[1:5]], at=called)


def _begin_one(cycle: ReviewCycle, rater: Person, at: datetime) -> None:
    """One form begun and left."""
    form = Assignment.objects.filter(subject__cycle=cycle, rater=rater).exclude(group="self").select_related("subject__cycle__box").first()
    if form:
        first = next(q["key"] for s in cycle.snapshot["sections"] for q in s["questions"] if q["kind"] == "item")
        actions.save(form, {"scores": {first: 4}, "texts": {}}, seen=None, by=rater, at=at)
