"""Raters are told that they are asked: people inside by a notice and a mail for all their forms, people outside by a mail with a link."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from azimuth.people.actions import accounts
from azimuth.people.models import Person, PersonQuerySet
from azimuth.reviews.actions.announcing import invitation_key, tell, until_in_words
from azimuth.reviews.actions.links import send_links
from azimuth.reviews.models import Assignment, ExternalRater, ReviewCycle


def invite(cycle: ReviewCycle, *, at: datetime) -> int:
    """Tell every rater of an open cycle once: one mail for all their subjects, in their language. Returns how many."""
    if cycle.closes_at is None:
        return 0
    asked = Assignment.objects.asked().filter(subject__cycle=cycle)
    raters = Person.objects.filter(pk__in=asked.filter(external=None).values("rater_id")).order_by("pk")
    outside = ExternalRater.objects.filter(pk__in=asked.filter(rater=None).values("external_id"), links=None)
    _ask_to_answer(cycle, raters, invitation_key(cycle.pk), at=at)
    written = send_links(outside, at=at)
    ReviewCycle.objects.filter(pk=cycle.pk).update(invited_on=at.date())
    return len(raters) + written


def invite_too(cycle: ReviewCycle, *, raters: Iterable[UUID] = (), outside: Iterable[UUID] = (), at: datetime) -> None:
    """Tell raters who came later, or who are asked about one subject more: one mail a day however many forms.

    Everybody is told anew, whether or not they had finished before: who gets a second mail must not say who had answered.
    """
    _ask_to_answer(cycle, Person.objects.filter(pk__in=list(raters)).order_by("pk"), f"{invitation_key(cycle.pk)}:{at.date()}", at=at)
    send_links(ExternalRater.objects.filter(pk__in=list(outside)), at=at)


def _ask_to_answer(cycle: ReviewCycle, raters: PersonQuerySet, key: str, *, at: datetime) -> None:
    accounts.open_for(raters, at=at)  # who is asked can sign in: by a mailed code, without having been invited before

    def words(zone: ZoneInfo) -> tuple[str, str]:
        return _("Your feedback is asked for: %(cycle)s") % {"cycle": cycle.name}, _("Colleagues would like your view. The forms are open until %(day)s.") % {
            "day": until_in_words(cycle.closes_at, zone)
        }

    tell(raters, key, words, at=at, due_at=cycle.closes_at)
