"""The same page sent twice is one deed; a page opened anew is another; the answer path keeps nothing of what was sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from azimuth.kit.once import leaves_no_trace
from azimuth.people.models import Person, Unit
from azimuth.reviews.models import Assignment
from azimuth.reviews.views import answering, asking
from tests.cast import Cast
from tests.house.filling import forms_of

SignIn = Callable[[Person], Client]
ADDRESS = "/people/units/new/"


def kept() -> int:
    """How many rows the shared cache has."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM shared_cache")
        (rows,) = cursor.fetchone()
    return int(rows)


def page(client: Client) -> dict[str, list[str]]:
    """The form of a new unit as a browser holds it."""
    (form,) = [form for form in forms_of(ADDRESS, client.get(ADDRESS).content.decode()) if form.action == ADDRESS and form.is_post]
    return {**form.filled(), "name": ["Foundry"]}


def test_a_second_click_leads_where_the_first_one_led(cast: Cast, as_person: SignIn) -> None:
    client = as_person(cast.iris)
    sent = page(client)
    first, second = client.post(ADDRESS, sent), client.post(ADDRESS, sent)
    assert (second.status_code, second["Location"]) == (302, first["Location"])
    assert second["Cache-Control"] == "no-store"
    assert Unit.objects.filter(name="Foundry").count() == 1


def test_a_page_opened_anew_is_another_deed(cast: Cast, as_person: SignIn) -> None:
    client = as_person(cast.iris)
    client.post(ADDRESS, page(client))
    again = client.post(ADDRESS, page(client))
    assert "already" in again.content.decode()


def test_another_person_and_another_address_are_another_deed(cast: Cast, as_person: SignIn) -> None:
    client, sent = as_person(cast.iris), {"csrfmiddlewaretoken": "same", "language": "de", "time_zone": ""}
    assert client.post("/people/preferences/", sent).status_code == 302
    assert as_person(cast.ada).post("/people/preferences/", sent)["Location"] == f"/people/{cast.ada.pk}/"
    assert client.post(ADDRESS, sent).status_code == 200


def test_what_was_refused_can_be_sent_again(cast: Cast, as_person: SignIn) -> None:
    client = as_person(cast.iris)
    sent = {**page(client), "name": [" "]}
    assert client.post(ADDRESS, sent).status_code == client.post(ADDRESS, sent).status_code == 200


def test_after_a_while_it_is_forgotten(cast: Cast, as_person: SignIn) -> None:
    client, before = as_person(cast.iris), kept()
    client.post(ADDRESS, page(client))
    assert kept() == before + 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key, expires FROM shared_cache ORDER BY expires DESC")
        key, expires = next(row for row in cursor.fetchall() if "once:" in row[0])
    assert "Foundry" not in key
    assert expires <= timezone.now() + timedelta(minutes=11)
    cache.clear()


def test_the_answer_path_keeps_nothing_of_what_was_sent(asked: Assignment, workshop: Cast, as_person: SignIn) -> None:
    form = Assignment.objects.get(subject=asked.subject, rater=workshop.cleo)
    client, address = as_person(workshop.cleo), reverse("reviews:answer", args=[form.pk])
    client.get(address)
    before = kept()
    assert client.post(address, {"csrfmiddlewaretoken": "of this page", "seen": ""}).status_code == 302
    assert kept() == before
    for view in (answering.answer, answering.submit_all, asking.decline):
        assert getattr(view, leaves_no_trace.__name__) is True
