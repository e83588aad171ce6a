"""On which mornings raters are reminded of a deadline: on the days the cycle names, by the clock on the rater's own wall. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from azimuth.notifications.quiet import Quiet

MORNING = time(8)
TO_ANSWER = timedelta(hours=2)      # a reminder leaves at least so much time
LATE = timedelta(days=2)            # one that could not go out for so long says nothing any more
AFTER_INVITING = timedelta(hours=36)  # from the beginning of the day of the invitation: nobody is reminded of what they have just heard
LOOKED_BACK = 9                     # days without mail in a row, before which there was none at all


@dataclass(frozen=True, slots=True)
class Moment:
    """When a reminder goes out, which day of the rater's that is, and whether none follows before the deadline."""

    at: datetime
    day: date
    is_last: bool


def last_day(closes_at: datetime, zone: ZoneInfo) -> date:
    """The last day on which one can answer; a deadline at midnight ends the day before."""
    return (closes_at - timedelta(microseconds=1)).astimezone(zone).date()


def moments(closes_at: datetime, days: Iterable[int], zone: ZoneInfo, quiet: Quiet) -> list[Moment]:
    """One for each of `days` before the deadline (0 is the last day), in the morning, or on the next one where that is quiet.

    What would come too late to be of use comes on the last morning before. Those that fall on one day are one.
    """
    found = {}
    for back in days:
        at = _morning(last_day(closes_at, zone) - timedelta(days=back), closes_at, zone, quiet)
        if at:
            found[at.astimezone(zone).date()] = at
    latest = max(found, default=None)
    return [Moment(at, day, day == latest) for day, at in sorted(found.items())]


def _morning(day: date, closes_at: datetime, zone: ZoneInfo, quiet: Quiet) -> datetime | None:
    for earlier in range(LOOKED_BACK):
        begins = datetime.combine(day - timedelta(days=earlier), MORNING, zone).astimezone(UTC)
        at = quiet.over(begins, zone)
        if at + TO_ANSWER <= closes_at:
            return at
    return None


def due(
    at: datetime, *, closes_at: datetime, days: Iterable[int], zone: ZoneInfo, quiet: Quiet, invited_on: date,
) -> Moment | None:
    """The latest reminder that should have gone out by now and still makes sense; None when none should, or it is quiet there now."""
    if at >= closes_at or quiet.holds(at.astimezone(zone)):
        return None
    earliest = max(at - LATE, datetime.combine(invited_on, time(0), UTC) + AFTER_INVITING)
    return max((moment for moment in moments(closes_at, days, zone, quiet) if earliest <= moment.at <= at), key=lambda moment: moment.at, default=None)
