"""What a launch of a draft would do: who is asked about whom, how long it takes, what stands in the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from azimuth.people.models import Person, ReportingLine
from azimuth.questionnaires.models import RaterGroup
from azimuth.reviews import planning
from azimuth.reviews.models import Assignment, ExternalRater, Nomination, ReviewCycle, Subject
from azimuth.reviews.queries.rating import minutes, readers_in_words

SHORTEST = timedelta(hours=1)  # a cycle is open at least


@dataclass(frozen=True)
class Plan:
    """What a launch of this draft would do today."""

    subjects: Sequence[UUID]
    asked: Sequence[planning.Asked]
    forecast: planning.Forecast


def plan(cycle: ReviewCycle, on: date) -> Plan:
    """Derive raters for all subjects of a draft from today's organisation, with the hand's edits."""
    subjects = list(cycle.subjects.order_by("person__name", "person_id").values_list("person_id", flat=True))
    lines = ReportingLine.objects.current().solid().filter(person__in=Person.objects.present(on), lead__in=Person.objects.present(on))
    organisation = planning.Organisation.of_lines(lines.values_list("person_id", "lead_id"))
    rules = planning_rules(cycle)
    asked = planning.derive(subjects, organisation, rules, (planning.Edit(*edit) for edit in _by_hand(cycle)))
    return Plan(subjects, asked, planning.forecast(asked, subjects, rules, minutes(cycle)))


def _by_hand(cycle: ReviewCycle) -> QuerySet[Nomination, tuple[Any, ...]]:
    """(subject's person, whoever is asked, group, is_added) of every entry made by hand."""
    rows = Nomination.objects.filter(subject__cycle=cycle).annotate(asked=Coalesce("rater_id", "external_id")).order_by("proposed_on", "pk")
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


@dataclass(frozen=True)
class Heavy:
    """A rater with many forms."""

    person: Whoever
    forms: int
    minutes: int


@dataclass(frozen=True)
class Short:
    """A subject with a group too small to be shown by itself."""

    subject: Subject
    group: str
    invited: int
    is_merged: bool


@dataclass(frozen=True)
class Summary:
    """What a launch would ask of people, for the page before it."""

    subjects: int
    forms: int
    raters: int
    forms_by_group: Sequence[tuple[str, int]]
    minutes_each: Sequence[tuple[str, int]]
    median_minutes: int
    most_minutes: int
    heavy: Sequence[Heavy]
    heavy_total: int
    short: Sequence[Short]
    short_total: int
    without_lead: Sequence[Subject]
    obstacles: Sequence[str]
    readers: Sequence[str]

    @property
    def is_ready(self) -> bool:
        """Whether it may be launched."""
        return not self.obstacles


def load(cycle: ReviewCycle, on: date) -> list[tuple[str, str, int, int]]:
    """(name, unit, forms, minutes) of everybody who is, or in a draft would be, asked; those with most first. Never who answered."""
    pairs: Iterable[tuple[Any, str]]
    if cycle.has_begun:
        pairs = Assignment.objects.asked().filter(subject__cycle=cycle).annotate(asked=Coalesce("rater_id", "external_id")).values_list("asked", "group")
    else:
        pairs = [(ask.rater, ask.group) for ask in plan(cycle, on).asked]
    forms: Counter[UUID] = Counter()
    needed: Counter[UUID] = Counter()
    for rater, group in pairs:
        forms[rater] += 1
        needed[rater] += minutes(cycle).get(group, 0)
    people = [*Person.objects.filter(pk__in=forms).values_list("pk", "name", "unit__name"), *_outside(cycle, forms)]
    return sorted(((name, unit or "", forms[key], needed[key]) for key, name, unit in people), key=lambda row: (-row[2], row[0]))


def _outside(cycle: ReviewCycle, keys: Iterable[UUID]) -> Iterator[tuple[UUID, str, str]]:
    """External raters as rows of (key, name, where they belong)."""
    for key, name in ExternalRater.objects.filter(cycle=cycle, pk__in=keys).values_list("pk", "name"):
        yield key, name, _("outside")


SHOWN = 25  # rows of each list on the page; the rest is counted


def summary(cycle: ReviewCycle, at: datetime) -> Summary:
    """Forms, for whom, minutes a person, groups below their minimum, raters with more than eight forms."""
    derived = plan(cycle, at.date())
    what = derived.forecast
    people = named([rater for rater, _forms in what.heavy[:SHOWN]])
    shown = [short.subject for short in what.shortfalls[:SHOWN]] + list(what.without_lead[:SHOWN])
    subjects = {s.person_id: s for s in cycle.subjects.filter(person_id__in=shown).select_related("person")}
    each = sorted(what.minutes_of.values())
    by_group = Counter(ask.group for ask in derived.asked)
    return Summary(
        subjects=len(derived.subjects), forms=what.forms, raters=what.raters,
        forms_by_group=[(str(group.label), by_group[group]) for group in planning.ORDER if by_group[group]],
        minutes_each=[(str(group.label), minutes(cycle).get(group, 0)) for group in planning.ORDER if by_group[group]],
        median_minutes=each[len(each) // 2] if each else 0, most_minutes=each[-1] if each else 0,
        heavy=[Heavy(people[r], n, what.minutes_of[r]) for r, n in what.heavy[:SHOWN]], heavy_total=len(what.heavy),
        short=[Short(subjects[s.subject], str(RaterGroup(s.group).label), s.invited, s.is_merged) for s in what.shortfalls[:SHOWN]],
        short_total=len(what.shortfalls), without_lead=[subjects[key] for key in what.without_lead[:SHOWN]],
        obstacles=obstacles(cycle, at, has_subjects=bool(derived.subjects)), readers=readers_in_words(cycle),
    )


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
    return found
