"""Whom to remind now. One digest a person, for all their forms in all cycles; whoever is done is not among them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce, Greatest

from azimuth.notifications.actions import Reminder
from azimuth.notifications.models import Mail, MailChoice
from azimuth.notifications.quiet import quiet, zone_of
from azimuth.people.models import Person
from azimuth.reviews import schedule
from azimuth.reviews.models import (
    Assignment,
    ExternalRater,
    Nudge,
    RaterLink,
    ReviewCycle,
    Subject,
)
from azimuth.reviews.queries.rating import minutes
from azimuth.reviews.states import AssignmentState, CycleState

Deadline = tuple[UUID, datetime, str]  # cycle, until when, name of the rater's zone
URL = "/reviews/"
NUDGED_AGAIN_AFTER = timedelta(days=3)
NEVER = datetime.max.replace(tzinfo=UTC)


class _Forms(NamedTuple):
    """Open forms of one rater that are alike in cycle, group and deadline."""

    rater: UUID
    zone: str
    cycle: UUID
    group: str
    deadline: datetime
    number: int


@dataclass(slots=True)
class _Waiting:
    """All that waits for one rater; `day` is the day a reminder is for, where one is due."""

    things: int = 0
    minutes: int = 0
    due_at: datetime = NEVER
    day: date | None = None
    is_last: bool = False

    def add(self, forms: _Forms, minutes_each: int, moment: schedule.Moment | None) -> None:
        """Some more forms, and the reminder that is due for them."""
        self.things += forms.number
        self.minutes += forms.number * minutes_each
        self.due_at = min(self.due_at, forms.deadline)
        if moment:
            self.day, self.is_last = max(self.day or moment.day, moment.day), self.is_last or moment.is_last


def nudged_lately(subject: Subject, on: date) -> dict[UUID, date]:
    """Raters of a subject who were nudged within three days, and when; noted whether or not they have answered."""
    rows = Nudge.objects.filter(person__in=Assignment.objects.filter(subject=subject).values("rater"), nudged_on__gt=on - NUDGED_AGAIN_AFTER)
    return dict(rows.values_list("person_id", "nudged_on"))


def nudged(at: datetime) -> list[UUID]:
    """People HR has nudged and for whom it is not quiet now, whether or not they still have forms."""
    hours = quiet()
    rows = Nudge.objects.filter(is_pending=True).values_list("person_id", "person__time_zone")
    return [person for person, zone in rows if not hours.holds(at.astimezone(zone_of(zone)))]


def reminders_due(at: datetime, nudged: Iterable[UUID] = ()) -> list[Reminder]:
    """What is to be said now: where the days of a cycle have come, where a wish for peace has ended, and to those nudged.

    Costs little while nothing is due: the forms themselves are only looked at for zones and people that may be reminded.
    """
    cycles = {cycle.pk: cycle for cycle in _running(at)}
    if not cycles:
        return []
    scheduled = _scheduled(cycles.values(), at)
    singled_out = _today_for([*nudged, *_woken(at)], at)
    found: dict[UUID, _Waiting] = defaultdict(_Waiting)
    for forms in _open_forms(at, {zone for _cycle, _deadline, zone in scheduled}, singled_out):
        moment = scheduled.get((forms.cycle, forms.deadline, forms.zone))
        found[forms.rater].add(forms, minutes(cycles[forms.cycle]).get(forms.group, 0), moment)
    for person, today in singled_out.items():
        if waiting := found.get(person):
            waiting.day = max(waiting.day or today, today)
    return list(_not_yet_sent(found, at))


def outside_due(at: datetime) -> list[ExternalRater]:
    """Raters from outside whose reminder has come, by the clock of their cycle, and who were sent no link on that day or since.

    Whether or not they have answered: whoever mails them a link looks for forms that wait.
    """
    found: list[ExternalRater] = []
    hours = quiet()
    for cycle in _running(at):
        for deadline in _deadlines(cycle):
            moment = schedule.due(
                at, closes_at=deadline, days=cycle.reminders, zone=zone_of(cycle.time_zone), quiet=hours, invited_on=cycle.invited_on or at.date(),
            )
            if moment:
                own = Q(until=deadline) if deadline != cycle.closes_at else Q(until=None) | Q(until__lte=deadline)
                asked = Assignment.objects.asked().filter(own, subject__cycle=cycle, rater=None)
                lately = RaterLink.objects.filter(made_on__gte=moment.day)
                found += ExternalRater.objects.filter(pk__in=asked.values("external")).exclude(pk__in=lately.values("external"))
    return found


def _running(at: datetime) -> QuerySet[ReviewCycle]:
    """Cycles that take answers and whose raters were told."""
    return ReviewCycle.objects.filter(state=CycleState.OPEN, opens_at__lte=at, box__closes_at__gt=at).exclude(invited_on=None)


def _scheduled(cycles: Collection[ReviewCycle], at: datetime) -> dict[Deadline, schedule.Moment]:
    """The reminder due now for each deadline of each cycle in each zone somebody lives in."""
    hours, found = quiet(), {}
    zones = list(Person.objects.order_by().values_list("time_zone", flat=True).distinct())
    for cycle, deadline in ((one, until) for one in cycles for until in _deadlines(one)):
        for zone in zones:
            moment = schedule.due(
                at, closes_at=deadline, days=cycle.reminders, zone=zone_of(zone), quiet=hours, invited_on=cycle.invited_on or at.date(),
            )
            if moment:
                found[cycle.pk, deadline, zone] = moment
    return found


def _deadlines(cycle: ReviewCycle) -> set[datetime]:
    """The cycle's own, and those of raters with more time."""
    later = Assignment.objects.asked().filter(subject__cycle=cycle, until__gt=cycle.closes_at).order_by().values_list("until", flat=True).distinct()
    return {deadline for deadline in (cycle.closes_at, *later) if deadline}


