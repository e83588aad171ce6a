"""The guards that know who is signed in."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.http import Http404, HttpRequest, HttpResponseBase

from azimuth.access import guards
from azimuth.people.models import Person
from azimuth.people.states import Role

P = ParamSpec("P")


class SignedInRequest(HttpRequest):
    """A request whose person is known."""

    person: Person


def signed_in(view: Callable[Concatenate[SignedInRequest, P], HttpResponseBase]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Guard of pages for people of this organisation; the guard of `access`, with the person typed."""
    return guards.signed_in(cast("Callable[Concatenate[guards.ViewerRequest, P], HttpResponseBase]", view))


def for_roles(
    *roles: Role,
) -> Callable[[Callable[Concatenate[SignedInRequest, P], HttpResponseBase]], Callable[Concatenate[HttpRequest, P], HttpResponseBase]]:
    """Guard of pages only holders of one of these roles know of; for everybody else inside they are absent (404)."""

    def guard(
        view: Callable[Concatenate[SignedInRequest, P], HttpResponseBase],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
        @wraps(view)
        def guarded(request: SignedInRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not any(request.person.has_role(role) for role in roles):
                raise Http404
            return view(request, *args, **kwargs)

        return signed_in(cast("Callable[Concatenate[SignedInRequest, P], HttpResponseBase]", guarded))

    return guard
