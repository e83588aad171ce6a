"""Telling people: a notice in the inbox and a mail in the outbox."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from azimuth.jobs.actions import nudge
from azimuth.notifications.models import Mail, Notice
from azimuth.notifications.policies import can_settle
from azimuth.people.models import Person

SEND = "notifications.send"
BATCH = 2000


@dataclass(frozen=True, slots=True)
class Message:
    """What one person is told. `url` is a path on this site; a mail says that something waits, never what it says."""

    person: Person
    key: str
    kind: str
    title: str
    text: str
    url: str
    due_on: date | None = None
    minutes: int | None = None
    mail: bool = True


@transaction.atomic
def tell(messages: Iterable[Message], *, on: date) -> None:
    """Put the messages into inboxes and outbox, set-based; a person is told one key once, ever.

    However many messages one call holds for a person, they get one mail. Mails leave after the commit.
    """
    fresh = _not_told_yet(list(messages))
    Notice.objects.bulk_create([_notice(message, on) for message in fresh], batch_size=BATCH, ignore_conflicts=True)
    by_person: dict[uuid.UUID, list[Message]] = defaultdict(list)
    for message in fresh:
        if message.mail and message.person.email:
            by_person[message.person.pk].append(message)
    mails = [_mail(sorted(group, key=lambda message: message.key), on) for group in by_person.values()]
    Mail.objects.bulk_create(mails, batch_size=BATCH, ignore_conflicts=True)
    if mails:
        send_soon()


def send_soon() -> None:
    """Wake the worker once this transaction is committed; should that fail, the sweep of the minute sends."""
    transaction.on_commit(lambda: nudge(SEND), robust=True)


def settle(person: Person, key: str, *, on: date) -> None:
    """Take a notice off the home page: it is done."""
    Notice.objects.filter(person=person, key=key, done_on=None).update(done_on=on)


def settle_all(key: str, *, on: date) -> None:
    """Take a notice off everybody's home page."""
    Notice.objects.filter(key=key, done_on=None).update(done_on=on)


@transaction.atomic
def forget(key: str) -> None:
    """Leave no trace of what was told under a key: which day somebody was done, or was reminded, can tell who answered."""
    Notice.objects.filter(key=key).delete()
    Mail.objects.filter(key__startswith=f"{key}:").delete()


def mark_done(notice: Notice, *, by: Person, on: date) -> None:
    """The person says it is done."""
    can_settle(by, notice).enforce()
    settle(by, notice.key, on=on)


def forget_old(*, before: datetime) -> int:
    """Delete mails that no longer wait and were queued before this moment; returns how many."""
    return Mail.objects.exclude(state=Mail.State.WAITING).filter(queued_at__lt=before).delete()[0]


def queue(*, to: str, subject: str, text: str, on: date, person: Person | None = None) -> Mail:
    """Put a mail with words of its own into the outbox: a sign-in code, a link to a new password."""
    mail = Mail.objects.create(
        key=f"own:{uuid.uuid4()}", person=person or Person.objects.filter(email__iexact=to).first(), to=to, subject=subject[:200],
        text=text, message_id=message_id(), created_on=on,
    )
    send_soon()
    return mail


@dataclass(frozen=True, slots=True)
class OwnMail:
    """A mail with words of its own to somebody who need not be a person here, in a language."""

    to: str
    subject: str
    text: str
    language: str


@transaction.atomic
def queue_all(mails: Iterable[OwnMail], *, on: date) -> None:
    """Put mails with words of their own into the outbox, set-based; they leave after the commit."""
    rows = [
        Mail(
            key=f"own:{uuid.uuid4()}", to=mail.to, subject=mail.subject[:200], text=mail.text, language=mail.language, message_id=message_id(), created_on=on,
        )
        for mail in mails
    ]
    Mail.objects.bulk_create(rows, batch_size=BATCH)
    if rows:
        send_soon()


def message_id() -> str:
    """A new Message-ID of this site; it stays with its mail through all tries."""
    return f"<{uuid.uuid4()}@{urlsplit(settings.PUBLIC_URL).hostname or 'azimuth'}>"


def _not_told_yet(messages: list[Message]) -> list[Message]:
    keys = {message.key for message in messages}
    told = set(Notice.objects.filter(key__in=keys).values_list("person_id", "key")) if messages else set()
    seen: dict[tuple[uuid.UUID, str], Message] = {}
    for message in messages:
        seen.setdefault((message.person.pk, message.key), message)
    return [message for place, message in seen.items() if place not in told]


def _notice(message: Message, on: date) -> Notice:
    return Notice(
        person=message.person, key=message.key, kind=message.kind, title=message.title[:200], text=message.text[:500], url=message.url,
        told_on=on, due_on=message.due_on, minutes=message.minutes,
    )


def _mail(group: list[Message], on: date) -> Mail:
    first = group[0]
    return Mail(
        key=f"{first.key}:{first.person.pk}", person=first.person, to=first.person.email or "", things=len(group),
        url=first.url if len(group) == 1 else "/", due_on=min((message.due_on for message in group if message.due_on), default=None),
        minutes=sum(message.minutes or 0 for message in group) or None, message_id=message_id(), created_on=on,
    )