def _woken(at: datetime) -> list[UUID]:
    """People whose wish for peace ends today, by the clock on their wall."""
    lately = (at.date() - schedule.LATE, at.date() + timedelta(days=1))
    rows = MailChoice.objects.filter(snoozed_until__range=lately, no_reminders_since=None)
    return [
        person for person, until, zone in rows.values_list("person_id", "snoozed_until", "person__time_zone")
        if until and until <= at.astimezone(zone_of(zone)).date()
    ]


def _today_for(people: Collection[UUID], at: datetime) -> dict[UUID, date]:
    """The day it is for each of these people, leaving out those for whom it is quiet now."""
    if not people:
        return {}
    hours = quiet()
    clocks = {person: at.astimezone(zone_of(zone)) for person, zone in Person.objects.filter(pk__in=people).values_list("pk", "time_zone")}
    return {person: clock.date() for person, clock in clocks.items() if not hours.holds(clock)}


def _open_forms(at: datetime, zones: Collection[str], people: Collection[UUID]) -> Iterator[_Forms]:
    """Forms not submitted yet of people inside who live in these zones, or are these people."""
    if not zones and not people:
        return
    raters = Person.objects.present(at.date()).exclude(email=None).filter(Q(time_zone__in=zones) | Q(pk__in=people))
    rows = Assignment.objects.answerable(at).exclude(state=AssignmentState.SUBMITTED).filter(rater__in=raters).order_by()
    closes = F("subject__cycle__closes_at")
    alike = rows.annotate(deadline=Greatest(closes, Coalesce("until", closes))).values_list(
        "rater_id", "rater__time_zone", "subject__cycle_id", "group", "deadline"
    )
    for row in alike.annotate(number=Count("pk")):  # whole: for a cursor the database would choose a slow plan that begins quickly
        yield _Forms(*row)


def _not_yet_sent(found: Mapping[UUID, _Waiting], at: datetime) -> Iterator[Reminder]:
    """As reminders, without people who were reminded on that day or later."""
    due = {person: (waiting, waiting.day) for person, waiting in found.items() if waiting.day}
    recent = at.date() - schedule.LATE - timedelta(days=1)
    for person, day in Mail.objects.filter(digest_on__gte=recent).values_list("person_id", "digest_on"):
        if person in due and day and day >= due[person][1]:
            del due[person]
    for key, rater in Person.objects.only("pk", "email").in_bulk(due).items():
        waiting, on = due[key]
        yield Reminder(
            person=rater, day=on, things=waiting.things, url=URL, due_at=waiting.due_at, minutes=waiting.minutes, is_last=waiting.is_last,
        )
