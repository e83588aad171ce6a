"""`azimuth simulate`: an invented organisation of any size, with known truth."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from azimuth.competencies import actions as competencies
from azimuth.operations.simulation import answering, world, writing
from azimuth.people.models import Grant, Person
from azimuth.people.states import Role
from azimuth.questionnaires.models import Questionnaire
from azimuth.reviews import actions, queries
from azimuth.reviews.models import ReviewCycle

SHARE = 0.8  # of the forms are submitted


def simulate(args: argparse.Namespace) -> int:
    """Write the organisation into an empty installation, or with --answer answer an open cycle as its people would. Exit 1 when neither can be."""
    made, now = world.make(args.people, args.seed), timezone.now()
    if args.answer:
        return _answer(args, made, now)
    if Person.objects.exists():
        print("This installation has people: a simulated organisation is written into an empty one only.", file=sys.stderr)
        return 1
    establish(made, now)
    _say(args, {"people": len(made.people), "units": len(made.units), "seed": args.seed})
    return 0


def _answer(args: argparse.Namespace, made: world.World, now: datetime) -> int:
    """The organisation must be the simulated one, of as many people and the same seed, or its truth is another's."""
    cycle = ReviewCycle.objects.filter(state="open", name__iexact=args.answer).select_related("box").first()
    size = Person.objects.filter(employee_id__startswith="S").count()
    if cycle is None or not size:
        print("There is no open cycle of that name, or the people here are not simulated.", file=sys.stderr)
        return 1
    _say(args, {"cycle": cycle.name, "submitted": answering.answer(cycle, world.make(size, args.seed), share=SHARE, at=now)})
    return 0


def _say(args: argparse.Namespace, result: dict[str, object]) -> None:
    print(json.dumps(result) if args.json else "  ".join(f"{key}: {value}" for key, value in result.items()))


def establish(made: world.World, at: datetime) -> None:
    """People, the starting library, and the first person as HR and system administrator."""
    keys = writing.write(made, on=at.date() - timedelta(days=400))
    competencies.load_library(by=None, at=at)
    Grant.objects.bulk_create([Grant(person_id=keys[0], role=role, starts_on=at.date()) for role in (Role.HR_ADMIN, Role.SYSTEM_ADMIN)])
    with connection.cursor() as cursor:
        cursor.execute("analyze")


def launch_about_everybody(at: datetime, *, maximum: int = 8, limit: int | None = None) -> ReviewCycle:
    """A cycle about everybody with a lead or reports (or the first `limit` of them), launched."""
    head = Grant.objects.filter(role=Role.HR_ADMIN).select_related("person").earliest("starts_on").person
    cycle = draft_about_everybody(head, at, maximum=maximum, limit=limit)
    actions.launch(cycle, seen=cycle.version, by=head, at=at)
    actions.carry_out_launch(cycle, at=at, step=lambda done, total, note: None)
    return ReviewCycle.objects.select_related("box").get(pk=cycle.pk)


def draft_about_everybody(by: Person, at: datetime, *, maximum: int = 8, limit: int | None = None) -> ReviewCycle:
    """The same, not launched."""
    cycle = actions.create(
        name="Simulated 360", scope=None, by=by, at=at, questionnaire=Questionnaire.objects.get(code="leadership-360"),
        opens_at=at, closes_at=at + timedelta(weeks=3), maximum=maximum,
    )
    people = queries.everybody(Person.objects.present(at.date())).order_by("employee_id").values_list("pk", flat=True)
    actions.add_subjects(cycle, people=people[:limit] if limit else people, by=by, at=at)
    return ReviewCycle.objects.get(pk=cycle.pk)
