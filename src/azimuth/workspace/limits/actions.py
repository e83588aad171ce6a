"""Opening pages of people, as many as one may in a day."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from azimuth.audit import actions as audit
from azimuth.notifications import actions as notifications
from azimuth.people import policies
from azimuth.people.models import Person

A_DAY = 24 * 3600


def open_page(of: UUID, *, by: Person, at: datetime) -> bool:
    """Whether somebody may open the page of a person today: one opened already, one's own, or one more that is not too many.

    Whoever comes to the limit is recorded once that day, and administrators are told.
    """
    if of == by.pk:
        return True
    key, mark = f"opened:{by.pk}:{at.date()}", salted_hmac("opened", f"{by.pk}{of}").hexdigest()[:16]
    opened: frozenset[str] = cache.get(key, frozenset())
    if mark in opened:
        return True
    if len(opened) >= settings.PAGES_OF_PEOPLE_A_DAY:
        if cache.add(f"{key}:told", at.isoformat(), A_DAY):
            _tell(by, at)
        return False
    cache.set(key, opened | {mark}, A_DAY)
    return True


@transaction.atomic
def _tell(reader: Person, at: datetime) -> None:
    """Write it down, and tell whoever administers, but not the reader."""
    on = at.date()
    audit.record("workspace.open_too_many", by=reader, at=at, opened=settings.PAGES_OF_PEOPLE_A_DAY)
    told = (policies.system_admins(None, on) | policies.hr_admins(None, on)).exclude(pk=reader.pk).distinct()
    notifications.tell([_message(person, reader, at) for person in told], on=on)


def _message(person: Person, reader: Person, at: datetime) -> notifications.Message:
    with translation.override(person.language or settings.LANGUAGE_CODE):
        return notifications.Message(
            person=person, key=f"workspace.open_too_many:{reader.pk}:{at.date()}", kind="security",
            title=_("%(name)s opened very many pages of people") % {"name": reader.name},
            text=_("%(n)d different people in one day, the most there may be. Ask why; if somebody else uses the account, stop it from signing in.")
            % {"n": settings.PAGES_OF_PEOPLE_A_DAY},
            url=reverse("people:person", args=[reader.pk]),
        )
