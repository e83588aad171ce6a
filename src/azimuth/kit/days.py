"""Days and moments as text in the reader's language: "Friday 3 April 2026", "Freitag, 3. April 2026". Formats are words of the catalogue.

The signs `{% day %}` and `{% moment %}` show them on pages; sentences, mails and files take them from here.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import ngettext, pgettext

TWO_HOURS = 120


def in_full(day: date) -> str:
    """With its weekday: for deadlines, and on hover."""
    return date_format(day, pgettext("format of a day", "l j F Y"))


def spelled(day: date) -> str:
    """With the whole name of its month."""
    return date_format(day, pgettext("format of a day", "j F Y"))


def short(day: date) -> str:
    """As lists show it."""
    return date_format(day, pgettext("format of a day", "j M Y"))


def month(day: date) -> str:
    """Its month and year."""
    return date_format(day, pgettext("format of a month", "F Y"))


def moment_in_full(local: datetime) -> str:
    """A moment by the clock it carries, with its weekday."""
    return date_format(local, pgettext("format of a moment", "l j F Y, H:i"))


def short_moment(local: datetime) -> str:
    """A moment by the clock it carries, as lists show it."""
    return date_format(local, pgettext("format of a moment", "j M Y, H:i"))


def deadline(moment: datetime, zone: ZoneInfo) -> str:
    """The last minute of a time, by this zone's clock, which is named: what ends at midnight is over at 23:59 of the day before."""
    local = moment.astimezone(zone)
    last = local - timedelta(minutes=1) if local.time() == time(0) else local
    return f"{moment_in_full(last)} ({zone.key.replace('_', ' ')})"


def lasting(minutes: int) -> str:
    """About how long something takes; from two hours on in hours: nobody counts on two hundred minutes."""
    hours = round(minutes / 60)
    if minutes >= TWO_HOURS:
        return ngettext("about %(n)d hour", "about %(n)d hours", hours) % {"n": hours}
    return ngettext("about %(n)d minute", "about %(n)d minutes", minutes) % {"n": minutes}
