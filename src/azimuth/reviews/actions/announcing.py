"""What raters and subjects are told while a cycle runs. Never to whom it mattered: everybody concerned is told alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.translation import gettext as _

from azimuth.kit import days
from azimuth.notifications import actions as notifications
from azimuth.notifications.quiet import zone_of
from azimuth.people.models import Person
from azimuth.reviews.models import Assignment, ReviewCycle, Subject

Words = Callable[[ZoneInfo], tuple[str, str]]  # title and text, in the active language and by the clock of this zone


def invitation_key(cycle: UUID) -> str:
    """The key under which raters are told that they are asked; later invitations go on from it."""
    return f"reviews.invite:{cycle}"


def move_invitations(cycle: ReviewCycle, until: datetime) -> None:
    """Invitations are due later; nobody is told by mail: the next reminder says the new day."""
    due_on = (until - timedelta(minutes=1)).astimezone(zone_of(cycle.time_zone)).date()
    notifications.move_due(invitation_key(cycle.pk), due_on=due_on)


def more_time_key(cycle: UUID) -> str:
    """The key under which raters are told of a later deadline of their own."""
    return f"reviews.more_time:{cycle}"


def more_time(cycle: ReviewCycle, people: Iterable[UUID], until: datetime, *, at: datetime) -> None:
    """Raters with a later deadline of their own; those who have finished too, who may still change their answers."""

    def words(zone: ZoneInfo) -> tuple[str, str]:
        return _("You have more time: %(cycle)s") % {"cycle": cycle.name}, _("You can answer, or change what you answered, until %(day)s.") % {
            "day": until_in_words(until, zone)
        }

    raters = Person.objects.filter(pk__in=list(people)).order_by("pk")
    tell(raters, f"{more_time_key(cycle.pk)}:{until.isoformat(timespec='minutes')}", words, at=at, due_at=until)


def not_asked_any_more(subject: Subject, people: Iterable[UUID], *, at: datetime) -> None:
    """Raters who are no longer asked about somebody: a notice, no mail. For who has nothing else left, the invitation is done."""
    cycle, keys = subject.cycle, list(people)

    def words(zone: ZoneInfo) -> tuple[str, str]:
        return _("You are no longer asked about %(name)s") % {"name": subject.person.name}, _(
            "In “%(cycle)s”. If you had begun to write, it is destroyed unread."
        ) % {"cycle": cycle.name}

    raters = Person.objects.filter(pk__in=keys).order_by("pk")
    tell(raters, f"reviews.not_asked:{subject.pk}:{at.date()}", words, at=at, mail=False)
    settle_done(cycle.pk, keys, at=at)


def taken_out(subject: Subject, *, at: datetime) -> None:
    """A subject about whom no more feedback is gathered: a notice, no mail."""

    def words(zone: ZoneInfo) -> tuple[str, str]:
        return _("No more feedback is gathered about you: %(cycle)s") % {"cycle": subject.cycle.name}, _(
            "What colleagues had written is destroyed unread. You will get no report from this round."
        )

    tell([subject.person], f"reviews.taken_out:{subject.pk}:{at.date()}", words, at=at, mail=False)


def cancelled(cycle: ReviewCycle, people: Iterable[UUID], *, at: datetime) -> None:
    """Raters and subjects of a cycle that was called off."""

    def words(zone: ZoneInfo) -> tuple[str, str]:
        return _("Cancelled: %(cycle)s") % {"cycle": cycle.name}, _("Nothing is asked of you there any more, and there will be no reports. What was written is destroyed unread.")

    concerned = Person.objects.filter(pk__in=list(people)).order_by("pk")
    tell(concerned, f"reviews.cancelled:{cycle.pk}", words, at=at)


def settle_done(cycle: UUID, people: Iterable[UUID], *, at: datetime) -> None:
    """Take what asks to answer off the home page of those of these raters who have no open form left in a cycle."""
    keys = set(people)
    waiting = Assignment.objects.asked().filter(subject__cycle=cycle, rater__in=keys).unsubmitted()
    done = keys - set(waiting.values_list("rater_id", flat=True))
    for key in (invitation_key(cycle), more_time_key(cycle)):
        notifications.settle(done, key, on=at.date())


def until_in_words(moment: datetime | None, zone: ZoneInfo) -> str:
    """A deadline by the clock of this zone, with its name; nothing where there is none."""
    return days.deadline(moment, zone) if moment else ""


def tell(
    people: Iterable[Person], key: str, words: Words, *, at: datetime, due_at: datetime | None = None, mail: bool = True,
) -> None:
    """Tell these people, each in their language and zone; put into words once for all who share both."""

    @cache
    def said(language: str, zone: ZoneInfo) -> dict[str, Any]:
        with translation.override(language):
            title, text = words(zone)
        return {"title": title, "text": text, "due_on": (due_at - timedelta(minutes=1)).astimezone(zone).date() if due_at else None}

    messages = (
        notifications.Message(person=person, key=key, kind="reviews", url="/reviews/", mail=mail, **said(person.language or "en", zone_of(person.time_zone)))
        for person in people
    )
    notifications.tell(messages, on=at.date())
