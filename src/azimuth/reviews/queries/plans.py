"""What a launch of a draft would do: who is asked about whom, how long it takes, what stands in the way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from azimuth.people.models import Person, ReportingLine
from azimuth.questionnaires.models import RaterGroup
from azimuth.reviews import planning
from azimuth.reviews.models import ExternalRater, Nomination, ReviewCycle
from azimuth.reviews.queries.earlier import compared
from azimuth.reviews.queries.rating import minutes

SHORTEST = timedelta(hours=1)  # a cycle is open at least


@dataclass(frozen=True)
class Plan:
    """What a launch of this draft would do today."""

    subjects: Sequence[UUID]
    asked: Sequence[planning.Asked]
    forecast: planning.Forecast
    organisation: planning.Organisation


def plan(cycle: ReviewCycle, on: date) -> Plan:
    """Derive raters for all subjects of a draft from today's organisation, with the hand's edits."""
    subjects = list(cycle.subjects.order_by("person__name", "person_id").values_list("person_id", flat=True))
    lines = ReportingLine.objects.current().solid().filter(person__in=Person.objects.present(on), lead__in=Person.objects.present(on))
    organisation = planning.Organisation.of_lines(lines.values_list("person_id", "lead_id"))
    rules = planning_rules(cycle)
    asked = planning.derive(subjects, organisation, rules, (planning.Edit(*edit) for edit in _by_hand(cycle, on)))
    return Plan(subjects, asked, planning.forecast(asked, subjects, rules, minutes(cycle)), organisation)


@dataclass(frozen=True)
class Derived:
    """Whom today's organisation offers as raters of one person, as (person, group), and their lead."""

    lead: UUID | None
    raters: Sequence[tuple[UUID, str]]


def derived_raters(cycle: ReviewCycle, person: Person, on: date) -> Derived:
    """Raters of one more subject, derived as at the launch. Looks at the lines around this person only."""
    present = Person.objects.present(on)
    lines = ReportingLine.objects.current().solid().filter(person__in=present, lead__in=present)
    lead = lines.filter(person=person).values_list("lead_id", flat=True).first()
    around = lines.filter(Q(person=person) | Q(lead=person) | Q(lead=lead))
    organisation = planning.Organisation.of_lines(around.values_list("person_id", "lead_id"))
    asked = planning.derive([person.pk], organisation, planning_rules(cycle))
    return Derived(lead, [(ask.rater, ask.group) for ask in asked])


def _by_hand(cycle: ReviewCycle, on: date) -> QuerySet[Nomination, tuple[Any, ...]]:
    """(subject's person, whoever is asked, group, is_added) of every entry made by hand that still holds: nobody who has left, outsiders where they are asked."""
    inside = Q(rater__in=Person.objects.present(on))
    who = inside | Q(external__isnull=False) if RaterGroup.EXTERNAL in cycle.groups else inside
    rows = Nomination.objects.filter(who, subject__cycle=cycle).annotate(asked=Coalesce("rater_id", "external_id")).order_by("proposed_on", "pk")
    return rows.values_list("subject__person_id", "asked", "group", "is_added")


def planning_rules(cycle: ReviewCycle) -> planning.Rules:
    """The draft's numbers as the planner wants them."""
    nominated = frozenset(cycle.nominated if cycle.has_nominations else ())
    sizes = {group: (least, most) for group, (least, most) in cycle.sizes.items()}
    return planning.Rules(tuple(cycle.groups), sizes, cycle.minimum, cycle.seed.hex, nominated)


@dataclass(frozen=True, slots=True)
class Whoever:
    """Somebody who is asked, from inside or outside, as a list shows them."""

    key: UUID
    name: str
    note: str
    is_external: bool


def named(keys: Iterable[UUID]) -> dict[UUID, Whoever]:
    """Persons and external raters by their keys. Two queries."""
    wanted = list(keys)
    inside = Person.objects.filter(pk__in=wanted).values_list("pk", "name", "job_title")
    outside = ExternalRater.objects.filter(pk__in=wanted).values_list("pk", "name", "email")
    return {
        **{key: Whoever(key, name, note, is_external=False) for key, name, note in inside},
        **{key: Whoever(key, name, note, is_external=True) for key, name, note in outside},
    }


def obstacles(cycle: ReviewCycle, at: datetime, *, has_subjects: bool) -> list[str]:
    """Why this draft cannot be launched yet, in sentences; empty when it can."""
    found = []
    if cycle.questionnaire_id is None:
        found.append(_("Choose a questionnaire first."))
    if not has_subjects:
        found.append(_("Choose at least one subject first."))
    if not cycle.closes_at or cycle.closes_at <= at + SHORTEST:
        found.append(_("Choose a close date that lies in the future."))
    elif cycle.opens_at and cycle.opens_at >= cycle.closes_at:
        found.append(_("The cycle must open before it closes."))
    elif cycle.has_nominations:
        found += _obstacles_of_nominations(cycle, cycle.closes_at, at)
    if (then := compared(cycle)) and not then.same:
        found.append(_("No item is the same as in “%(name)s”: choose another cycle to compare with, or none.") % {"name": then.cycle.name})
    return found


def _obstacles_of_nominations(cycle: ReviewCycle, closes_at: datetime, at: datetime) -> Iterator[str]:
    ends = cycle.nominations_close_at
    if not set(cycle.nominated) & set(cycle.groups):
        yield _("Choose at least one rater group that is proposed by hand.")
    if ends is None or ends <= at + SHORTEST:
        yield _("Choose a day in the future until which raters are proposed.")
    elif ends > (cycle.opens_at or closes_at - SHORTEST):
        yield _("Raters must be proposed before the cycle opens, and well before it closes.")
