"""The guard that knows who is signed in."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers

from azimuth.access.guards import mark
from azimuth.people.models import Person

P = ParamSpec("P")


class SignedInRequest(HttpRequest):
    """A request whose person is known."""

    person: Person


def signed_in(view: Callable[Concatenate[SignedInRequest, P], HttpResponse]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Guard of pages for people of this organisation; others are asked to sign in. Nothing behind it is cached."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if getattr(request, "person", None) is None:
            return redirect_to_login(request.get_full_path())
        response = view(request, *args, **kwargs)  # type: ignore[arg-type]
        add_never_cache_headers(response)
        response["Cache-Control"] = "no-store"
        return response

    return mark(guarded, "signed_in")
