"""When mail may reach somebody: by the clock on their wall, not at night and not on days off. Pure but for the settings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings

LOOKED_AHEAD = 9  # days: six quiet ones in a row, and a day some zone once left out


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours (from, to; over midnight where from is later) and weekdays (Monday is 0) without mail."""

    hours: tuple[time, time] | None
    days: frozenset[int]

    def holds(self, local: datetime) -> bool:
        """Whether it is quiet when a clock on the wall shows this."""
        if local.weekday() in self.days:
            return True
        if self.hours is None:
            return False
        begins, ends = self.hours
        clock = local.time()
        return begins <= clock < ends if begins < ends else clock >= begins or clock < ends

    def over(self, at: datetime, zone: ZoneInfo) -> datetime:
        """`at` itself unless it is quiet there, else the moment the quiet ends: mostly the next morning."""
        local = at.astimezone(zone)
        if not self.holds(local):
            return at
        clocks = (time(0), self.hours[1]) if self.hours else (time(0),)
        for number in range(LOOKED_AHEAD):
            for clock in clocks:
                moment = datetime.combine(local.date() + timedelta(days=number), clock, zone).astimezone(UTC)
                if moment > at and not self.holds(moment.astimezone(zone)):
                    return moment
        raise LookupError("No hour is left for mail.")


def quiet() -> Quiet:
    """What this installation keeps free of mail."""
    return Quiet(settings.QUIET_HOURS, frozenset(settings.QUIET_DAYS))


def zone_of(name: str) -> ZoneInfo:
    """The zone of this name; the installation's own where it is empty or nobody knows it."""
    return _zone(name, settings.TIME_ZONE)


@lru_cache(maxsize=1024)
def _zone(name: str, otherwise: str) -> ZoneInfo:
    try:
        return ZoneInfo(name or otherwise)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo(otherwise)
