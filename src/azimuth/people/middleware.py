"""Who is signed in, for how long, and in which language and time zone they read."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from azimuth.people.models import Person
from azimuth.people.session_limits import Limits, ends, is_ahead, is_over

Handler = Callable[[HttpRequest], HttpResponse]

_RENEW_AFTER = 60  # seconds: a write per request would be a write too many


def session_limits(get_response: Handler) -> Handler:
    """End a session that was idle too long or is too old; note on the request when it will."""

    def middleware(request: HttpRequest) -> HttpResponse:
        session, at = request.session, timezone.now()
        request.session_ends = None  # type: ignore[attr-defined]
        if "_auth_user_id" in session:
            now = int(at.timestamp())
            begun, seen = (datetime.fromtimestamp(session.get(key, now), tz=UTC) for key in ("begun", "seen"))
            limits = Limits(idle=timedelta(minutes=settings.SESSION_IDLE_MINUTES), whole=timedelta(hours=settings.SESSION_HOURS))
            if is_over(at, ends(begun, seen, limits)) or is_ahead(at, seen):
                session.flush()
            else:
                if "seen" not in session or now - session["seen"] > _RENEW_AFTER:
                    session.setdefault("begun", now)
                    session["seen"] = now
                    seen = at
                request.session_ends = ends(begun, seen, limits)  # type: ignore[attr-defined]
        return get_response(request)

    return middleware


def person(get_response: Handler) -> Handler:
    """Put the signed-in person, or None, on the request, and answer in their language and time zone."""

    def middleware(request: HttpRequest) -> HttpResponse:
        found = _person(request)
        request.person = found  # type: ignore[attr-defined]
        if found is None:
            return get_response(request)
        with ExitStack() as stack:
            zone = _zone(found.time_zone)
            if zone:
                stack.enter_context(timezone.override(zone))
            if found.language in dict(settings.LANGUAGES) and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
                stack.enter_context(translation.override(found.language))
            return get_response(request)

    return middleware


@lru_cache(maxsize=600)
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        return None


def _person(request: HttpRequest) -> Person | None:
    """The person of the session; a session of somebody who has left, or of no person, ends here."""
    if "_auth_user_id" not in request.session or not request.user.is_authenticated:
        return None
    today = date.today()  # noqa: DTZ011 a day, not a moment
    found = Person.objects.select_related("unit").present(today).filter(account=request.user.pk).first()
    if found is None:
        logout(request)
    return found
