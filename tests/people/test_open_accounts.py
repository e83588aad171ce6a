"""Accounts for people, made set-based."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client

from azimuth.access.verdict import Denied
from azimuth.audit.models import Entry
from azimuth.people.actions import accounts
from azimuth.people.models import Account, Person
from tests.cast import Cast


def test_those_who_work_here_and_have_an_address_get_one(cast: Cast, now: datetime) -> None:
    Account.objects.all().delete()
    Person.objects.filter(pk=cast.cleo.pk).update(email=None)
    Person.objects.filter(pk=cast.ada.pk).update(email="Ada@Example.org")
    new = accounts.open_for(Person.objects.all(), at=now)
    assert {account.person.name for account in new} == set(Person.objects.exclude(name__in=["Cleo Brandt", "Gus Petrov"]).values_list("name", flat=True))
    ada = Account.objects.get(person=cast.ada)
    assert (ada.email, ada.has_usable_password()) == ("ada@example.org", False)
    assert accounts.open_for(Person.objects.all(), at=now) == []


@pytest.mark.parametrize("size", [1, 3])
def test_it_takes_as_many_queries_for_one_as_for_three(cast: Cast, now: datetime, django_assert_num_queries: Any, size: int) -> None:
    Account.objects.all().delete()
    people = Person.objects.filter(pk__in=[cast.ada.pk, cast.bo.pk, cast.cleo.pk][:size])
    with django_assert_num_queries(3):
        assert len(accounts.open_for(people, at=now)) == size


def is_in(client: Client) -> bool:
    return client.get("/people/").status_code == 200


def test_a_blocked_person_is_out_at_the_next_request(cast: Cast, now: datetime, as_person: Any) -> None:
    client = as_person(cast.ada)
    assert is_in(client)
    accounts.block(cast.ada, by=cast.finn, at=now)
    assert not is_in(client)
    accounts.unblock(cast.ada, by=cast.iris, at=now)
    assert not is_in(client)
    cast.ada.account.refresh_from_db()
    assert is_in(as_person(cast.ada))


def test_somebody_who_left_is_out_at_the_next_request(cast: Cast, as_person: Any) -> None:
    client = as_person(cast.ada)
    assert is_in(client)
    Person.objects.filter(pk=cast.ada.pk).update(ended_on=date(2021, 1, 1))
    assert not is_in(client)
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(("who", "whom"), [("eve", "ada"), ("bo", "ada"), ("iris", "iris"), ("finn", "finn")])
def test_who_may_not_block(cast: Cast, now: datetime, who: str, whom: str) -> None:
    with pytest.raises(Denied):
        accounts.block(getattr(cast, whom), by=getattr(cast, who), at=now)


def test_all_sessions_end_at_once(cast: Cast, now: datetime, as_person: Any) -> None:
    mine, also_mine, other = as_person(cast.ada), as_person(cast.ada), as_person(cast.bo)
    accounts.sign_out_everywhere(cast.ada, by=cast.ada, at=now)
    assert [is_in(client) for client in (mine, also_mine, other)] == [False, False, True]


def test_nobody_ends_the_sessions_of_others(cast: Cast, now: datetime) -> None:
    with pytest.raises(Denied):
        accounts.sign_out_everywhere(cast.ada, by=cast.finn, at=now)


def test_stopping_twice_is_stopping_once(cast: Cast, now: datetime) -> None:
    accounts.block(cast.ada, by=cast.iris, at=now)
    accounts.block(cast.ada, by=cast.iris, at=now)
    accounts.unblock(cast.ada, by=cast.iris, at=now)
    accounts.unblock(cast.ada, by=cast.iris, at=now)
    assert list(Entry.objects.values_list("action", flat=True)) == ["people.block", "people.unblock"]
    accounts.follow_addresses([cast.ada.pk])
    assert Account.objects.get(person=cast.ada).email == "ada@example.org"
