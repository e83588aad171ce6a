"""Telling people: a notice in the inbox and a mail in the outbox."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from azimuth.notifications.models import Mail, Notice
from azimuth.people.models import Person


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


def tell(messages: Iterable[Message], *, on: date) -> None:
    """Put the messages into inboxes and outbox, set-based; a person is told one key once, ever."""
    messages = list(messages)
    Notice.objects.bulk_create(
        [
            Notice(person=m.person, key=m.key, kind=m.kind, title=m.title, text=m.text, url=m.url, told_on=on, due_on=m.due_on, minutes=m.minutes)
            for m in messages
        ],
        ignore_conflicts=True,
    )
    Mail.objects.bulk_create(
        [
            Mail(key=f"{m.key}:{m.person.pk}", person=m.person, to=m.person.email, subject=m.title, text=m.text, message_id=f"<{uuid.uuid4()}@azimuth>", created_on=on)
            for m in messages
            if m.mail and m.person.email
        ],
        ignore_conflicts=True,
    )


def settle(person: Person, key: str, *, on: date) -> None:
    """Take a notice off the home page: it is done."""
    Notice.objects.filter(person=person, key=key, done_on=None).update(done_on=on)
