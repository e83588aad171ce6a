"""Answers about mail: does it leave, and how much of it waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Min
from django.db.models.functions import Coalesce

from azimuth.notifications.models import Mail, MailChoice
from azimuth.people.models import Person

PATIENCE = timedelta(minutes=15)  # a mail that should have left so long ago is a fault
RECENT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Mail does not leave: since when, how many wait, what the server said; without a server set, nothing was said."""

    since: datetime
    waiting: int
    said: str
    has_server: bool


@dataclass(frozen=True, slots=True)
class Outbox:
    """How much waits now, and what became of the mails of the last days; reminders left out."""

    waiting: int
    sent: int
    failed: int
    may_be_tried_again: int
    trouble: Trouble | None


def trouble(at: datetime) -> Trouble | None:
    """Whether mail that should have left has not; None when all is well. What rests over night, and the demo, are well. One query."""
    if settings.DEMO:
        return None
    late = Mail.objects.overdue(at - PATIENCE)
    found = late.aggregate(since=Min(Coalesce("next_try_at", "queued_at")), waiting=Count("pk"))
    if not found["waiting"]:
        return None
    said = late.exclude(error="").order_by("-queued_at").values_list("error", flat=True).first()
    return Trouble(found["since"], found["waiting"], said or "", bool(settings.SMTP_URL))


def outbox(at: datetime) -> Outbox:
    """How much waits, went out and failed within a week."""
    mails = Mail.objects.filter(digest_on=None, created_on__gte=(at - RECENT).date())
    by_state = dict(mails.order_by().values_list("state").annotate(n=Count("pk")))
    return Outbox(
        waiting=Mail.objects.filter(digest_on=None, state=Mail.State.WAITING).count(), sent=by_state.get(Mail.State.SENT, 0), failed=by_state.get(Mail.State.FAILED, 0),
        may_be_tried_again=Mail.objects.given_up().count(), trouble=trouble(at),
    )


def choice_of(person: Person) -> MailChoice:
    """How somebody wants to be reminded; by mail, when nothing was chosen."""
    return MailChoice.objects.filter(person=person).first() or MailChoice(person=person)
