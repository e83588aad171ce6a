"""Django's way to send mail leads into the outbox too: sign-in codes and links to a new password."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from azimuth.notifications import actions


class Outbox(BaseEmailBackend):
    """Queues mails in the transaction they are written in (a class because Django wants one)."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Queue the plain part for each recipient; the HTML part is made when it is sent."""
        queued = 0
        for message in email_messages:
            for address in message.recipients():
                actions.queue(to=address, subject=str(message.subject), text=str(message.body), on=timezone.now().date())
                queued += 1
        return queued
