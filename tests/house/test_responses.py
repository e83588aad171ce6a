"""Every response of every address carries the right headers, and looking at a page changes nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from pytest_django import Settings

from azimuth.people.models import Person
from tests.cast import Cast
from tests.house.permissions import Row, rows
from tests.house.stage import Stage
from tests.house.visits import first_who_may, path_of, visit

SignIn = Callable[[Person], Client]
READABLE = [row for row in rows().values() if "get" in row.cells]

POLICY = {
    "default-src": "'none'", "script-src": "'self'", "style-src": "'self'", "img-src": "'self' data:", "font-src": "'self'",
    "connect-src": "'self'", "form-action": "'self'", "base-uri": "'none'", "frame-ancestors": "'none'", "object-src": "'none'",
    "manifest-src": "'self'",
}
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}

BY_LINK = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}  # the address itself is a secret

# Written by a GET, each with its reason; everything else a GET writes is a fault.
WRITES = re.compile(r"\b(INSERT\s+INTO|UPDATE|DELETE\s+FROM|TRUNCATE|COPY)\s+(?:ONLY\s+)?\"?(\w+)\"?(?!\s+OF\b)", re.IGNORECASE)
TABLES_OF_SESSIONS = {"django_session", "usersessions_usersession"}  # when somebody was last seen; messages shown once
MAY_WRITE = {
    "reviews:report": "that a report was opened is recorded, so that people see who read about them",
    "reviews:report-pdf": "the same, as a file",
    "reviews:guide": "the same: the guide says what is in the report",
    "reviews:cohort": "taking its figures away is recorded",
    "reviews:cohort-pdf": "the same, as a file",
}


def assert_headers(response: HttpResponse, *, signed_in: bool, by_link: bool = False) -> None:
    policy = dict(part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";"))
    assert policy == POLICY
    for name, value in {**ALWAYS, **(BY_LINK if by_link else {})}.items():
        assert response.get(name) == value, f"{name} is {response.get(name)!r}, not {value!r}"
    if signed_in:
        assert response.get("Cache-Control") == "no-store", "what somebody signed in sees is kept in no cache"
        assert not {"ETag", "Last-Modified"} & set(response.headers), "a validator would change with what others do"
    for cookie in response.cookies.values():
        assert cookie["samesite"] == "Lax", cookie
        assert cookie["httponly"], cookie
        assert cookie["path"] == "/", cookie


@pytest.mark.parametrize("row", READABLE, ids=str)
def test_every_page_has_the_right_headers(row: Row, cast: Cast, now: datetime, as_person: SignIn) -> None:
    """A13, A45: no cache keeps what one sees, no validator changes with an answer, no other site frames it."""
    address, by_link = path_of(row, Stage(cast, now)), row.guard == "with_link"
    assert_headers(visit(Client(), row, "get", address), signed_in=False, by_link=by_link)
    actor = first_who_may(row, "get")
    if actor:
        assert_headers(visit(as_person(getattr(cast, actor)), row, "get", address), signed_in=True, by_link=by_link)


@pytest.mark.parametrize("row", READABLE, ids=str)
def test_looking_changes_nothing(row: Row, cast: Cast, now: datetime, as_person: SignIn) -> None:
    actor = first_who_may(row, "get")
    if actor is None:
        return
    address, client, written = path_of(row, Stage(cast, now)), as_person(getattr(cast, actor)), []

    def watch(execute: Callable[..., Any], query: str, values: Any, many: bool, context: Any) -> Any:
        written.extend(found[0] for found in WRITES.finditer(query) if found[2].lower() not in TABLES_OF_SESSIONS)
        return execute(query, values, many, context)

    client.get(address, row.query)
    with connection.execute_wrapper(watch):
        response = client.get(address, row.query)
        if response.streaming:
            b"".join(response.streaming_content)  # type: ignore[arg-type]
    if row.name not in MAY_WRITE:
        assert not written, f"GET {address} as {actor} writes: {written}. Make it a POST, or give a reason in MAY_WRITE."


def test_errors_have_the_headers_too(cast: Cast, now: datetime, as_person: SignIn) -> None:
    ada = as_person(cast.ada)
    assert ada.get("/no/such/page/").status_code == 404
    assert_headers(ada.get("/no/such/page/"), signed_in=True)
    assert_headers(Client().get("/no/such/page/"), signed_in=False)
    assert_headers(ada.get("/audit/download/"), signed_in=True)  # 405
    strict = Client(enforce_csrf_checks=True)
    refused = strict.post("/accounts/login/", {"login": "ada@example.org"})
    assert refused.status_code == 403
    assert_headers(refused, signed_in=False)


def break_down(request: HttpRequest) -> HttpResponse:
    """A view with a fault in it."""
    raise RuntimeError("CANARY")


handler500 = "azimuth.kit.errors.failed"
urlpatterns = [path("broken/", break_down)]


def test_a_fault_has_the_headers_and_tells_nothing(db: None, settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    settings.ROOT_URLCONF = __name__
    response = Client(raise_request_exception=False).get("/broken/")
    assert response.status_code == 500
    assert_headers(response, signed_in=False)
    assert b"CANARY" not in response.content
    assert "CANARY" in caplog.text


def test_static_files_have_the_headers(settings: Settings) -> None:
    settings.WHITENOISE_USE_FINDERS = True
    settings.WHITENOISE_AUTOREFRESH = True
    assert finders.find("kit/css/azimuth.css")
    response = Client().get("/static/kit/css/azimuth.css")
    assert response.status_code == 200
    assert_headers(response, signed_in=False)
    b"".join(response.streaming_content)  # type: ignore[arg-type]


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_exports_have_the_headers(cast: Cast, as_person: SignIn, form: str) -> None:
    response = as_person(cast.jon).post("/audit/download/", {"form": form})
    assert response["Content-Disposition"].startswith("attachment; ")
    assert_headers(response, signed_in=True)


def test_the_session_cookie_is_out_of_reach_of_scripts(cast: Cast, as_person: SignIn) -> None:
    response = as_person(cast.ada).get("/notifications/")
    assert settings.SESSION_COOKIE_NAME in response.cookies
    assert_headers(response, signed_in=True)
