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
from django.db.models import Q

from azimuth.audit import actions as audit
from azimuth.jobs.actions import nudge
from azimuth.kit import rows
from azimuth.notifications.models import Mail, MailChoice, Notice
from azimuth.notifications.policies import can_choose, can_retry, can_settle
from azimuth.people.models import Person

SEND = "notifications.send"


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
    rows.insert([_notice(message, on) for message in fresh])
    by_person: dict[uuid.UUID, list[Message]] = defaultdict(list)
    for message in fresh:
        if message.mail and message.person.email:
            by_person[message.person.pk].append(message)
    mails = [_mail(sorted(group, key=lambda message: message.key), on) for group in by_person.values()]
    rows.insert(mails)
    if mails:
        send_soon()


@dataclass(frozen=True, slots=True)
class Reminder:
    """What still waits for one person on one of their days: how many things, where, until when, about how many minutes.

    `is_last`: none follows before something is over, so it comes also to somebody who wanted to be left alone for a while.
    """

    person: Person
    day: date
    things: int
    url: str
    due_at: datetime
    minutes: int
    is_last: bool


@transaction.atomic
def remind(reminders: Iterable[Reminder], *, on: date) -> None:
    """Put a digest for each person into the outbox, set-based; one a person and day, however often it is said.

    Whoever said no to reminders, or not before a later day, gets none. A digest takes the place of an older one that still waits.
    """
    found = list(reminders)
    choices = MailChoice.objects.in_bulk([reminder.person.pk for reminder in found])
    due = [reminder for reminder in found if reminder.person.email and _may_come(reminder, choices.get(reminder.person.pk))]
    for day in {reminder.day for reminder in due}:
        people = [reminder.person.pk for reminder in due if reminder.day == day]
        Mail.objects.filter(person__in=people, state=Mail.State.WAITING, digest_on__lt=day).delete()
    rows.insert([_digest(reminder, on) for reminder in due])
    woken = [reminder.person.pk for reminder in due if reminder.person.pk in choices]
    MailChoice.objects.filter(person__in=woken).update(snoozed_until=None)
    if due:
        send_soon()


def _may_come(reminder: Reminder, choice: MailChoice | None) -> bool:
    if choice is None:
        return True
    is_snoozed = choice.snoozed_until is not None and choice.snoozed_until > reminder.day
    return choice.no_reminders_since is None and (reminder.is_last or not is_snoozed)


def _digest(reminder: Reminder, on: date) -> Mail:
    return Mail(
        key=f"digest:{reminder.day.isoformat()}:{reminder.person.pk}", person=reminder.person, to=reminder.person.email or "", things=reminder.things,
        url=reminder.url, due_at=reminder.due_at, minutes=reminder.minutes or None, digest_on=reminder.day, message_id=message_id(), created_on=on,
    )


def choose_reminders(person: Person, *, wanted: bool, by: Person, on: date) -> None:
    """Remind somebody by mail, or not any more. What waits stays on their home page, and invitations still come.

    Nothing is recorded: only people with open forms are reminded, so the hour would tell that one still has some.
    """
    can_choose(by, person).enforce()
    since = None if wanted else on
    MailChoice.objects.update_or_create(person=person, defaults={"no_reminders_since": since, "snoozed_until": None})


def snooze(person: Person, *, until: date, by: Person) -> None:
    """Do not remind somebody before a day of theirs; the last reminder before something is over comes in any case. Recorded nowhere, as above."""
    can_choose(by, person).enforce()
    MailChoice.objects.update_or_create(person=person, defaults={"snoozed_until": until})


def send_soon() -> None:
    """Wake the worker once this transaction is committed; should that fail, the sweep of the minute sends."""
    transaction.on_commit(lambda: nudge(SEND), robust=True)


def settle(people: Person | Iterable[uuid.UUID], key: str, *, on: date) -> None:
    """Take what was told under a key, or a key that goes on from it ("key:..."), off the home page of one person or some: it is done."""
    whose = {"person": people} if isinstance(people, Person) else {"person__in": list(people)}
    Notice.objects.under(key).filter(**whose, done_on=None).update(done_on=on)


def settle_all(key: str, *, on: date) -> None:
    """Take what was told under a key off everybody's home page."""
    Notice.objects.under(key).filter(done_on=None).update(done_on=on)


def move_due(key: str, *, due_on: date) -> None:
    """What was told under a key is due on another day; nobody is told anew."""
    Notice.objects.under(key).update(due_on=due_on)


def take_back(key: str) -> None:
    """Delete what was told under a key from all inboxes: it is no longer so, and whose was done earlier could tell who answered."""
    Notice.objects.under(key).delete()


def mark_done(notice: Notice, *, by: Person, on: date) -> None:
    """The person says it is done."""
    can_settle(by, notice).enforce()
    settle(by, notice.key, on=on)


def forget_old(*, before: datetime, digests_before: date) -> int:
    """Delete mails that no longer wait and were queued before this moment, and reminders of days before this one; returns how many.

    Reminders are kept shortly: on which days somebody got one tells when they were done.
    """
    over = Mail.objects.exclude(state=Mail.State.WAITING)
    return over.filter(Q(queued_at__lt=before) | Q(digest_on__lt=digests_before)).delete()[0]


@transaction.atomic
def retry(mails: Iterable[uuid.UUID] | None, *, by: Person, at: datetime) -> int:
    """Try mails again that were given up (those named, or all); returns how many. Mails with words of their own are not: the words are gone."""
    can_retry(by).enforce()
    again = Mail.objects.given_up() if mails is None else Mail.objects.given_up().filter(pk__in=list(mails))
    number = again.update(state=Mail.State.WAITING, attempts=0, next_try_at=at, error="", created_on=at.date())
    if number:
        audit.record("notifications.retry", None, by=by, at=at, mails=number)
        send_soon()
    return number


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
    letters = [
        Mail(
            key=f"own:{uuid.uuid4()}", to=mail.to, subject=mail.subject[:200], text=mail.text, language=mail.language, message_id=message_id(), created_on=on,
        )
        for mail in mails
    ]
    rows.insert(letters)
    if letters:
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
