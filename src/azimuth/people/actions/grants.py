"""Giving and ending roles."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from azimuth.access.verdict import Refused
from azimuth.audit import actions as audit
from azimuth.people import policies
from azimuth.people.actions.locks import Lock, hold
from azimuth.people.models import Grant, Person, Unit
from azimuth.people.queries.grants import ADMINISTRATORS, is_held
from azimuth.people.states import Role


@transaction.atomic
def give(person: Person, *, role: Role, unit: Unit | None, starts_on: date, ends_on: date | None, by: Person, at: datetime) -> Grant:
    """Give a person a role, over a unit and all below it where the role has a scope. Raises Refused for a grant already there."""
    hold(Lock.GRANTS)
    policies.can_give(by, role, person, is_held=is_held(role, on=at.date())).enforce()
    _refuse_unfit(person, role, unit, starts_on, ends_on, at.date())
    grant = Grant.objects.create(person=person, role=role, unit=unit, starts_on=starts_on, ends_on=ends_on, granted_by=by)
    audit.record(
        "people.give", person, by=by, at=at, role=str(role), unit=unit.name if unit else "",
        starts_on=starts_on.isoformat(), ends_on=ends_on.isoformat() if ends_on else "",
    )
    return grant


@transaction.atomic
def withdraw(grant: Grant, *, by: Person, at: datetime) -> Grant:
    """End a grant today; one that has not begun vanishes. The last administrator of a kind cannot be taken away. Twice is once."""
    hold(Lock.GRANTS)
    today = at.date()
    if not Grant.objects.filter(pk=grant.pk).exclude(ends_on__lte=today).exists():
        return grant
    is_last = grant.role in ADMINISTRATORS and not is_held(Role(grant.role), on=today, besides=grant)
    policies.can_withdraw(by, grant, is_last=is_last).enforce()
    audit.record("people.withdraw", grant.person, by=by, at=at, role=grant.role, unit=grant.unit.name if grant.unit else "")
    if grant.starts_on > today:
        grant.delete()
        return grant
    Grant.objects.filter(pk=grant.pk).update(ends_on=today)
    grant.ends_on = today
    return grant


def refuse_last_to_leave(person: Person, today: date) -> None:
    """Refuse to let the last administrator of a kind leave."""
    for role in ADMINISTRATORS:
        mine = Grant.objects.in_force(today).filter(person=person, role=role)
        others = Grant.objects.in_force(today).filter(role=role, person__account__is_active=True).exclude(person=person)
        if mine.exists() and not others.exists():
            raise Refused(
                _("%(name)s is the last holder of this role: %(role)s. Give it to somebody else first.")
                % {"name": person.name, "role": role.label}
            )


def _refuse_unfit(person: Person, role: Role, unit: Unit | None, starts_on: date, ends_on: date | None, today: date) -> None:
    if (role == Role.HR_PARTNER) != (unit is not None):
        raise Refused(_("An HR partner needs a unit; other roles reach over the whole organisation."))
    if ends_on and ends_on <= starts_on:
        raise Refused(_("The end must lie after the beginning."))
    if not Person.objects.present(today).filter(pk=person.pk).exists():
        raise Refused(_("%(name)s does not work here on that day. Choose somebody else.") % {"name": person.name})
    same = Grant.objects.filter(person=person, role=role, unit=unit).exclude(ends_on__lte=starts_on)
    if same.exclude(starts_on__gte=ends_on).exists() if ends_on else same.exists():
        raise Refused(_("%(name)s holds this role already.") % {"name": person.name})
