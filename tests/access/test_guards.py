"""Guards mark views; the signed-in one keeps others out and everything out of caches."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from azimuth.access.guards import ask_to_sign_in, mark, open_to_all, signed_in


def page(request: HttpRequest, number: int = 0) -> HttpResponse:
    """A page."""
    return HttpResponse(f"page {number}")


def test_a_guard_leaves_its_name() -> None:
    assert mark(page, "with_link").guard == "with_link"  # type: ignore[attr-defined]
    assert open_to_all(page).guard == "open_to_all"  # type: ignore[attr-defined]
    assert signed_in(page).guard == "signed_in"  # type: ignore[attr-defined, arg-type]


def test_somebody_signed_in_gets_the_page_and_no_cache_keeps_it() -> None:
    request = RequestFactory().get("/page/")
    request.person = SimpleNamespace(pk=1, name="Ada")  # type: ignore[attr-defined]
    response = signed_in(page)(request, 7)  # type: ignore[arg-type]
    assert response.content == b"page 7"  # type: ignore[attr-defined]
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize("person", [None, "missing"])
def test_others_are_asked_to_sign_in_and_come_back(person: str | None) -> None:
    request = RequestFactory().get("/page/?q=1")
    if person is None:
        request.person = None  # type: ignore[attr-defined]
    response = signed_in(page)(request)  # type: ignore[arg-type]
    assert response.status_code == 302
    assert response["Location"] == "/accounts/login/?next=/page/%3Fq%3D1"


def test_htmx_loads_the_way_whole() -> None:
    response = ask_to_sign_in(RequestFactory().get("/page/?q=1", headers={"HX-Request": "true"}))
    assert (response.status_code, response["HX-Redirect"]) == (401, "/accounts/login/?next=/page/%3Fq%3D1")


def test_a_script_that_saves_only_hears_that_nobody_is_signed_in() -> None:
    response = ask_to_sign_in(RequestFactory().post("/page/", {"text": "long"}, headers={"HX-Request": "true"}))
    assert response.status_code == 401
    assert "HX-Redirect" not in response


def test_what_was_typed_before_the_session_ended_is_kept() -> None:
    request = RequestFactory().post("/page/", {"text": "CANARY, long enough to be worth showing again"}, headers={"Origin": "http://testserver"})
    response = ask_to_sign_in(request)
    assert response.status_code == 403
    assert "CANARY" in response.content.decode()  # type: ignore[attr-defined]


def test_a_form_of_a_foreign_page_is_not_kept() -> None:
    request = RequestFactory().post("/page/?q=1", {"text": "CANARY"}, headers={"Origin": "http://evil.example"})
    response = ask_to_sign_in(request)
    assert (response.status_code, response["Location"]) == (302, "/accounts/login/?next=/page/")
