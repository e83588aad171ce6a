"""Guards mark views; the signed-in one keeps others out and everything out of caches."""

from __future__ import annotations

from types import SimpleNamespace

from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from azimuth.access.guards import mark, open_to_all, signed_in


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


def test_others_are_asked_to_sign_in_and_come_back() -> None:
    for person in (None, "missing"):
        request = RequestFactory().get("/page/?q=1")
        if person is None:
            request.person = None  # type: ignore[attr-defined]
        response = signed_in(page)(request)  # type: ignore[arg-type]
        assert response.status_code == 302
        assert response["Location"] == "/accounts/login/?next=/page/%3Fq%3D1"
