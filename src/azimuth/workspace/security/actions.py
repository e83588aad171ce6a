"""Adding and taking away second factors, and the mails that tell their owner."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from azimuth.access.verdict import Refused
from azimuth.audit import actions as audit
from azimuth.kit import days
from azimuth.notifications import actions as outbox
from azimuth.people import policies as people
from azimuth.people.actions import accounts
from azimuth.people.models import Account, Person
from azimuth.workspace.security import policies, wrapping
from azimuth.workspace.security.queries import WRAPPED, device, factors_of

MOST_PASSKEYS = 20


@transaction.atomic
def add_app(account: Account, *, secret: str, by: Person, at: datetime) -> None:
    """Let codes of an authenticator app open the account, besides what opened it so far; recovery codes come with the first factor."""
    policies.can_change(by, account).enforce()
    if factors_of(_held(account)).app:
        raise Refused(_("You have an authenticator app already. Remove it before you add another."))
    TOTP.activate(account, secret)
    RecoveryCodes.activate(account)
    audit.record("workspace.add_app", by, by=by, at=at)
    _tell(account, gettext_lazy("An authenticator app was added: it is asked for when you sign in."), at)


@transaction.atomic
def remove_app(account: Account, *, by: Person, at: datetime) -> None:
    """Take the authenticator app off the account."""
    factors = factors_of(_held(account))
    if factors.app is None:
        raise Refused(_("There is no authenticator app any more."))
    _remove(factors.app, account, by=by, is_last=factors.many == 1)
    audit.record("workspace.remove_app", by, by=by, at=at)
    _tell(account, gettext_lazy("The authenticator app was removed."), at)


@transaction.atomic
def add_passkey(account: Account, *, name: str, credential: dict[str, Any], by: Person, at: datetime) -> Authenticator:
    """Let a passkey open the account. The credential has been verified against the challenge this session was given."""
    policies.can_change(by, account).enforce()
    if len(factors_of(_held(account)).passkeys) >= MOST_PASSKEYS:
        raise Refused(_("You have many passkeys. Remove one you do not use before you add another."))
    passkey: Authenticator = WebAuthn.add(account, name, credential).instance
    RecoveryCodes.activate(account)
    audit.record("workspace.add_passkey", by, by=by, at=at)
    _tell(account, gettext_lazy("A passkey was added: it can be used to sign in."), at)
    return passkey


@transaction.atomic
def rename_passkey(passkey: Authenticator, *, name: str, by: Person) -> Authenticator:
    """Give a passkey another name."""
    policies.can_change(by, passkey.user).enforce()
    held = Authenticator.objects.select_for_update().get(pk=passkey.pk)
    held.data["name"] = name
    held.save(update_fields=["data"])
    return held


@transaction.atomic
def remove_passkey(passkey: Authenticator, *, by: Person, at: datetime) -> None:
    """Take a passkey off the account."""
    account: Account = passkey.user
    _remove(passkey, account, by=by, is_last=factors_of(_held(account)).many == 1)
    audit.record("workspace.remove_passkey", by, by=by, at=at)
    _tell(account, gettext_lazy("A passkey was removed."), at)


@transaction.atomic
def make_codes(account: Account, *, by: Person, at: datetime) -> None:
    """Make recovery codes anew; the ones before are worth nothing any more."""
    policies.can_change(by, account).enforce()
    if not factors_of(_held(account)).many:
        raise Refused(_("Recovery codes stand in for a second factor. Add one first."))
    Authenticator.objects.filter(user=account, type=Authenticator.Type.RECOVERY_CODES).delete()
    RecoveryCodes.activate(account)
    audit.record("workspace.make_codes", by, by=by, at=at)
    _tell(account, gettext_lazy("New recovery codes were made; the ones before are worth nothing any more."), at)


@transaction.atomic
def reset_factors(person: Person, *, by: Person | None, at: datetime) -> int:
    """Take all second factors of somebody who lost theirs away, end their sessions and tell them. Returns how many there were.

    `by` is None for whoever has the command line.
    """
    if by is not None:
        people.can_reset_factors(by, person).enforce()
    account = Account.objects.select_for_update().filter(person=person).first()
    many = factors_of(account).many if account else 0
    if account is None or not many:
        return 0
    Authenticator.objects.filter(user=account).delete()
    accounts.end_sessions(person)
    audit.record("workspace.reset_factors", person, by=by, at=at, factors=many)
    _tell(account, gettext_lazy("An administrator took your second factors away, because they were lost, and signed you out everywhere. "
                                "Sign in as before, and add new ones."), at)
    return many


def mail_code(account: Account, *, code: str, at: datetime) -> None:
    """Mail the code by which somebody without a second factor proves that it is them."""
    with translation.override(_language(account)):
        _send(account, _("Your code"), "security/mail/code.txt", at, code=code)


def tell_code_used(account: Account, *, at: datetime) -> None:
    """Tell somebody that one of their recovery codes was used."""
    _tell(account, gettext_lazy("A recovery code was used. Make new ones before they run out."), at)


def tell_new_device(account: Account, *, agent: str, at: datetime) -> None:
    """Tell somebody that their account was opened in a browser it had not been opened in before."""
    with translation.override(_language(account)):
        _send(account, _("Your account was opened in a new browser"), "security/mail/new_device.txt", at, device=device(agent))


def rewrap() -> int:
    """Wrap every secret by the present secret key that only a former one reads; returns how many. Run again it finds none."""
    many = 0
    for key in list(Authenticator.objects.filter(type__in=WRAPPED).values_list("pk", flat=True)):
        many += _rewrap_one(key)
    return many


@transaction.atomic
def _rewrap_one(key: int) -> bool:
    held = Authenticator.objects.select_for_update().filter(pk=key).first()
    field = WRAPPED[held.type] if held else ""
    if held is None or wrapping.is_current(held.data[field]):
        return False
    try:
        held.data[field] = wrapping.wrap(wrapping.unwrap(held.data[field]))
    except wrapping.Unreadable:
        return False  # doctor says so
    held.save(update_fields=["data"])
    return True


def _held(account: Account) -> Account:
    """The account under a lock, so that two clicks are one after the other."""
    return Account.objects.select_for_update().get(pk=account.pk)


def _remove(factor: Authenticator, account: Account, *, by: Person, is_last: bool) -> None:
    policies.can_remove(by, account, is_last=is_last).enforce()
    gone = Authenticator.objects.filter(user=account)
    (gone if is_last else gone.filter(pk=factor.pk)).delete()  # with the last one go the recovery codes


def _tell(account: Account, what: Any, at: datetime) -> None:
    with translation.override(_language(account)):
        _send(account, _("What opens your account has changed"), "security/mail/changed.txt", at, what=str(what))


def _send(account: Account, subject: str, template: str, at: datetime, **words: str) -> None:
    person: Person = account.person  # type: ignore[assignment]  # only people sign in
    zone = ZoneInfo(person.time_zone or settings.TIME_ZONE)
    text = render_to_string(template, {
        "name": person.name, "when": days.moment_in_full(timezone.localtime(at, zone)), "zone": zone.key, "link": settings.PUBLIC_URL + reverse("security:page"), **words,
    })
    outbox.queue(to=account.email, subject=subject, text=text.strip() + "\n", on=at.date(), person=person)


def _language(account: Account) -> str:
    chosen = account.person.language if account.person else ""
    return chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
