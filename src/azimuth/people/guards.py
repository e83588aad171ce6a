"""The guard that knows who is signed in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse

from azimuth.access import guards
from azimuth.people.models import Person

P = ParamSpec("P")


class SignedInRequest(HttpRequest):
    """A request whose person is known."""

    person: Person


def signed_in(view: Callable[Concatenate[SignedInRequest, P], HttpResponse]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Guard of pages for people of this organisation; the guard of `access`, with the person typed."""
    return guards.signed_in(view)  # type: ignore[arg-type]
