"""What a browser remembers: light or dark, and the language."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from azimuth.access.guards import open_to_all
from azimuth.kit.addresses import safe_path

YEAR = 365 * 24 * 3600


def theme_of(request: HttpRequest) -> str:
    """ "light", "dark", or nothing: as the system says."""
    chosen = request.COOKIES.get("theme", "")
    return chosen if chosen in {"light", "dark"} else ""


@open_to_all
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Remember light, dark or as the system says, in this browser."""
    response = _back(request)
    chosen = request.POST.get("theme", "")
    if chosen in {"light", "dark"}:
        response.set_cookie("theme", chosen, max_age=YEAR, samesite="Lax", httponly=True, secure=settings.PRODUCTION)
    else:
        response.delete_cookie("theme", samesite="Lax")
    return response


@open_to_all
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Remember the language, in this browser."""
    response = _back(request)
    chosen = request.POST.get("language", "")
    if chosen in dict(settings.LANGUAGES):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, chosen, max_age=YEAR, samesite="Lax", httponly=True, secure=settings.PRODUCTION)
    return response


def _back(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(safe_path(request.POST.get("next", "")) or "/")
