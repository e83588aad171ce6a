"""Browsers an account has been signed in from. The browser itself remembers, in a signed cookie; the server keeps nothing."""

from __future__ import annotations

from hashlib import sha256

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from azimuth.people.models import Account

MOST = 8  # accounts one browser remembers; the oldest is forgotten
YEAR = 365 * 24 * 3600
_SALT = "azimuth.devices"


def is_known(request: HttpRequest, account: Account) -> bool:
    """Whether this browser was signed in to this account before, and since its owner last signed out everywhere."""
    return _mark(account) in _marks(request)


def remember(request: HttpRequest, response: HttpResponse, account: Account) -> None:
    """Let the browser keep that it was here."""
    mark = _mark(account)
    marks = [mark, *(other for other in _marks(request) if other != mark)][:MOST]
    response.set_signed_cookie(
        settings.DEVICES_COOKIE_NAME, ".".join(marks), salt=_SALT, max_age=YEAR, samesite="Lax", httponly=True, secure=settings.PRODUCTION,
    )


def _marks(request: HttpRequest) -> list[str]:
    kept = request.get_signed_cookie(settings.DEVICES_COOKIE_NAME, default="", salt=_SALT, max_age=YEAR) or ""
    return [mark for mark in kept.split(".") if mark]


def _mark(account: Account) -> str:
    return sha256(f"{account.pk}:{account.session_round}".encode()).hexdigest()[:32]
