"""Who is signed in, and for how long."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from azimuth.people.models import Person

Handler = Callable[[HttpRequest], HttpResponse]


def session_limits(get_response: Handler) -> Handler:
    """End a session that was idle too long or is too old."""

    def middleware(request: HttpRequest) -> HttpResponse:
        session, now = request.session, timezone.now()
        if "_auth_user_id" in session:
            begun = datetime.fromtimestamp(session.setdefault("begun", int(now.timestamp())), tz=now.tzinfo)
            seen = datetime.fromtimestamp(session.get("seen", int(now.timestamp())), tz=now.tzinfo)
            if now - seen > timedelta(minutes=settings.SESSION_IDLE_MINUTES) or now - begun > timedelta(hours=settings.SESSION_HOURS):
                session.flush()
            elif now - seen > timedelta(minutes=1) or "seen" not in session:
                session["seen"] = int(now.timestamp())
        return get_response(request)

    return middleware


def person(get_response: Handler) -> Handler:
    """Put the signed-in person, or None, on the request."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.person = None  # type: ignore[attr-defined]
        account_id = request.session.get("_auth_user_id")
        if account_id and request.user.is_authenticated:
            today = date.today()  # noqa: DTZ011 a day, not a moment
            found = Person.objects.select_related("unit").present(today).filter(account=request.user).first()
            request.person = found  # type: ignore[attr-defined]
        return get_response(request)

    return middleware
