"""The frame around pages: rail, theme, language, refusals."""

from __future__ import annotations

import pytest
from django.test import Client, RequestFactory

from azimuth.kit import errors
from azimuth.kit.signs import icon
from azimuth.workspace.navigation import navigation
from azimuth.workspace.preferences import theme_of
from tests.cast import Cast


@pytest.mark.django_db
def test_an_unknown_address_gets_a_friendly_page() -> None:
    response = Client().get("/nowhere/at/all/")
    assert response.status_code == 404
    assert "There is nothing here for you" in response.text
    assert "http" not in response.text.split("<main", 1)[1]


@pytest.mark.django_db
def test_a_host_that_is_not_ours_gets_a_plain_400() -> None:
    response = Client().get("/healthz", headers={"host": "elsewhere.example", "referer": "https://elsewhere.example/"})
    assert response.status_code == 400
    assert "We could not read that" in response.text


@pytest.mark.parametrize("name", errors.ICONS.values())
def test_every_error_page_has_its_icon(name: str) -> None:
    assert f"icon--{name}" in icon(name)


@pytest.mark.django_db
@pytest.mark.parametrize("chosen", ["light", "dark"])
def test_theme_is_kept_in_a_cookie(chosen: str) -> None:
    client = Client()
    response = client.post("/preferences/theme/", {"theme": chosen, "next": "/people/?q=a"})
    assert (response.status_code, response["Location"]) == (302, "/people/?q=a")
    assert client.cookies["theme"].value == chosen
    assert f'data-theme="{chosen}"' in client.get("/nowhere/").text
    client.post("/preferences/theme/", {"theme": "system"})
    assert not client.cookies["theme"].value


@pytest.mark.django_db
@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org", "/\\example.org", "javascript:alert(1)"])
def test_theme_never_leads_elsewhere(elsewhere: str) -> None:
    assert Client().post("/preferences/theme/", {"theme": "dark", "next": elsewhere})["Location"] == "/"


@pytest.mark.django_db
def test_preferences_want_a_post() -> None:
    assert Client().get("/preferences/theme/").status_code == 405
    assert Client().get("/preferences/language/").status_code == 405


@pytest.mark.django_db
def test_language_turns_the_page_round() -> None:
    client = Client()
    client.post("/preferences/language/", {"language": "ar"})
    assert '<html lang="ar" dir="rtl"' in client.get("/nowhere/").text
    client.post("/preferences/language/", {"language": "tlh"})
    assert '<html lang="ar"' in client.get("/nowhere/").text


def test_an_unknown_theme_counts_as_none() -> None:
    request = RequestFactory().get("/", headers={"cookie": 'theme="><script>'})
    assert theme_of(request) == ""


def test_nobody_has_no_places() -> None:
    assert navigation(None, "/") == ()


def test_the_way_back_stays_on_this_site() -> None:
    ours = RequestFactory().get("/b/", headers={"referer": "http://testserver/a/?x=1"})
    theirs = RequestFactory().get("/b/", headers={"referer": "http://elsewhere/a/"})
    assert (errors.came_from(ours), errors.came_from(theirs)) == ("/a/?x=1", "")


def test_a_crash_needs_neither_session_nor_database() -> None:
    response = errors.failed(RequestFactory().get("/"))
    assert response.status_code == 500
    assert "Something broke on our side" in response.text


@pytest.mark.django_db
def test_each_sees_the_places_they_may_open(cast: Cast) -> None:
    places = {name: [str(entry.label) for entry in navigation(getattr(cast, name), "/")] for name in ("ada", "iris", "jon")}
    assert places["ada"][:3] == ["Home", "Reviews", "People"]
    assert {"Cycles", "Import", "Settings"} <= set(places["iris"])
    assert not {"Cycles", "Import", "Audit", "Settings"} & set(places["ada"])
    assert "Audit" in places["jon"]


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "here"), [("/", "Home"), ("/people/", "People"), ("/people/import/", "Import"), ("/reviews/cycles/new/", "Cycles"), ("/nowhere/", None)])
def test_the_deepest_place_that_holds_the_page_is_marked(cast: Cast, path: str, here: str | None) -> None:
    marked = [str(entry.label) for entry in navigation(cast.iris, path) if entry.is_current]
    assert marked == ([here] if here else [])
