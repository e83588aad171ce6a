"""The pages on which HR arranges units, attributes and roles."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from django.test import Client

from azimuth.people.models import Attribute, Grant, Person, Unit
from azimuth.people.states import Role
from tests.cast import Cast, unit
from tests.queries import assert_constant_queries

SignIn = Callable[[Person], Client]


def test_units_are_made_renamed_moved_merged_and_closed(cast: Cast, as_person: SignIn) -> None:
    client = as_person(cast.iris)
    client.post("/people/units/new/", {"name": "Optics", "parent": str(cast.workshop.pk)})
    optics = Unit.objects.get(name="Optics")
    client.post(f"/people/units/{optics.pk}/rename/", {"name": "Optics Lab"})
    client.post(f"/people/units/{optics.pk}/move/", {"parent": str(cast.harbour.pk)})
    optics.refresh_from_db()
    assert (optics.name, optics.parent) == ("Optics Lab", cast.harbour)
    assert "Meridian › Harbour" in client.get(f"/people/units/{optics.pk}/").content.decode()
    client.post(f"/people/units/{optics.pk}/merge/", {"into": str(cast.workshop.pk)})
    assert "Closed since" in client.get(f"/people/units/{optics.pk}/").content.decode()
    assert "Optics Lab" not in client.get("/people/units/").content.decode()
    assert "Optics Lab" in client.get("/people/units/?closed").content.decode()
    client.post(f"/people/units/{optics.pk}/reopen/")
    client.post(f"/people/units/{optics.pk}/close/")
    optics.refresh_from_db()
    assert optics.ended_on


def test_a_unit_is_not_offered_places_inside_itself(cast: Cast, as_person: SignIn) -> None:
    lab = unit("Lab", cast.workshop)
    page = as_person(cast.iris).get(f"/people/units/{cast.workshop.pk}/move/").content.decode()
    assert str(lab.pk) not in page
    assert as_person(cast.iris).post(f"/people/units/{cast.workshop.pk}/move/", {"parent": str(lab.pk)}).status_code == 200


def test_a_refusal_of_a_button_is_a_page_with_its_sentence(cast: Cast, as_person: SignIn) -> None:
    response = as_person(cast.iris).post(f"/people/units/{cast.workshop.pk}/close/")
    assert response.status_code == 409
    assert "People work in Workshop" in response.content.decode()


def test_the_tree_takes_one_query_for_any_number(cast: Cast, as_person: SignIn) -> None:
    assert_constant_queries(as_person(cast.iris), "/people/units/", lambda: [unit(f"U{number}", cast.workshop) for number in range(9)])


def test_attributes_are_declared_amended_and_dropped(cast: Cast, as_person: SignIn) -> None:
    client = as_person(cast.iris)
    assert "Most organisations need none" in client.get("/people/attributes/").content.decode()
    form = {"label": "Shift", "key": "shift", "kind": "choice", "choices": "Day\nNight\nDay\n", "may_cut": "on"}
    client.post("/people/attributes/new/", form)
    shift = Attribute.objects.get()
    assert (shift.choices, shift.may_cut) == (["Day", "Night"], True)
    for wrong in ("Shift", "9shift", "a b", "a__b"):
        assert client.post("/people/attributes/new/", {**form, "key": wrong}).status_code == 200
    client.post(f"/people/attributes/{shift.pk}/amend/", {"label": "Shifts", "choices": "Day\nLate"})
    shift.refresh_from_db()
    assert (shift.label, shift.choices, shift.may_cut) == ("Shifts", ["Day", "Late"], False)
    client.post(f"/people/attributes/{shift.pk}/drop/")
    assert not Attribute.objects.exists()


def test_a_role_is_given_and_ended_by_form(cast: Cast, as_person: SignIn) -> None:
    client, today = as_person(cast.iris), date.today()  # noqa: DTZ011
    assert "Ada Novak (ada@example.org)" in client.get(f"/people/grants/new/?person={cast.ada.pk}").content.decode()
    assert client.get("/people/grants/new/?person=rubbish").status_code == 200
    form = {"person": "Ada Novak", "role": "hr_partner", "unit": str(cast.harbour.pk), "starts_on": (today + timedelta(days=1)).isoformat()}
    assert client.post("/people/grants/new/", form).status_code == 302
    page = client.get("/people/grants/").content.decode()
    assert "to come" in page
    grant = Grant.objects.get(person=cast.ada)
    client.post(f"/people/grants/{grant.pk}/withdraw/")
    assert not Grant.objects.filter(person=cast.ada).exists()


def test_only_roles_one_gives_are_offered(cast: Cast, as_person: SignIn) -> None:
    assert "System administrator" not in as_person(cast.iris).get("/people/grants/new/").content.decode().split("<form class=\"form\"")[1]
    hr_form = as_person(cast.finn).get("/people/grants/new/").content.decode().split("<form class=\"form\"")[1]
    assert "HR administrator" not in hr_form
    assert as_person(cast.finn).post("/people/grants/new/", {"person": "ada", "role": "hr_admin", "starts_on": "2026-01-01"}).status_code == 200


def test_giving_to_oneself_is_refused_with_the_reason(cast: Cast, as_person: SignIn) -> None:
    response = as_person(cast.iris).post("/people/grants/new/", {"person": "iris", "role": "auditor", "starts_on": "2026-01-01"})
    assert response.status_code == 403
    assert "Nobody gives a role to themselves" in response.content.decode()


def test_past_roles_are_listed_on_demand(cast: Cast, as_person: SignIn) -> None:
    Grant.objects.create(person=cast.ada, role=Role.AUDITOR, starts_on=date(2020, 1, 1), ends_on=date(2021, 1, 1))
    client = as_person(cast.jon)
    assert "Ada Novak" not in client.get("/people/grants/").content.decode()
    assert "Ada Novak" in client.get("/people/grants/?past").content.decode()


def test_laying_down_ones_own_role_leads_to_ones_page(cast: Cast, as_person: SignIn) -> None:
    response = as_person(cast.eve).post(f"/people/grants/{Grant.objects.get(person=cast.eve).pk}/withdraw/")
    assert response["Location"] == f"/people/{cast.eve.pk}/"
