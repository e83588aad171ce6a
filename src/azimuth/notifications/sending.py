"""Sends what waits in the outbox: claims one mail, hands it to the server, writes down how it went, in one transaction.

A worker killed before the commit leaves the mail waiting: nothing is lost, and a second copy carries the same Message-ID.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Protocol

from django.db import transaction

from azimuth.notifications.composing import envelope
from azimuth.notifications.models import Mail
from azimuth.notifications.smtp import Postponed, Rejected, Unreachable

logger = logging.getLogger(__name__)

TRIES = 12
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)
STALE_AFTER = timedelta(days=7)  # a mail that waited so long says nothing true any more


class Carrier(Protocol):
    """Whatever takes a mail away: smtp.Post."""

    def send(self, message: EmailMessage) -> None:
        """Hand one mail over, or raise Unreachable, Postponed or Rejected."""
        ...


@transaction.atomic
def send_next(carrier: Carrier, *, at: datetime) -> bool:
    """Send the oldest mail that is due and that no other worker holds; False when there is none.

    Raises Unreachable, leaving the mail as it was, when the server cannot be spoken to.
    """
    mail = Mail.objects.due(at).select_for_update(skip_locked=True, of=("self",)).select_related("person").first()
    if mail is None:
        return False
    if at.date() - mail.created_on > STALE_AFTER:
        _give_up(mail, "It waited too long.")
        return True
    try:
        carrier.send(envelope(mail, at=at))
    except Unreachable:
        raise
    except Postponed as error:
        _postpone(mail, str(error), at)
    except (Rejected, ValueError) as error:
        _give_up(mail, str(error))
    else:
        _sent(mail, at)
    return True


def _sent(mail: Mail, at: datetime) -> None:
    """A mail with words of its own (a code, a link) is emptied: what was sent is no secret to keep."""
    mail.state, mail.sent_on, mail.error, mail.text = Mail.State.SENT, at.date(), "", ""
    mail.save(update_fields=["state", "sent_on", "error", "text"])


def _postpone(mail: Mail, error: str, at: datetime) -> None:
    mail.attempts += 1
    if mail.attempts >= TRIES:
        _give_up(mail, error)
        return
    mail.error, mail.next_try_at = error[:300], at + min(FIRST_PAUSE * 2 ** (mail.attempts - 1), LONGEST_PAUSE)
    mail.save(update_fields=["attempts", "error", "next_try_at"])


def _give_up(mail: Mail, error: str) -> None:
    logger.warning("A mail was given up: %s", error)
    mail.state, mail.error, mail.text = Mail.State.FAILED, error[:300], ""
    mail.save(update_fields=["state", "error", "attempts", "text"])
