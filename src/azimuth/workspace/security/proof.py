"""Whether somebody has just shown that it is them: by signing in, or by proving it once more. The clock is an input."""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.core.internal.cryptokit import generate_user_code, normalize_user_code
from django.contrib.sessions.backends.base import SessionBase
from django.utils.crypto import constant_time_compare, salted_hmac

FRESH = timedelta(minutes=10)
TRIES = 3  # wrong ones, then another code must be mailed

_PROVEN, _CODE = "proven", "proof_code"


def note(session: SessionBase, at: datetime) -> None:
    """From this moment on it is proven, for ten minutes."""
    session[_PROVEN] = int(at.timestamp())
    session.pop(_CODE, None)


def is_fresh(session: SessionBase, at: datetime) -> bool:
    """Whether it was proven in the last ten minutes."""
    return _age(session.get(_PROVEN), at) <= FRESH


def new_code(session: SessionBase, at: datetime) -> str:
    """A code to be mailed, good for ten minutes and for this session only; the session keeps its hash."""
    code: str = generate_user_code()
    session[_CODE] = {"hash": _hash(code), "at": int(at.timestamp()), "tries": 0}
    return code


def awaits_code(session: SessionBase, at: datetime) -> bool:
    """Whether a code was mailed that is still good."""
    return _age(session.get(_CODE, {}).get("at"), at) <= FRESH


def fits(session: SessionBase, typed: str, at: datetime) -> bool:
    """Whether this is the mailed code; three wrong ones, and it is worth nothing any more."""
    kept = session.get(_CODE, {})
    if not awaits_code(session, at):
        return False
    if constant_time_compare(kept["hash"], _hash(typed)):
        return True
    session[_CODE] = {**kept, "tries": kept["tries"] + 1}
    if session[_CODE]["tries"] >= TRIES:
        del session[_CODE]
    return False


def _age(since: int | None, at: datetime) -> timedelta:
    """How long ago; endless for what never was or lies in the future."""
    age = int(at.timestamp()) - since if since is not None else -1
    return timedelta(seconds=age) if age >= 0 else timedelta.max


def _hash(code: str) -> str:
    return salted_hmac("azimuth.proof", normalize_user_code(code), algorithm="sha256").hexdigest()
