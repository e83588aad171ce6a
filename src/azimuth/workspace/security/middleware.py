"""Leads people who must have a second factor, and have none, to adding one; until then nothing else opens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from azimuth.kit import errors
from azimuth.people.models import Person
from azimuth.people.queries.accounts import has_second_factor
from azimuth.workspace.security.policies import must_have_factor

Handler = Callable[[HttpRequest], HttpResponse]

OPEN_GUARDS = frozenset({"open_to_all", "with_link"})
OPEN_PAGES = frozenset({
    "security:page", "security:prove", "security:add-app", "security:add-passkey", "security:recovery-codes", "security:end-session", "security:end-sessions",
    "stay", "workspace:help", "workspace:help-chapter",
})


class SecondFactor:
    """Asks before every view. A class because Django finds process_view on it."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any) -> HttpResponseBase | None:
        """The way to adding a factor, for whoever lacks one that must be there; whatever wears no open guard is shut."""
        person: Person | None = getattr(request, "person", None)
        if person is None or not must_have_factor(person) or has_second_factor(person):
            return None
        request.must_add_factor = True  # type: ignore[attr-defined]
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name in OPEN_PAGES or getattr(view, "guard", "") in OPEN_GUARDS:
            return None
        return _lead_to_adding(request)


def second_factor(get_response: Handler) -> SecondFactor:
    """The middleware."""
    return SecondFactor(get_response)


def _lead_to_adding(request: HttpRequest) -> HttpResponseBase:
    """A page leads there and is gone back to; what was typed is kept; a script only hears that it may not."""
    there = reverse("security:page")
    is_script = request.headers.get("HX-Request") == "true" or "X-Autosave" in request.headers
    if is_script:
        response = HttpResponse(status=401)
        if request.method == "GET":
            response["HX-Redirect"] = there
        return response
    if request.method == "POST" and errors.is_our_own(request):
        return errors.send_again(request, first=(_("Add a second factor (opens in a new tab)"), there))
    if request.method == "GET":
        request.session["after_adding"] = request.get_full_path()
    return redirect(there)
