"""Links in mails that act for the person they were sent to, without signing in: a key nobody else can make."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac


def proof(person_id: UUID) -> str:
    """What proves that a link was in a mail to this person."""
    return salted_hmac("azimuth.notifications.reminders", str(person_id), algorithm="sha256").hexdigest()[:40]


def proves(word: str, person_id: UUID) -> bool:
    """Whether a link carries the proof of this person."""
    return constant_time_compare(word, proof(person_id))


def reminders_url(person_id: UUID) -> str:
    """Where somebody chooses how they are reminded, from a mail."""
    return settings.PUBLIC_URL.rstrip("/") + reverse("notifications:reminders-by-link", args=[person_id, proof(person_id)])
