"""Adding people and keeping their record."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from allauth.account.models import EmailAddress

from azimuth.access.verdict import Denied, Refused
from azimuth.audit.models import Entry
from azimuth.people.actions import accounts, persons, search_texts
from azimuth.people.models import Account, Person
from azimuth.people.queries.lines import leads_above
from tests.cast import Cast


def test_a_new_person_is_found_and_has_a_lead(cast: Cast, now: datetime) -> None:
    facts = {"name": "Željka Šarić", "email": "zeljka@example.org", "job_title": "Rigger", "unit": cast.harbour, "started_on": date(2026, 2, 1)}
    new = persons.add(facts, lead=cast.dan, by=cast.iris, at=now)
    assert Person.objects.matching("saric zeljka harb").get() == new
    assert leads_above(new) == [cast.dan, cast.iris]
    assert Entry.objects.get(action="people.add").detail["fields"] == ["email", "job_title", "name", "started_on", "unit"]


def test_an_edit_changes_what_differs_and_records_names_of_fields_only(cast: Cast, now: datetime) -> None:
    persons.edit(cast.ada, {"name": "Ada Novak", "job_title": "Master Maker", "grade": "G7"}, by=cast.iris, at=now)
    ada = Person.objects.get(pk=cast.ada.pk)
    assert (ada.job_title, ada.grade, ada.unit) == ("Master Maker", "G7", cast.workshop)
    assert Person.objects.matching("master ada").exists()
    assert Entry.objects.get(action="people.edit").detail == {"fields": ["grade", "job_title"]}


def test_an_edit_that_changes_nothing_records_nothing(cast: Cast, now: datetime) -> None:
    persons.edit(cast.ada, {"name": cast.ada.name}, by=cast.iris, at=now)
    assert not Entry.objects.exists()


def test_an_account_follows_the_address_and_the_old_one_signs_nobody_in(cast: Cast, now: datetime) -> None:
    EmailAddress.objects.create(user=cast.ada.account, email="ada@example.org", verified=True, primary=True)
    persons.edit(cast.ada, {"email": "Ada.Novak@example.org"}, by=cast.iris, at=now)
    assert Account.objects.get(person=cast.ada).email == "ada.novak@example.org"
    assert not EmailAddress.objects.exists()


def test_two_people_may_swap_addresses(cast: Cast, now: datetime) -> None:
    Person.objects.filter(pk=cast.ada.pk).update(email="x@example.org")
    Person.objects.filter(pk=cast.cleo.pk).update(email="ada@example.org")
    Person.objects.filter(pk=cast.ada.pk).update(email="cleo@example.org")
    accounts.follow_addresses([cast.ada.pk, cast.cleo.pk])
    assert dict(Account.objects.filter(person__in=[cast.ada, cast.cleo]).values_list("person__name", "email")) == {
        "Ada Novak": "cleo@example.org", "Cleo Brandt": "ada@example.org",
    }


@pytest.mark.parametrize(("facts", "words"), [
    ({"email": "BO@example.org"}, "e-mail"), ({"employee_id": "bo"}, "employee number"), ({"email": ""}, "signs in with this address"),
])
def test_contradictions_are_refused_in_words(cast: Cast, now: datetime, facts: dict[str, str], words: str) -> None:
    with pytest.raises(Refused, match=words):
        persons.edit(cast.ada, facts, by=cast.iris, at=now)


def test_fields_that_are_no_part_of_the_record_are_ignored(cast: Cast, now: datetime) -> None:
    persons.edit(cast.ada, {"ended_on": date(2020, 2, 2), "id": None}, by=cast.iris, at=now)
    assert Person.objects.get(pk=cast.ada.pk).ended_on is None


@pytest.mark.parametrize("who", ["ada", "bo", "finn", "jon"])
def test_others_edit_nobody(cast: Cast, now: datetime, who: str) -> None:
    with pytest.raises(Denied):
        persons.edit(cast.cleo, {"grade": "G9"}, by=getattr(cast, who), at=now)


def test_hr_does_not_edit_its_own_record(cast: Cast, now: datetime) -> None:
    with pytest.raises(Denied, match="own record"):
        persons.edit(cast.iris, {"grade": "G9"}, by=cast.iris, at=now)


def test_a_partner_keeps_people_in_sight(cast: Cast, now: datetime) -> None:
    persons.edit(cast.ada, {"grade": "G4"}, by=cast.eve, at=now)
    with pytest.raises(Denied, match="HR partner of"):
        persons.edit(cast.ada, {"unit": cast.harbour}, by=cast.eve, at=now)
    with pytest.raises(Denied):
        persons.add({"name": "New", "unit": cast.harbour}, lead=None, by=cast.eve, at=now)
    with pytest.raises(Denied):
        persons.add({"name": "New", "unit": None}, lead=None, by=cast.eve, at=now)


def test_who_changes_an_address_could_sign_in_by_it(cast: Cast, now: datetime) -> None:
    """HR may not take over the system administrator by giving them an address of HR's own."""
    with pytest.raises(Denied, match="address opens an account"):
        persons.edit(cast.finn, {"email": "iris.second@example.org"}, by=cast.iris, at=now)
    persons.edit(cast.finn, {"job_title": "Engineer"}, by=cast.iris, at=now)


def test_language_and_zone_are_ones_own(cast: Cast, now: datetime) -> None:
    persons.keep_preferences(cast.ada, language="de", time_zone="Europe/Vienna", by=cast.ada, at=now)
    assert Person.objects.get(pk=cast.ada.pk).time_zone == "Europe/Vienna"
    with pytest.raises(Denied):
        persons.keep_preferences(cast.ada, language="de", time_zone="", by=cast.iris, at=now)


def test_a_last_day_before_the_first_is_refused(cast: Cast, now: datetime) -> None:
    with pytest.raises(Refused, match="last day lies before"):
        persons.edit(cast.gus, {"started_on": date(2999, 1, 1)}, by=cast.iris, at=now)


def test_a_contradiction_nobody_foresaw_is_said_in_general_words() -> None:
    assert "contradicts" in persons._refusal("some other constraint")


def test_large_sets_of_search_texts_are_written_in_batches(cast: Cast) -> None:
    Person.objects.update(search_text="stale")
    search_texts.refresh(Person.objects.all(), batch=4)
    assert not Person.objects.filter(search_text="stale").exists()
    assert Person.objects.matching("ada workshop").exists()


def test_hr_deeds_reach_whom_one_looks_after(cast: Cast) -> None:
    assert cast.iris not in Person.objects.looked_after_by(cast.iris)
    assert set(Person.objects.looked_after_by(cast.eve).values_list("name", flat=True)) == {"Ada Novak", "Bo Lindqvist", "Cleo Brandt", "Gus Petrov"}
    assert not Person.objects.looked_after_by(cast.bo).exists()
    assert str(cast.ada.account) == "ada@example.org"
