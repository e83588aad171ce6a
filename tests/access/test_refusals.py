"""Refusals become pages with their sentence."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from pytest_django import Settings

from azimuth.access.verdict import Denied, Refused
from azimuth.kit import errors


def denied(request: HttpRequest) -> HttpResponse:
    """The wrong person."""
    raise Denied("This is Bo's <cycle>.")


def refused(request: HttpRequest) -> HttpResponse:
    """The wrong state."""
    raise Refused("It is closed already.")


def broken(request: HttpRequest) -> HttpResponse:
    """A fault."""
    raise RuntimeError("CANARY")


handler403, handler404, handler500 = errors.denied, errors.not_found, errors.failed
urlpatterns = [path("denied/", denied), path("refused/", refused), path("broken/", broken)]


@pytest.fixture(autouse=True)
def _these_addresses(db: None, settings: Settings) -> None:
    settings.ROOT_URLCONF = __name__


@pytest.mark.parametrize(("address", "status", "words"), [("/denied/", 403, "This is Bo&#x27;s &lt;cycle&gt;."), ("/refused/", 409, "It is closed already.")])
def test_a_refusal_is_a_page_with_its_sentence(address: str, status: int, words: str) -> None:
    response = Client().get(address)
    assert response.status_code == status
    assert words in response.content.decode()


def test_a_fault_goes_its_own_way() -> None:
    with pytest.raises(RuntimeError, match="CANARY"):
        Client().get("/broken/")
