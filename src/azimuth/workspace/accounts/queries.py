"""What pages about accounts show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils.translation import gettext as _

from azimuth.people.models import Account, Person

_SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"))
_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"))


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere one is signed in."""

    device: str
    address: str
    since: datetime
    is_here: bool


def places(account: Account, *, here: str, at: datetime) -> Sequence[Place]:
    """Where this account is signed in, newest first; `here` is the key of the present session. Two queries."""
    rows = list(UserSession.objects.filter(user=account).order_by("-created_at")[:100])
    alive = set(Session.objects.filter(session_key__in=[row.session_key for row in rows], expire_date__gt=at).values_list("session_key", flat=True))
    return [Place(device(row.user_agent), row.ip, row.created_at, row.session_key == here) for row in rows if row.session_key in alive]


def device(agent: str) -> str:
    """A browser and its system in words, as well as the browser tells them."""
    system = next((name for sign, name in _SYSTEMS if sign in agent), "")
    browser = next((name for sign, name in _BROWSERS if sign in agent), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("A browser we do not know")


def demo_cast(on: date) -> Sequence[Person]:
    """The people one may step into in the demo: those whose attribute `demo` says what they will see."""
    cast = Person.objects.present(on).filter(attributes__has_key="demo", account__is_active=True).select_related("unit", "account")
    return list(cast.order_by("search_text"))
