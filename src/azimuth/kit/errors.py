"""Pages shown when something did not work: what happened and how to mend it, in plain words."""

from __future__ import annotations

import sys
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render, resolve_url
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

SHORT = 40  # characters; longer texts are shown, so that one can see they are there
ICONS = {400: "circle-question-mark", 403: "lock", 404: "map-pin-off", 409: "hand", 429: "timer", 500: "cloud-off"}


def page(request: HttpRequest, status: int, title: str, sentence: str, remedy: str = "") -> HttpResponse:
    """An error page with its sentence, and the way back where there is one."""
    context = {"title": title, "sentence": sentence, "remedy": remedy, "icon": ICONS[status], "back": came_from(request)}
    return render(request, "kit/errors/page.html", context, status=status)


def came_from(request: HttpRequest) -> str:
    """The page of ours one came from, or nothing, as when the request names a host that is not ours."""
    try:
        host = request.get_host()
    except DisallowedHost:
        return ""
    parts = urlsplit(request.headers.get("Referer", ""))
    ours = parts.netloc == host and parts.path != request.path
    return f"{parts.path}?{parts.query}" if ours and parts.query else parts.path if ours else ""


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: we could not read what was sent."""
    return page(request, 400, _("We could not read that"), _("What your browser sent is incomplete or broken."),
                _("Go back, reload the page and try once more."))


def denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: this is for others."""
    said = str(exception or "")
    return page(request, 403, _("This is not open to you"), said or _("Your role does not include this page or this step."),
                "" if said else _("If you need it for your work, ask your HR team."))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: nothing here, or nothing this viewer may see."""
    return page(request, 404, _("There is nothing here for you"),
                _("The address may be mistyped, the thing may be gone, or it may not be shared with you."))


def refused(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """409: the right person, the wrong moment."""
    return page(request, 409, _("That cannot be done now"), str(exception or "") or _("Things have changed since you opened the page."))


SECRETS = {"password", "password1", "password2", "oldpassword", "code", "login"}


def is_our_own(request: HttpRequest) -> bool:
    """Whether a page of ours sent this form, as the browser says; a foreign page must never get a fresh token for its fields."""
    site = request.headers.get("Sec-Fetch-Site")
    if site:
        return site == "same-origin"
    source = request.headers.get("Origin") or request.headers.get("Referer", "")
    return urlsplit(source).netloc == request.get_host()


def send_again(request: HttpRequest, first: tuple[str, str] | None = None) -> HttpResponse:
    """One was signed out, or signed in anew, while typing: the page holds everything typed and sends it again.

    `first` is what must be done before, as label and address: signing in, unless somebody is or something else is named.
    """
    is_signed_in = getattr(request, "person", None) is not None
    if first is None and not is_signed_in:
        first = (_("Sign in (opens in a new tab)"), resolve_url(settings.LOGIN_URL))
    context = {**_held(request), "action": request.get_full_path(), "is_signed_in": is_signed_in, "first": first}
    return render(request, "kit/errors/send_again.html", context, status=403)


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """429: the same was tried too often in a short while."""
    response = page(request, 429, _("That was often"), _("To protect accounts, this can be tried only a few times in a row."),
                    _("Wait a few minutes, then try again."))
    response["Retry-After"] = "300"
    return response


def failed(request: HttpRequest) -> HttpResponse:
    """500: our fault; 503 while the database is away. Needs neither database nor session."""
    if isinstance(sys.exc_info()[1], (OperationalError, InterfaceError)):
        return _away(request)
    context: dict[str, object] = {
        "title": _("Something broke on our side"), "sentence": _("Your last step may not have been kept. Nothing you typed elsewhere is lost."),
        "remedy": _("Try again in a moment. If it stays like this, tell whoever runs Azimuth at your organisation."),
        "icon": ICONS[500], "back": "", "frame": None, "messages": [],
    }
    return HttpResponse(render_to_string("kit/errors/page.html", context), status=500)


def _away(request: HttpRequest) -> HttpResponse:
    """The database does not answer: it comes back soon, and what was typed into a form of ours is held by the page until then."""
    holds = request.method == "POST" and is_our_own(request) and not SECRETS & set(request.POST)
    context: dict[str, object] = {"frame": None, "messages": [], "action": request.get_full_path(), "had_files": False, "fields": [], "texts": []}
    if holds:
        context |= {**_held(request), "csrf_token": get_token(request)}
    response = HttpResponse(render_to_string("kit/errors/away.html", context | {"holds": holds}), status=503)
    response["Retry-After"] = "5"
    return response


def _held(request: HttpRequest) -> dict[str, object]:
    """What was typed, for a page that sends it again."""
    fields = [(name, value) for name, values in request.POST.lists() for value in values if name != "csrfmiddlewaretoken"]
    return {"fields": fields, "texts": [value for _name, value in fields if len(value) > SHORT], "had_files": bool(request.FILES)}


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token was missing or old. What was typed is kept in the page, when it was our own page that sent it."""
    if is_our_own(request) and not SECRETS & set(request.POST):
        return send_again(request)
    return page(request, 403, _("This page was open for too long"),
                _("To protect you, forms expire when you sign in or out meanwhile. Nothing was changed."),
                _("Go back, reload the page and send it again; copy long texts first."))
