"""The directory: found by a few letters, narrowed, sorted, paged, exported; the same without scripts."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.utils import translation

from azimuth.audit.models import Entry
from azimuth.people.importing.fields import Field, meaning
from azimuth.people.models import Account, Person
from azimuth.people.queries import directory, units
from azimuth.people.tables import RecordExport
from tests import words
from tests.cast import Cast, person, unit
from tests.queries import assert_constant_queries

SignIn = Callable[[Person], Client]


def send_away(name: str) -> None:
    Account.objects.filter(person__name__endswith=name).delete()
    Person.objects.filter(name__endswith=name).delete()


def names(page: str) -> list[str]:
    return re.findall(r'face__name">([^<]+)<', page.split("<tbody>")[-1]) if "<tbody>" in page else []


def listed(client: Client, query: str = "") -> list[str]:
    return names(client.get(f"/people/?{query}").content.decode())


def test_everybody_sees_who_works_here_and_nobody_who_left(cast: Cast, as_person: SignIn) -> None:
    found = listed(as_person(cast.ada))
    assert found == sorted(found)
    assert "Gus Petrov" not in found
    assert len(found) == 8


@pytest.mark.parametrize("words", ["sven aland", "aland sven", "SVEN Å", "ÅLAND", "såil åland", "aland harb"])
def test_accents_case_and_order_are_forgiven(cast: Cast, as_person: SignIn, words: str) -> None:
    person("Sven Åland", cast.harbour, "Sailmaker")
    assert listed(as_person(cast.ada), f"q={words}") == ["Sven Åland"]


@pytest.mark.parametrize("words", ["zzz", "'", "a & !b", "\\", "%", "<b>", ":*", "   "])
def test_odd_signs_find_nobody_or_everybody_but_never_break(cast: Cast, as_person: SignIn, words: str) -> None:
    assert as_person(cast.ada).get("/people/", {"q": words}).status_code == 200


def test_a_unit_means_all_below_it(cast: Cast, as_person: SignIn) -> None:
    lab = unit("Lab", cast.workshop)
    person("Lena Moss", lab, "Optician")
    assert "Lena Moss" in listed(as_person(cast.ada), f"unit={cast.workshop.pk}")
    assert listed(as_person(cast.ada), f"unit={lab.pk}") == ["Lena Moss"]
    assert listed(as_person(cast.ada), f"unit={lab.pk}&q=ada") == []


def test_places_are_a_filter(cast: Cast, as_person: SignIn) -> None:
    Person.objects.filter(pk__in=[cast.bo.pk, cast.cleo.pk]).update(location="Bergen")
    Person.objects.filter(pk=cast.dan.pk).update(location="Porto")
    assert directory.locations() == ["Bergen", "Porto"]
    assert listed(as_person(cast.ada), "location=Bergen") == ["Bo Lindqvist", "Cleo Brandt"]


def test_who_left_is_listed_for_their_hr_only(cast: Cast, as_person: SignIn) -> None:
    assert listed(as_person(cast.iris), "state=left") == ["Gus Petrov"]
    assert "Gus Petrov" in listed(as_person(cast.iris), "state=")
    assert listed(as_person(cast.eve), "state=left") == ["Gus Petrov"]
    assert "Gus Petrov" not in listed(as_person(cast.ada), "state=left")
    Person.objects.filter(pk=cast.gus.pk).update(unit=cast.harbour)
    assert listed(as_person(cast.eve), "state=left") == []


def test_people_without_a_lead_are_a_filter_for_hr(cast: Cast, as_person: SignIn) -> None:
    assert listed(as_person(cast.iris), "lead=none") == ["Iris Okafor"]


def test_pages_go_on_where_the_last_ended(cast: Cast, as_person: SignIn) -> None:
    for number in range(60):
        person(f"Zed{number:02} Numbered", cast.harbour, "Sailor")
    client = as_person(cast.ada)
    first = client.get("/people/").content.decode()
    link = re.search(r'rel="next" href="([^"]+)"', first)
    assert link
    second = client.get("/people/" + link[1].replace("&amp;", "&")).content.decode()
    assert len(names(first)) == 25
    assert len(names(first) + names(second)) == len(set(names(first) + names(second))) == 50


def test_it_sorts_by_role(cast: Cast, as_person: SignIn) -> None:
    assert listed(as_person(cast.ada), "sort=job_title")[0] == "Eve Castellano"
    assert listed(as_person(cast.ada), "sort=-job_title")[0] == "Bo Lindqvist"


def test_the_number_of_queries_does_not_grow(cast: Cast, as_person: SignIn) -> None:
    for who in (cast.ada, cast.eve, cast.iris):
        assert_constant_queries(as_person(who), "/people/", lambda: [person(f"{letter} Newcomer", cast.harbour, "Sailor") for letter in "PQR"])
        send_away("Newcomer")


def test_only_hr_administrators_take_it_away(cast: Cast, as_person: SignIn) -> None:
    for who in (cast.ada, cast.bo, cast.eve, cast.finn, cast.jon):
        response = as_person(who).get("/people/?export=csv")
        assert response["Content-Type"].startswith("text/html")
    assert not Entry.objects.exists()


def test_an_export_holds_the_record_and_is_recorded(cast: Cast, as_person: SignIn) -> None:
    Person.objects.filter(pk=cast.ada.pk).update(name="=1+1", search_text="1 1")
    response = as_person(cast.iris).get("/people/?export=csv&q=instrument")
    rows = list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))
    assert [row["Name"] for row in rows] == ["Cleo Brandt"]
    response = as_person(cast.iris).get("/people/?export=csv")
    rows = list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))
    ada = next(row for row in rows if row["Employee number"] == "ada")
    assert (ada["Name"], ada["Lead's employee number"], ada["Unit"]) == ("'=1+1", "bo", "Workshop")
    assert [entry.detail for entry in Entry.objects.filter(action="people.export")] == [
        {"form": "csv", "narrowed": True}, {"form": "csv", "narrowed": False},
    ]


def test_an_export_as_xlsx(cast: Cast, as_person: SignIn) -> None:
    response = as_person(cast.iris).get("/people/?export=xlsx")
    assert response.content.startswith(b"PK")
    assert "people.xlsx" in response["Content-Disposition"]


def test_htmx_gets_the_same_page(cast: Cast, as_person: SignIn) -> None:
    response = as_person(cast.ada).get("/people/?q=bo", headers={"HX-Request": "true"})
    assert names(response.content.decode()) == ["Bo Lindqvist"]


def test_units_to_choose_are_whole_levels_from_the_top(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(4):
        unit(f"Bench {number}", cast.workshop)
    monkeypatch.setattr(units, "CHOICES_AT_MOST", 3)
    assert [name.strip("\u2003") for _key, name in units.choices()] == ["Meridian", "Harbour", "Workshop"]


def test_a_unit_too_deep_for_the_list_can_still_be_asked_for(cast: Cast, as_person: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = unit("Bench", cast.workshop)
    person("Lena Moss", bench, "Optician")
    monkeypatch.setattr(units, "CHOICES_AT_MOST", 3)
    assert listed(as_person(cast.ada), f"unit={bench.pk}") == ["Lena Moss"]
    assert len(listed(as_person(cast.ada), "unit=rubbish")) == 9


def test_suggestions_name_people_so_that_they_are_found_again(cast: Cast, as_person: SignIn) -> None:
    found = as_person(cast.ada).get("/people/suggest/?q=lindq").json()["people"]
    assert found == [{"value": "Bo Lindqvist (bo@example.org)", "note": "Workshop Lead · Workshop"}]
    assert as_person(cast.ada).get("/people/suggest/").json() == {"people": []}
    assert as_person(cast.ada).get("/people/suggest/?q=gus").json() == {"people": []}


def test_somebody_without_address_and_number_is_found_again(cast: Cast) -> None:
    twins = [Person.objects.create(name="Mo Twin", search_text="mo twin") for _one in range(2)]
    for twin in twins:
        assert directory.found_by(Person.objects.all(), directory.called(twin)) == [twin]


def test_somebody_not_begun_yet_is_not_listed(cast: Cast, as_person: SignIn) -> None:
    Person.objects.filter(pk=cast.cleo.pk).update(started_on=date(2999, 1, 1))
    assert "Cleo Brandt" not in listed(as_person(cast.ada))


@pytest.mark.parametrize("language", ["en", *words.languages()])
def test_an_import_reads_the_headings_of_an_export_again(language: str) -> None:
    means = {"lead_number": Field.LEAD, "lead_email": Field.LEAD}
    with translation.override(language):
        misread = {str(column.label): meaning(str(column.label)) for column in RecordExport.columns if meaning(str(column.label)) != means.get(column.key, column.key)}
    assert misread == {}
