"""The mark every guard leaves on a view, and the guards that need no table."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar, cast
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import add_never_cache_headers

from azimuth.access.roles import Role
from azimuth.kit import errors
from azimuth.kit.once import once

View = TypeVar("View", bound=Callable[..., HttpResponseBase])
P = ParamSpec("P")


class Viewer(Protocol):
    """Whoever looks or acts, as the apps below `people` know them: a key, a name, roles."""

    @property
    def pk(self) -> UUID: ...
    @property
    def name(self) -> str: ...
    def has_role(self, role: Role) -> bool:
        """Whether a grant in force gives this role."""
        ...


class ViewerRequest(HttpRequest):
    """A request of somebody signed in, for apps that may not know `people`."""

    person: Viewer


def mark(view: View, guard: str) -> View:
    """Leave the guard's name on the view, for the house test that looks for bare ones."""
    view.guard = guard  # type: ignore[attr-defined]
    return view


def open_to_all(view: View) -> View:
    """Guard of pages anybody may open, signed in or not."""
    return mark(view, "open_to_all")


def ask_to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """The way to sign in. What was typed into a form of ours before the session ended is kept; htmx loads the way whole, and
    where it was saving something it only hears 401, so that the page with the text stays as it is."""
    is_script = request.headers.get("HX-Request") == "true" or "X-Autosave" in request.headers
    if request.method == "POST" and not is_script and errors.is_our_own(request):
        return errors.send_again(request)
    response = redirect_to_login(request.get_full_path() if request.method == "GET" else request.path)
    if request.headers.get("HX-Request") != "true":
        return response
    unsigned = HttpResponse(status=401)
    if request.method == "GET":
        unsigned["HX-Redirect"] = response.url
    return unsigned


def signed_in(view: Callable[Concatenate[ViewerRequest, P], HttpResponseBase]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Guard of pages for people of this organisation; others are asked to sign in. Nothing behind it is cached; a form sent twice is done once."""

    answer = cast("Callable[Concatenate[HttpRequest, P], HttpResponseBase]", view)
    leaves_no_trace = getattr(view, "leaves_no_trace", False)

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if getattr(request, "person", None) is None:
            return ask_to_sign_in(request)
        response = answer(request, *args, **kwargs) if leaves_no_trace else once(request, lambda: answer(request, *args, **kwargs))
        add_never_cache_headers(response)
        response["Cache-Control"] = "no-store"
        return response

    return cast("Callable[Concatenate[HttpRequest, P], HttpResponseBase]", mark(guarded, "signed_in"))
