"""Giving and ending roles."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from azimuth.access.verdict import Denied, Refused
from azimuth.audit.models import Entry
from azimuth.people.actions import grants
from azimuth.people.models import Grant, Person
from azimuth.people.states import Role
from tests.cast import Cast

GIVERS = {Role.HR_ADMIN: "iris", Role.HR_PARTNER: "iris", Role.AUDITOR: "iris", Role.SYSTEM_ADMIN: "finn"}


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("who", ["ada", "bo", "eve", "finn", "iris", "jon"])
def test_each_role_is_given_by_its_own_administrators_only(cast: Cast, now: datetime, role: Role, who: str) -> None:
    unit = cast.workshop if role == Role.HR_PARTNER else None

    def give() -> Grant:
        return grants.give(cast.cleo, role=role, unit=unit, starts_on=now.date(), ends_on=None, by=getattr(cast, who), at=now)

    if GIVERS[role] == who:
        assert give().granted_by == getattr(cast, who)
    else:
        with pytest.raises(Denied):
            give()
        assert not Grant.objects.filter(person=cast.cleo).exists()


@pytest.mark.parametrize(("who", "role"), [("iris", Role.AUDITOR), ("iris", Role.SYSTEM_ADMIN), ("finn", Role.HR_ADMIN), ("finn", Role.SYSTEM_ADMIN)])
def test_nobody_gives_a_role_to_themselves(cast: Cast, now: datetime, who: str, role: Role) -> None:
    me = getattr(cast, who)
    with pytest.raises(Denied, match="Nobody gives a role to themselves"):
        grants.give(me, role=role, unit=None, starts_on=now.date(), ends_on=None, by=me, at=now)


def test_a_role_nobody_holds_may_be_given_by_the_other_administrator(cast: Cast, now: datetime) -> None:
    """Else an organisation whose only HR administrator vanished could never have one again."""
    Grant.objects.filter(role=Role.HR_ADMIN).update(ends_on=now.date())
    finn = Person.objects.get(pk=cast.finn.pk)
    grants.give(cast.ada, role=Role.HR_ADMIN, unit=None, starts_on=now.date(), ends_on=None, by=finn, at=now)
    with pytest.raises(Denied):
        grants.give(cast.bo, role=Role.HR_ADMIN, unit=None, starts_on=now.date(), ends_on=None, by=finn, at=now)


def test_giving_is_recorded(cast: Cast, now: datetime) -> None:
    grants.give(cast.ada, role=Role.HR_PARTNER, unit=cast.harbour, starts_on=now.date(), ends_on=None, by=cast.iris, at=now)
    entry = Entry.objects.get(action="people.give")
    assert entry.detail == {"role": "hr_partner", "unit": "Harbour", "starts_on": "2026-03-02", "ends_on": ""}


def test_what_does_not_fit_is_refused(cast: Cast, now: datetime) -> None:
    day, before = now.date(), now.date() - timedelta(days=1)
    for role, unit, end, who in (
        (Role.HR_PARTNER, None, None, cast.ada), (Role.AUDITOR, cast.workshop, None, cast.ada), (Role.AUDITOR, None, before, cast.ada),
        (Role.AUDITOR, None, None, cast.gus), (Role.AUDITOR, None, None, cast.jon), (Role.HR_PARTNER, cast.workshop, None, cast.eve),
    ):
        with pytest.raises(Refused):
            grants.give(who, role=role, unit=unit, starts_on=day, ends_on=end, by=cast.iris, at=now)


def test_a_grant_ends_today_and_one_to_come_vanishes(cast: Cast, now: datetime) -> None:
    held = Grant.objects.get(person=cast.eve)
    grants.withdraw(held, by=cast.iris, at=now)
    assert not Grant.objects.in_force(now.date()).filter(person=cast.eve).exists()
    later = grants.give(cast.ada, role=Role.AUDITOR, unit=None, starts_on=now.date() + timedelta(days=9), ends_on=None, by=cast.iris, at=now)
    grants.withdraw(later, by=cast.iris, at=now)
    assert not Grant.objects.filter(person=cast.ada).exists()
    assert Entry.objects.filter(action="people.withdraw").count() == 2


def test_the_last_administrator_stays(cast: Cast, now: datetime) -> None:
    for who in (cast.iris, cast.finn):
        with pytest.raises(Denied, match="last administrator"):
            grants.withdraw(Grant.objects.get(person=who), by=who, at=now)


def test_everybody_may_lay_down_their_own(cast: Cast, now: datetime) -> None:
    grants.withdraw(Grant.objects.get(person=cast.jon), by=cast.jon, at=now)
    assert not Grant.objects.in_force(now.date()).filter(person=cast.jon).exists()


@pytest.mark.parametrize("who", ["ada", "eve", "finn", "jon"])
def test_others_end_no_hr_grant(cast: Cast, now: datetime, who: str) -> None:
    grants.give(cast.ada, role=Role.HR_ADMIN, unit=None, starts_on=date(2026, 1, 1), ends_on=None, by=cast.iris, at=now)
    with pytest.raises(Denied):
        grants.withdraw(Grant.objects.get(person=cast.iris), by=getattr(cast, who) if who != "ada" else cast.cleo, at=now)


@pytest.mark.parametrize("starts", [-1, 0, 1])
@pytest.mark.parametrize("ends", [None, -1, 0, 1])
def test_a_person_holds_what_is_in_force(cast: Cast, starts: int, ends: int | None) -> None:
    today = date.today()  # noqa: DTZ011 what the property asks
    Grant.objects.all().delete()
    if ends is None or ends >= starts:
        for person, unit in ((cast.eve, cast.workshop), (cast.dan, cast.harbour)):
            day = None if ends is None else today + timedelta(days=ends)
            Grant.objects.create(person=person, role=Role.HR_PARTNER, unit=unit, starts_on=today + timedelta(days=starts), ends_on=day)
    eve = Person.objects.get(pk=cast.eve.pk)
    assert eve.grants_in_force == list(Grant.objects.in_force(today).filter(person=eve))
    assert eve.units_partnered == [grant.unit for grant in eve.grants_in_force]


def test_the_units_of_a_partner_are_read_at_once(cast: Cast, django_assert_num_queries: Callable) -> None:
    Grant.objects.all().delete()
    for unit in (cast.harbour, cast.workshop):
        Grant.objects.create(person=cast.dan, role=Role.HR_PARTNER, unit=unit, starts_on=date.today())  # noqa: DTZ011
    for person, queries in ((cast.dan, 2), (cast.cleo, 1)):
        with django_assert_num_queries(queries):
            assert len(Person(pk=person.pk).units_partnered) == (2 if queries == 2 else 0)
