"""Sends what waits in the outbox: claims some mails, hands each to the server, writes down how it went, one by one.

A claim is a lock of this session: a worker killed at any point gives it back with its connection, and the mails still wait.
Nothing is lost, and at most the one mail between the server's yes and our note of it goes out again, with the same Message-ID.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Protocol
from uuid import UUID

from django.db import connection, transaction

from azimuth.notifications.composing import envelope
from azimuth.notifications.models import Mail
from azimuth.notifications.quiet import quiet, zone_of
from azimuth.notifications.smtp import Postponed, Rejected, Unreachable

logger = logging.getLogger(__name__)

BATCH = 100
TRIES = 12
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)
STALE_AFTER = timedelta(days=7)  # a mail that waited so long says nothing true any more
DIGEST_STALE_AFTER = timedelta(days=1)

_TAKE = "select id from unnest(%s::uuid[]) as id where pg_try_advisory_lock(hashtextextended('mail:' || id, 0))"
_LET_GO = "select pg_advisory_unlock(hashtextextended('mail:' || id, 0)) from unnest(%s::uuid[]) as id"


class Carrier(Protocol):
    """Whatever takes a mail away: smtp.Post."""

    def send(self, message: EmailMessage) -> None:
        """Hand one mail over, or raise Unreachable, Postponed or Rejected."""
        ...


def send_batch(carrier: Carrier, *, at: datetime, step: Callable[[], object] = lambda: None) -> int:
    """Send the oldest mails that are due and that no other worker holds; returns how many were seen to, 0 when nothing is left.

    `step()` is called after each. Raises Unreachable, leaving what was not sent as it was, when the server cannot be spoken to.
    """
    with _claimed(at) as mails:
        left = _rest_in_quiet(mails, at)
        for number, mail in enumerate(left):
            try:
                _send(mail, carrier, at)
            except Unreachable as error:
                Mail.objects.filter(pk__in=[one.pk for one in left[number:]]).update(error=str(error)[:300])
                raise
            step()
    return len(mails)


@contextmanager
def without_waiting_for_the_disk() -> Iterator[None]:
    """Notes of what was sent need not be on the disk at once: should the database server die, a few mails go out twice, none is lost."""
    with connection.cursor() as cursor:
        cursor.execute("set synchronous_commit = off")
        try:
            yield
        finally:
            cursor.execute("reset synchronous_commit")


@contextmanager
def _claimed(at: datetime) -> Iterator[Sequence[Mail]]:
    """Rows are locked for as long as it takes to take the session's locks; so no worker takes a mail another has just sent."""
    with transaction.atomic():
        due = Mail.objects.due(at).select_for_update(skip_locked=True, of=("self",)).select_related("person")
        found = list(due.defer("person__search", "person__search_text", "person__attributes")[:BATCH])
        taken = _ask(_TAKE, [mail.pk for mail in found]) if found else set()
    try:
        yield [mail for mail in found if mail.pk in taken]
    finally:
        if taken:
            _ask(_LET_GO, list(taken))


def _ask(query: str, keys: list[UUID]) -> set[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(query, [keys])
        return {row[0] for row in cursor.fetchall()}


def _rest_in_quiet(mails: Sequence[Mail], at: datetime) -> list[Mail]:
    """Let mails rest for whose people it is quiet now, until it no longer is; returns the others. Sign-in codes go at any hour."""
    hours, resting, left = quiet(), defaultdict(list), []
    for mail in mails:
        over = hours.over(at, zone_of(mail.person.time_zone)) if mail.person and not mail.has_own_words else at
        if over > at:
            resting[over].append(mail.pk)
        else:
            left.append(mail)
    for over, keys in resting.items():
        Mail.objects.filter(pk__in=keys).update(next_try_at=over)
    return left


def _send(mail: Mail, carrier: Carrier, at: datetime) -> None:
    if _is_stale(mail, at):
        _give_up(mail, "It waited too long.")
        return
    try:
        carrier.send(envelope(mail, at=at))
    except Postponed as error:
        _postpone(mail, str(error), at)
    except (Rejected, ValueError) as error:
        _give_up(mail, str(error))
    else:  # a mail with words of its own (a code, a link) is emptied: what was sent is no secret to keep
        Mail.objects.filter(pk=mail.pk).update(state=Mail.State.SENT, sent_on=at.date(), error="", text="")


def _is_stale(mail: Mail, at: datetime) -> bool:
    if mail.digest_on is None:
        return at.date() - mail.created_on > STALE_AFTER
    return at.date() - mail.digest_on > DIGEST_STALE_AFTER or (mail.due_at is not None and mail.due_at <= at)


def _postpone(mail: Mail, error: str, at: datetime) -> None:
    mail.attempts += 1
    if mail.attempts >= TRIES:
        _give_up(mail, error)
        return
    later = at + min(FIRST_PAUSE * 2 ** (mail.attempts - 1), LONGEST_PAUSE)
    Mail.objects.filter(pk=mail.pk).update(attempts=mail.attempts, error=error[:300], next_try_at=later)


def _give_up(mail: Mail, error: str) -> None:
    logger.warning("A mail was given up: %s", error)
    Mail.objects.filter(pk=mail.pk).update(state=Mail.State.FAILED, error=error[:300], attempts=mail.attempts, text="")
