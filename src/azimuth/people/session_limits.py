"""How long a session lasts. Pure: the clock is an input."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

CLOCKS_DIFFER = timedelta(minutes=5)  # between machines that serve together


@dataclass(frozen=True, slots=True)
class Limits:
    """A session ends `idle` after the last request, and `whole` after it began."""

    idle: timedelta
    whole: timedelta


@dataclass(frozen=True, slots=True)
class Ends:
    """The moments a session ends: unless something is asked before, and in any case."""

    idle_at: datetime
    whole_at: datetime


def ends(begun: datetime, seen: datetime, limits: Limits) -> Ends:
    """When a session that began then and was last used then comes to its end."""
    return Ends(idle_at=seen + limits.idle, whole_at=begun + limits.whole)


def is_over(at: datetime, ends: Ends) -> bool:
    """Whether the session has ended at this moment; the very last moment still counts as inside."""
    return at > ends.idle_at or at > ends.whole_at


def is_ahead(at: datetime, seen: datetime) -> bool:
    """Whether it was used at a moment that is yet to come: the clock was put back, and how long it lasted cannot be told."""
    return seen > at + CLOCKS_DIFFER
