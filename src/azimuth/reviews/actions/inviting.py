"""Raters are told that they are asked: people inside by a notice and a mail for all their forms, people outside by a mail with a link."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from azimuth.notifications import actions as notifications
from azimuth.notifications.models import Mail, Notice
from azimuth.people.actions import accounts
from azimuth.people.models import Person
from azimuth.reviews.actions.links import send_links
from azimuth.reviews.models import Assignment, ExternalRater, ReviewCycle


def invite(cycle: ReviewCycle, *, at: datetime) -> int:
    """Tell every rater of an open cycle once: one mail for all their subjects, in their language. Returns how many."""
    if cycle.closes_at is None:
        return 0
    asked = Assignment.objects.asked().filter(subject__cycle=cycle)
    raters = Person.objects.filter(pk__in=asked.filter(external=None).values("rater_id")).order_by("pk")
    outside = ExternalRater.objects.filter(pk__in=asked.filter(rater=None).values("external_id"), links=None)
    accounts.open_for(raters, at=at)  # who is asked can sign in: by a mailed code, without having been invited before
    notifications.tell([_invitation(cycle, rater) for rater in raters], on=at.date())
    written = send_links(outside, at=at)
    ReviewCycle.objects.filter(pk=cycle.pk).update(invited_on=at.date())
    return len(raters) + written


def invite_more(cycle: ReviewCycle, *, raters: Iterable[UUID] = (), outside: Iterable[UUID] = (), at: datetime) -> None:
    """Tell raters who came later, or who are asked about one subject more. Everybody is told anew, whether or not they had
    finished before: who gets a second mail must not say who had answered."""
    people = Person.objects.filter(pk__in=list(raters)).order_by("pk")
    accounts.open_for(people, at=at)
    key = invitation_key(cycle)
    Notice.objects.filter(person__in=people, key=key).delete()
    Mail.objects.filter(key__in=[f"{key}:{person.pk}" for person in people]).delete()
    notifications.tell([_invitation(cycle, person) for person in people], on=at.date())
    send_links(ExternalRater.objects.filter(pk__in=list(outside)), at=at)


def settle_if_done(rater: Person, cycle_id: UUID, *, at: datetime) -> None:
    """Take the invitation off somebody's list when no form of theirs is open any more."""
    if not Assignment.objects.of(rater).filter(subject__cycle=cycle_id).unsubmitted().exists():
        notifications.settle(rater, f"reviews.invite:{cycle_id}", on=at.date())


def invitation_key(cycle: ReviewCycle) -> str:
    """The key under which raters are told."""
    return f"reviews.invite:{cycle.pk}"


def _invitation(cycle: ReviewCycle, rater: Person) -> notifications.Message:
    closes = cycle.closes_at.astimezone(ZoneInfo(rater.time_zone or cycle.time_zone)) if cycle.closes_at else None
    with translation.override(rater.language or "en"):
        return notifications.Message(
            person=rater, key=invitation_key(cycle), kind="reviews",
            title=_("Your feedback is asked for: %(cycle)s") % {"cycle": cycle.name},
            text=_("Colleagues would like your view. The forms are open until %(day)s.") % {"day": date_format(closes, "j F Y, H:i") if closes else ""},
            url="/reviews/", due_on=closes.date() if closes else None,
        )
