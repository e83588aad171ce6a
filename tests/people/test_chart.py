"""The organisation chart, a node at a time."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.test import Client

from azimuth.people.models import Account, Person, ReportingLine
from tests.cast import Cast, person
from tests.queries import assert_constant_queries

SignIn = Callable[[Person], Client]


def send_away(name: str) -> None:
    Account.objects.filter(person__name__endswith=name).delete()
    Person.objects.filter(name__endswith=name).delete()


def names(page: str) -> list[str]:
    return re.findall(r'face__name">([^<]+)<', page.split('class="tree"')[-1].split("</chart-tree>")[0])


def test_one_head_comes_with_their_team(cast: Cast, as_person: SignIn) -> None:
    shown = names(as_person(cast.ada).get("/people/chart/", follow=True).content.decode())
    assert shown == ["Iris Okafor", "Bo Lindqvist", "Dan Moreau", "Eve Castellano", "Finn Aaltonen", "Jon Abara"]


def test_several_heads_stand_side_by_side(cast: Cast, as_person: SignIn) -> None:
    ReportingLine.objects.filter(person=cast.bo).delete()
    assert names(as_person(cast.ada).get("/people/chart/?top").text) == ["Bo Lindqvist", "Iris Okafor"]


def test_it_begins_with_the_head_of_ones_own_line(cast: Cast, as_person: SignIn) -> None:
    ReportingLine.objects.filter(person=cast.bo).delete()
    ReportingLine.objects.filter(person=cast.jon).delete()
    first = as_person(cast.ada).get("/people/chart/").text
    assert names(first) == ["Bo Lindqvist", "Ada Novak", "Cleo Brandt"]
    assert 'href="/people/chart/?top"' in first
    assert names(as_person(cast.bo).get("/people/chart/").text) == names(first)
    assert names(as_person(cast.jon).get("/people/chart/").text) == ["Bo Lindqvist", "Iris Okafor"], "Who stands outside all lines begins at the top."


def test_an_open_node_shows_the_way_down_to_it(cast: Cast, as_person: SignIn) -> None:
    shown = names(as_person(cast.dan).get(f"/people/chart/?open={cast.bo.pk}").content.decode())
    assert shown == ["Iris Okafor", "Bo Lindqvist", "Ada Novak", "Cleo Brandt"]


def test_who_left_is_not_on_it(cast: Cast, as_person: SignIn) -> None:
    assert "Gus Petrov" not in as_person(cast.iris).get(f"/people/chart/?open={cast.bo.pk}").content.decode()
    assert as_person(cast.iris).get(f"/people/chart/?open={cast.gus.pk}").status_code == 404
    assert as_person(cast.iris).get("/people/chart/?open=rubbish").status_code == 404


def test_htmx_gets_the_branch_alone(cast: Cast, as_person: SignIn) -> None:
    response = as_person(cast.ada).get(f"/people/chart/?open={cast.bo.pk}", headers={"HX-Request": "true"})
    text = response.content.decode()
    assert "<html" not in text
    assert "Ada Novak" in text
    assert "Iris Okafor" not in text
    assert "HX-Request" in response["Vary"]


def test_a_search_jumps_to_the_only_one_it_finds(cast: Cast, as_person: SignIn) -> None:
    response = as_person(cast.ada).get("/people/chart/?q=cleo")
    assert response["Location"] == f"/people/chart/?open={cast.cleo.pk}#open"
    assert "Ada Novak" in as_person(cast.ada).get("/people/chart/?q=instrument").content.decode()
    assert "Nobody fits" in as_person(cast.ada).get("/people/chart/?q=zzz").content.decode()


def test_many_under_one_come_in_pages(cast: Cast, as_person: SignIn) -> None:
    for number in range(60):
        person(f"Zed{number:02} Numbered", cast.harbour, "Sailor", cast.dan)
    client = as_person(cast.ada)
    ReportingLine.objects.filter(person=cast.dan).delete()
    ReportingLine.objects.exclude(lead=cast.dan).delete()
    first = client.get("/people/chart/").content.decode()
    link = re.search(r'tree__more"><a href="([^"]+)"', first)
    assert link
    second = client.get(link[1].replace("&amp;", "&")).content.decode()
    numbered = [name for name in names(first) + names(second) if "Numbered" in name]
    assert len(numbered) == len(set(numbered)) == 60
    part = client.get(link[1].replace("&amp;", "&"), headers={"HX-Request": "true"}).content.decode()
    assert part.count('class="tree__node"') == 10


def test_the_number_of_queries_does_not_grow(cast: Cast, as_person: SignIn) -> None:
    ReportingLine.objects.filter(person=cast.bo).delete()
    for path in ("/people/chart/", f"/people/chart/?open={cast.dan.pk}"):
        person("First Under", cast.workshop, "Apprentice", cast.dan)
        assert_constant_queries(
            as_person(cast.ada), path, lambda: [person(f"{letter} Newcomer", cast.workshop, "Apprentice", cast.dan) for letter in "PQR"]
        )
        send_away("Newcomer")
        send_away("First Under")


def test_an_empty_organisation_is_told_how_it_grows(cast: Cast, as_person: SignIn) -> None:
    ReportingLine.objects.all().delete()
    assert "No chart yet" in as_person(cast.ada).get("/people/chart/").content.decode()
