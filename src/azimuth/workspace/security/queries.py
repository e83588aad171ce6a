"""What the page *Security* shows: factors, and where one is signed in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils.translation import gettext as _

from azimuth.people.models import Account
from azimuth.workspace.security.wrapping import is_current, is_readable

WRAPPED = {Authenticator.Type.TOTP: "secret", Authenticator.Type.RECOVERY_CODES: "seed"}  # where in `data` what is secret lies
READABLE = timedelta(minutes=10)

_SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"))
_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"))


@dataclass(frozen=True, slots=True)
class Factors:
    """What an account has besides its password."""

    app: Authenticator | None
    passkeys: Sequence[Authenticator]
    codes: Authenticator | None

    @property
    def many(self) -> int:
        """How many second factors; recovery codes stand in for one and are none."""
        return len(self.passkeys) + bool(self.app)

    @property
    def codes_left(self) -> int:
        """Recovery codes nobody has used yet."""
        return app_settings.RECOVERY_CODE_COUNT - self.codes.data["used_mask"].bit_count() if self.codes else 0


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere one is signed in."""

    key: int
    device: str
    address: str
    since: datetime
    is_here: bool


def factors_of(account: Account) -> Factors:
    """What this account has, passkeys in the order they were added. One query."""
    rows = list(Authenticator.objects.filter(user=account).order_by("created_at", "pk"))
    kinds = Authenticator.Type
    return Factors(
        app=next((row for row in rows if row.type == kinds.TOTP), None), codes=next((row for row in rows if row.type == kinds.RECOVERY_CODES), None),
        passkeys=[row for row in rows if row.type == kinds.WEBAUTHN],
    )


def readable_codes(factors: Factors, at: datetime) -> Sequence[str]:
    """Recovery codes made in the last ten minutes, in two groups of four; afterwards nobody reads them again."""
    if factors.codes is None or at - factors.codes.created_at > READABLE:
        return []
    return [f"{code[:4]} {code[4:]}" for code in factors.codes.wrap().get_unused_codes()]


def unreadable() -> tuple[int, int]:
    """How many secrets no secret key reads, and how many only a former one does."""
    rows = Authenticator.objects.filter(type__in=WRAPPED).values_list("type", "data")
    stale = [data[WRAPPED[kind]] for kind, data in rows if not is_current(data[WRAPPED[kind]])]
    lost = sum(not is_readable(secret) for secret in stale)
    return lost, len(stale) - lost


def places(account: Account, *, here: str, at: datetime) -> Sequence[Place]:
    """Where this account is signed in, newest first; `here` is the key of the present session. Two queries."""
    rows = list(UserSession.objects.filter(user=account).order_by("-created_at")[:100])
    alive = set(Session.objects.filter(session_key__in=[row.session_key for row in rows], expire_date__gt=at).values_list("session_key", flat=True))
    return [Place(row.pk, device(row.user_agent), row.ip, row.created_at, row.session_key == here) for row in rows if row.session_key in alive]


def device(agent: str) -> str:
    """A browser and its system in words, as well as the browser tells them."""
    system = next((name for sign, name in _SYSTEMS if sign in agent), "")
    browser = next((name for sign, name in _BROWSERS if sign in agent), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("A browser we do not know")
