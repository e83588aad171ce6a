"""Reading: the list by collection, search, and that everybody inside reads what is expected."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from azimuth.competencies import actions
from azimuth.competencies.models import Competency
from azimuth.people.models import Person
from tests.cast import Cast

SignIn = Callable[[Person], Client]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def library(now: datetime) -> None:
    actions.load_library(at=now)


def test_everybody_reads_but_only_hr_is_offered_deeds(cast: Cast, as_person: SignIn) -> None:
    deciding = Competency.objects.get(code="deciding")
    for who, may in ((cast.ada, False), (cast.iris, True)):
        client = as_person(who)
        listed = client.get(reverse("competencies:index")).content.decode()
        page = client.get(reverse("competencies:competency", args=[deciding.pk])).content.decode()
        assert "Deciding" in listed
        assert "names the day on which to look at it again" in page
        assert ("New competency" in listed) is may
        assert ("Retire" in page) is may
        assert ("Leadership 360" in page) is may


def test_the_list_is_ordered_by_collection_and_searched(cast: Cast, as_person: SignIn) -> None:
    client = as_person(cast.ada)
    page = client.get(reverse("competencies:index")).content.decode()
    assert page.index("Individual contributor</h2>") < page.index("Leadership</h2>") < page.index("Service</h2>")
    found = client.get(reverse("competencies:index"), {"q": "promises"}).content.decode()
    assert "Following through" in found
    assert "Deciding" not in found
    assert "Listening" not in client.get(reverse("competencies:index"), {"collection": "Service"}).content.decode()
    assert "Nothing fits" in client.get(reverse("competencies:index"), {"q": "zebra\x00%"}).content.decode()


def test_htmx_gets_the_list_only(cast: Cast, as_person: SignIn) -> None:
    answer = as_person(cast.ada).get(reverse("competencies:index"), {"q": "decid"}, headers={"HX-Request": "true"})
    assert answer.content.decode().strip().startswith('<div class="stack stack--loose" id="list">')


def test_list_and_page_cost_the_same_for_few_and_many(cast: Cast, as_person: SignIn) -> None:
    client = as_person(cast.iris)

    def cost(address: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            client.get(address)
        return len(seen)

    index, page = reverse("competencies:index"), reverse("competencies:competency", args=[Competency.objects.get(code="deciding").pk])
    cost(index)
    many = cost(index), cost(page)
    Competency.objects.exclude(code="deciding").delete()
    assert (cost(index), cost(page)) == many
    assert max(many) <= 12


def test_an_empty_library_teaches(cast: Cast, as_person: SignIn) -> None:
    Competency.objects.all().delete()
    client = as_person(cast.iris)
    assert "No competency yet" in client.get(reverse("competencies:index")).content.decode()
    assert "Nothing is retired" in client.get(reverse("competencies:retired")).content.decode()
