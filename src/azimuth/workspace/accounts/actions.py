"""Inviting people, and mails about signing in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from azimuth.audit import actions as audit
from azimuth.notifications import actions as outbox
from azimuth.notifications.models import Mail
from azimuth.people import policies
from azimuth.people.actions import accounts
from azimuth.people.models import Account, Person, PersonQuerySet


@transaction.atomic
def invite(person: Person, *, by: Person, at: datetime) -> int:
    """Give one person an account, where they have none, and mail them how to sign in; once a day. Returns how many mails."""
    policies.can_invite(by, person).enforce()
    return _invite(Person.objects.filter(pk=person.pk), by=by, at=at)


@transaction.atomic
def invite_all(people: PersonQuerySet, *, by: Person, at: datetime) -> int:
    """Do so for everybody of a set who has no account yet. Returns how many mails."""
    policies.can_invite(by).enforce()
    return _invite(people.filter(account=None), by=by, at=at)


def post(address: str, *, subject: str, text: str, at: datetime) -> Mail:
    """Put one mail about signing in into the outbox."""
    account = Account.objects.filter(email__iexact=address).first()
    return outbox.queue(to=address, subject=subject, text=text, on=at.date(), person=account.person if account else None)


def _invite(people: PersonQuerySet, *, by: Person, at: datetime) -> int:
    keys = list(people.present(at.date()).exclude(email=None).values_list("pk", flat=True))
    accounts.open_for(Person.objects.filter(pk__in=keys), at=at)
    invited = Account.objects.filter(person__in=keys, is_active=True).select_related("person")
    letters = {mail.key: mail for mail in _invitations(invited, at.date())}
    for sent in Mail.objects.filter(key__in=letters).values_list("key", flat=True):
        del letters[sent]
    mails = Mail.objects.bulk_create(letters.values(), batch_size=2000, ignore_conflicts=True)
    outbox.send_soon()
    audit.record("workspace.invite", by=by, at=at, invited=len(mails))
    return len(mails)


def _invitations(invited: Iterable[Account], on: date) -> list[Mail]:
    link = f"{settings.PUBLIC_URL.rstrip('/')}/accounts/login/code/"
    mails = []
    for account in invited:
        person = account.person
        with translation.override((person.language if person else "") or settings.LANGUAGE_CODE):
            mails.append(
                Mail(
                    key=f"invitation:{account.pk}:{on.isoformat()}", person=person, to=account.email, message_id=outbox.message_id(), created_on=on,
                    subject=_("Your account for feedback and growth"), text=_letter(person.name if person else "", account.email, link),
                )
            )
    return mails


def _letter(name: str, address: str, link: str) -> str:
    return _(
        "Hello %(name)s,\n\nYour organisation uses Azimuth for feedback and growth, and you have an account.\n\n"
        "Sign in here: %(link)s\nYour address there: %(address)s\n\nYou will get a code by mail; no password is needed.\n"
    ) % {"name": name, "link": link, "address": address}
