"""Claiming a fresh installation: its first administrator, let in by a code only the installation knows."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from azimuth.access.verdict import Refused
from azimuth.audit import actions as audit
from azimuth.people.actions.locks import Lock, hold
from azimuth.people.actions.search_texts import search_text
from azimuth.people.models import Account, Grant, Person, Unit
from azimuth.people.states import Role

_SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"  # without those that look alike


def is_claimed() -> bool:
    """Whether somebody with an account holds a role: only an installation without is claimed by code."""
    return Grant.objects.filter(person__account__isnull=False).exists()


def setup_code() -> str:
    """The one-time code of this installation, made on first asking and kept in the data directory (mode 600); "" once claimed."""
    if is_claimed():
        return ""
    file = _file()
    if not file.exists():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.touch(mode=0o600)
        code = "".join(secrets.choice(_SIGNS) for _place in range(16))
        file.write_text("-".join(code[start : start + 4] for start in range(0, 16, 4)))
    return file.read_text().strip()


@transaction.atomic
def claim(*, code: str, organisation: str, name: str, email: str, password: str, at: datetime) -> Account:
    """Make the first administrator, of HR and of the system: granted by the installation, the one exception to the rule
    that nobody is given a role but by another. Raises Refused for a wrong code and for an installation already claimed."""
    hold(Lock.FIRST_RUN)
    if is_claimed():
        raise Refused(_("This installation has its administrator. Ask them for an account."))
    if not _fits(code):
        raise Refused(_("This is not the set-up code. It was printed when Azimuth started, and lies in the file setup.code."))
    unit = _root(organisation)
    person = Person.objects.filter(email__iexact=email).first() or Person(email=email)
    person.name, person.unit = name, person.unit or unit
    person.search_text = search_text(name, person.job_title, person.unit.name)
    person.save()
    account = Account.objects.create_user(email, password, person=person)
    for role in (Role.HR_ADMIN, Role.SYSTEM_ADMIN):
        Grant.objects.create(person=person, role=role, starts_on=at.date())
    audit.record("people.claim", person, by=None, at=at, roles=[Role.HR_ADMIN, Role.SYSTEM_ADMIN])
    transaction.on_commit(lambda: _file().unlink(missing_ok=True))
    return account


def _root(organisation: str) -> Unit:
    found = Unit.objects.filter(parent=None, ended_on=None).order_by("name").first()
    if found:
        return found
    unit = Unit(name=organisation)
    unit.path = unit.step
    unit.save()
    return unit


def _fits(code: str) -> bool:
    def bare(text: str) -> bytes:
        return "".join(sign for sign in text.lower() if sign.isalnum()).encode()

    known = setup_code()
    return bool(known) and hmac.compare_digest(bare(code), bare(known))


def _file() -> Path:
    return Path(settings.DATA) / "setup.code"
