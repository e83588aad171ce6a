"""A person's page: who sees what, and HR's forms on it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from azimuth.access.verdict import Denied
from azimuth.people import policies
from azimuth.people.disclosure import FACTS_OF_RECORD, FACTS_OF_WORK, Relation, facts_shown
from azimuth.people.models import Attribute, Person, ReportingLine
from azimuth.people.queries.lines import leads_above
from tests.cast import LONG_AGO, Cast, person
from tests.queries import assert_constant_queries

SignIn = Callable[[Person], Client]
SECRETS = ("ada-secret-grade", "number-4711", "Night shift")


@pytest.fixture
def ada(cast: Cast) -> Person:
    """Ada with something in every fact of her record."""
    Attribute.objects.create(key="shift", label="Shift")
    Person.objects.filter(pk=cast.ada.pk).update(
        grade="ada-secret-grade", employee_id="number-4711", attributes={"shift": "Night shift", "demo": "undeclared"}, location="Bergen"
    )
    return Person.objects.get(pk=cast.ada.pk)


def page(client: Client, who: Person) -> str:
    return client.get(f"/people/{who.pk}/").content.decode()


def test_facts_by_relation() -> None:
    assert facts_shown(Relation.COLLEAGUE) == FACTS_OF_WORK
    assert facts_shown(Relation.SELF) == facts_shown(Relation.HR) == FACTS_OF_WORK | FACTS_OF_RECORD


@pytest.mark.parametrize(("who", "relation"), [
    ("ada", Relation.SELF), ("bo", Relation.COLLEAGUE), ("cleo", Relation.COLLEAGUE), ("dan", Relation.COLLEAGUE), ("eve", Relation.HR),
    ("finn", Relation.COLLEAGUE), ("iris", Relation.HR), ("jon", Relation.COLLEAGUE),
])
def test_the_record_is_for_the_person_and_their_hr(cast: Cast, ada: Person, as_person: SignIn, who: str, relation: Relation) -> None:
    viewer = getattr(cast, who)
    assert policies.relation(viewer, ada) == relation
    shown = page(as_person(viewer), ada)
    for fact in ("Ada Novak", "Instrument Maker", "Workshop", "Bergen", "ada@example.org", "Bo Lindqvist"):
        assert fact in shown
    for secret in SECRETS:
        assert (secret in shown) is (relation != Relation.COLLEAGUE)
    assert "undeclared" not in shown


def test_an_hr_partner_is_a_colleague_beyond_their_units(cast: Cast) -> None:
    assert policies.relation(cast.eve, cast.dan) == Relation.COLLEAGUE
    nowhere = Person.objects.create(name="No Unit")
    assert policies.relation(cast.eve, nowhere) == Relation.COLLEAGUE
    assert not policies.can_edit(cast.eve, nowhere)


@pytest.mark.parametrize("secret", SECRETS)
def test_what_is_hidden_is_not_found_by_searching_for_it(cast: Cast, ada: Person, as_person: SignIn, secret: str) -> None:
    for url in ("/people/", "/people/suggest/", "/people/chart/"):
        assert b"Ada Novak" not in as_person(cast.cleo).get(url, {"q": secret}).content


def test_who_left_has_a_page_for_hr_only(cast: Cast, as_person: SignIn) -> None:
    for who, status in (("ada", 404), ("bo", 404), ("dan", 404), ("jon", 404), ("eve", 200), ("iris", 200), ("finn", 200)):
        assert as_person(getattr(cast, who)).get(f"/people/{cast.gus.pk}/").status_code == status


def test_the_chain_of_leads_goes_to_the_top(cast: Cast, as_person: SignIn) -> None:
    shown = page(as_person(cast.dan), cast.ada)
    assert shown.index("Iris Okafor") < shown.rindex("Bo Lindqvist")


def test_a_loop_in_the_data_breaks_no_page(cast: Cast, as_person: SignIn) -> None:
    ReportingLine.objects.filter(person=cast.iris).delete()
    ReportingLine.objects.create(person=cast.iris, lead=cast.ada, starts_on=LONG_AGO)
    assert as_person(cast.dan).get(f"/people/{cast.ada.pk}/").status_code == 200
    assert len(leads_above(cast.ada)) <= 3


def test_many_reports_come_in_pages(cast: Cast, as_person: SignIn) -> None:
    for number in range(30):
        person(f"Zed{number:02} Numbered", cast.harbour, "Sailor", cast.dan)
    first = page(as_person(cast.ada), cast.dan)
    assert first.count("Numbered</bdi>") == 24
    assert "reports-after" in first


def test_the_number_of_queries_is_bounded(cast: Cast, ada: Person, as_person: SignIn) -> None:
    for who in (cast.dan, cast.iris):
        assert_constant_queries(as_person(who), f"/people/{ada.pk}/", lambda: None, at_most=13)  # one of them: how many one has opened today
    person("First Under", cast.workshop, "Apprentice", ada)
    assert_constant_queries(
        as_person(cast.iris), f"/people/{ada.pk}/", lambda: [person(f"{letter} Newcomer", cast.workshop, "Apprentice", ada) for letter in "PQR"], at_most=13
    )


def test_hr_edits_through_the_form(cast: Cast, ada: Person, as_person: SignIn) -> None:
    client = as_person(cast.iris)
    form = {
        "name": "Ada Novakova", "email": "ada@example.org", "job_title": "Master", "unit": str(cast.harbour.pk), "grade": "G5",
        "employee_id": "number-4711", "location": "Porto", "started_on": "2020-01-01", "attribute_shift": "Day",
    }
    assert client.post(f"/people/{ada.pk}/edit/", form).status_code == 302
    ada.refresh_from_db()
    assert (ada.name, ada.unit, ada.attributes) == ("Ada Novakova", cast.harbour, {"shift": "Day", "demo": "undeclared"})


def test_a_refusal_stays_in_the_form_with_what_was_typed(cast: Cast, ada: Person, as_person: SignIn) -> None:
    response = as_person(cast.iris).post(f"/people/{ada.pk}/edit/", {"name": "Typed Name", "email": "bo@example.org"})
    assert response.status_code == 200
    assert "Somebody else has this e-mail address" in response.content.decode()
    assert "Typed Name" in response.content.decode()


def test_a_partner_is_offered_only_their_units(cast: Cast, ada: Person, as_person: SignIn) -> None:
    shown = as_person(cast.eve).get(f"/people/{ada.pk}/edit/").content.decode()
    assert "Workshop" in shown
    assert str(cast.harbour.pk) not in shown
    assert as_person(cast.eve).post(f"/people/{ada.pk}/edit/", {"name": "Ada", "unit": str(cast.harbour.pk)}).status_code == 200
    ada.refresh_from_db()
    assert ada.unit == cast.workshop


def test_ones_own_record_is_refused_with_the_reason(cast: Cast, as_person: SignIn) -> None:
    response = as_person(cast.iris).get(f"/people/{cast.iris.pk}/edit/")
    assert response.status_code == 403
    assert "Nobody uses a role on their own record" in response.content.decode()
    assert "Nobody uses a role on their own record" in page(as_person(cast.iris), cast.iris)


def test_adding_moving_and_ending_by_form(cast: Cast, as_person: SignIn) -> None:
    client = as_person(cast.iris)
    client.post("/people/new/", {"name": "Nia Berg", "email": "nia@example.org", "unit": str(cast.harbour.pk), "lead": "dan@example.org"})
    nia = Person.objects.get(name="Nia Berg")
    assert leads_above(nia)[0] == cast.dan
    today = date.today()  # noqa: DTZ011
    response = client.post(f"/people/{cast.dan.pk}/move/", {"lead": "Nia Berg (nia@example.org)", "on": today.isoformat()})
    assert "Dan Moreau → Nia Berg → Dan Moreau" in response.content.decode()
    assert client.post(f"/people/{nia.pk}/move/", {"lead": "bo", "on": today.isoformat()}).status_code == 302
    assert client.post(f"/people/{nia.pk}/dotted/", {"lead": "cleo", "on": today.isoformat()}).status_code == 302
    line = ReportingLine.objects.get(person=nia, kind="dotted")
    assert "Cleo Brandt" in page(as_person(cast.ada), nia)
    assert client.post(f"/people/{nia.pk}/dotted/{line.pk}/end/").status_code == 302
    assert client.post(f"/people/{cast.bo.pk}/end/", {"on": today.isoformat(), "reports_to": "Cleo Brandt"}).status_code == 302
    assert leads_above(Person.objects.get(pk=cast.ada.pk))[0] == cast.cleo
    assert client.post(f"/people/{cast.bo.pk}/bring-back/").status_code == 302
    assert Person.objects.get(pk=cast.bo.pk).ended_on is None


@pytest.mark.parametrize(("typed", "words"), [("nobody at all", "Nobody of this name"), ("instrument", "Several people fit: Ada Novak (ada@example.org); Cleo")])
def test_choosing_somebody_asks_again_where_it_is_not_clear(cast: Cast, as_person: SignIn, typed: str, words: str) -> None:
    response = as_person(cast.iris).post(f"/people/{cast.dan.pk}/move/", {"lead": typed, "on": "2026-01-01"})
    assert words in response.content.decode()
    assert typed in response.content.decode()


def test_preferences_are_kept_and_used(cast: Cast, as_person: SignIn) -> None:
    client = as_person(cast.ada)
    assert client.post("/people/preferences/", {"language": "de", "time_zone": "Asia/Tokyo"}).status_code == 302
    assert 'lang="de"' in client.get("/people/").content.decode()
    assert client.post("/people/preferences/", {"language": "xx"}).status_code == 200
    Person.objects.filter(pk=cast.ada.pk).update(time_zone="Nowhere/At all")
    assert client.get("/people/").status_code == 200


@pytest.mark.parametrize(("kind", "typed", "kept"), [("number", "4.5", 4.5), ("date", "2026-01-02", "2026-01-02"), ("choice", "Day", "Day"), ("text", "", None)])
def test_attributes_of_every_kind(cast: Cast, as_person: SignIn, kind: str, typed: str, kept: object) -> None:
    Attribute.objects.create(key="what", label="What", kind=kind, choices=["Day", "Night"])
    form = {"name": "Ada Novak", "email": "ada@example.org", "attribute_what": typed}
    assert as_person(cast.iris).post(f"/people/{cast.ada.pk}/edit/", form).status_code == 302
    assert Person.objects.get(pk=cast.ada.pk).attributes.get("what") == kept
    assert as_person(cast.iris).get(f"/people/{cast.ada.pk}/edit/").status_code == 200


def test_hr_and_administrators_block_by_button(cast: Cast, as_person: SignIn) -> None:
    assert as_person(cast.finn).post(f"/people/{cast.ada.pk}/block/").status_code == 302
    assert "Is stopped from signing in" in page(as_person(cast.iris), cast.ada)
    assert as_person(cast.iris).post(f"/people/{cast.ada.pk}/unblock/").status_code == 302


def test_policies_that_only_forms_ask(cast: Cast) -> None:
    assert policies.can_add(cast.eve)
    assert not policies.can_add(cast.ada)
    for verdict in (policies.can_see_grants(cast.ada), policies.can_export(cast.eve), policies.can_sign_out(cast.ada, cast.bo)):
        with pytest.raises(Denied):
            verdict.enforce()
