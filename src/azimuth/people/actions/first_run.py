"""Claiming a fresh installation: its first administrator, let in by a code only the installation knows."""

from __future__ import annotations

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
from azimuth.people.setup_code import code_in, file_in, fits
from azimuth.people.states import Role


def is_claimed() -> bool:
    """Whether somebody with an account holds a role: only an installation without is claimed by code."""
    return Grant.objects.filter(person__account__isnull=False).exists()


def setup_code() -> str:
    """The one-time code of this installation, made on first asking and kept in the data directory (mode 600); "" once claimed."""
    if is_claimed():
        return ""
    return code_in(Path(settings.DATA))


@transaction.atomic
def claim(*, code: str, organisation: str, name: str, email: str, password: str, at: datetime) -> Account:
    """Make the first administrator, of HR and of the system: granted by the installation, the one exception to the rule
    that nobody is given a role but by another. Raises Refused for a wrong code and for an installation already claimed."""
    hold(Lock.FIRST_RUN)
    if is_claimed():
        raise Refused(_("This installation has its administrator. Ask them for an account."))
    if not fits(code, setup_code()):
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
    transaction.on_commit(lambda: file_in(Path(settings.DATA)).unlink(missing_ok=True))
    return account


def _root(organisation: str) -> Unit:
    found = Unit.objects.filter(parent=None, ended_on=None).order_by("name").first()
    if found:
        return found
    unit = Unit(name=organisation)
    unit.path = unit.step
    unit.save()
    return unit
