"""A simulated organisation in an empty database, and a cycle about everybody in it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection

from azimuth.competencies import actions as competencies
from azimuth.operations.simulation import world, writing
from azimuth.people.models import Grant, Person
from azimuth.people.states import Role
from azimuth.questionnaires.models import Questionnaire
from azimuth.reviews import actions, queries
from azimuth.reviews.models import ReviewCycle
from azimuth.reviews.models.cycles import sizes


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
        opens_at=at, closes_at=at + timedelta(weeks=3), sizes=sizes(maximum, maximum),
    )
    people = queries.everybody(Person.objects.present(at.date())).order_by("employee_id").values_list("pk", flat=True)
    actions.add_subjects(cycle, people=people[:limit] if limit else people, by=by, at=at)
    return ReviewCycle.objects.get(pk=cycle.pk)
