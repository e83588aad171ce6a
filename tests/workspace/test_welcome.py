"""Claiming a fresh installation in the browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from azimuth.people.actions.first_run import setup_code
from azimuth.people.models import Account, Person
from azimuth.people.states import Role
from tests.cast import Cast

FORM = {"organisation": "Meridian", "name": "Iris Okafor", "email": "iris@example.org", "password": "seven quiet compasses"}


@pytest.fixture(autouse=True)
def _fresh(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.DATA = tmp_path
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def _database(db: None) -> None:
    """Every test here touches it."""


def test_an_empty_installation_leads_everybody_to_welcome() -> None:
    response = Client().get("/", follow=True)
    assert response.redirect_chain[-1][0] == "/welcome/"
    assert "This installation is new" in response.content.decode()


def test_the_code_makes_an_administrator_who_is_signed_in_at_once() -> None:
    client = Client()
    response = client.post("/welcome/", {**FORM, "code": setup_code()}, follow=True)
    page = response.content.decode()
    assert "Get started" in page
    assert "Bring in your people" in page
    iris = Person.objects.get()
    assert iris.has_role(Role.HR_ADMIN)
    assert iris.has_role(Role.SYSTEM_ADMIN)
    assert client.get("/welcome/").status_code == 404


def test_a_stranger_without_the_code_gets_nowhere_and_soon_no_further() -> None:
    client = Client()
    for _try in range(10):
        response = client.post("/welcome/", {**FORM, "code": "guess-guess-guess"})
        assert "This is not the set-up code" in response.content.decode()
    assert client.post("/welcome/", {**FORM, "code": setup_code()}).status_code == 429
    assert not Account.objects.exists()


@pytest.mark.parametrize(("changed", "words"), [({"password": "short"}, "too short"), ({"email": "no address"}, "valid email"), ({"name": ""}, "required")])
def test_what_is_wrong_is_said_beside_the_field(changed: dict[str, str], words: str) -> None:
    response = Client().post("/welcome/", {**FORM, "code": setup_code(), **changed})
    assert words in response.content.decode()
    assert not Account.objects.exists()


def test_it_is_gone_once_there_is_an_administrator(cast: Cast) -> None:
    assert Client().get("/welcome/").status_code == 404
    assert Client().post("/welcome/", FORM).status_code == 404
    assert Client().get("/", follow=True).redirect_chain[-1][0].startswith("/accounts/login/")
