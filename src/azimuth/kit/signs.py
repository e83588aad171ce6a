"""Small signs inside a line: icon, badge, avatar, face, day, moment, progress, stat."""

from __future__ import annotations

import zlib
from datetime import date, datetime
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from lucide.templatetags.lucide import lucide

from azimuth.kit import days
from azimuth.kit.markup import safe

TONES = ("neutral", "good", "warn", "bad", "info", "accent")
TINTS = 8


@cache
def icon(name: str, size: int = 20) -> SafeString:
    """A lucide icon as inline SVG, hidden from readers: a word always stands beside it."""
    svg = lucide(name, size=size, aria_hidden="true", focusable="false", **{"class": f"icon icon--{name}"})
    return SafeString(" ".join(svg.split()).replace("> <", "><"))


def tone_of(tone: str) -> str:
    """The tone itself; an unknown one is a programming error."""
    if tone not in TONES:
        msg = f"Unknown tone {tone!r}: one of {', '.join(TONES)}."
        raise ValueError(msg)
    return tone


def badge(text: object, tone: str = "neutral", icon_name: str = "") -> SafeString:
    """A word in a tinted pill; the word carries the meaning, the colour only helps."""
    sign = icon(icon_name, 14) if icon_name else ""
    return SafeString(f'<span class="badge badge--{tone_of(tone)}">{sign}{safe(text)}</span>')


def initials(name: str) -> str:
    """One or two letters of a name: of its first and last word."""
    words = [word for word in name.split() if word[0].isalpha()] or [name.strip() or "?"]
    picked = words if len(words) == 1 else [words[0], words[-1]]
    return "".join(word[0] for word in picked).upper()


def avatar(name: object, size: str = "medium") -> SafeString:
    """The initials of a name in a circle whose tint is always the same for the same name."""
    return _avatar(str(name), size)


@lru_cache(maxsize=2048)
def _avatar(text: str, size: str) -> SafeString:
    tint = zlib.crc32(text.encode()) % TINTS + 1
    return format_html('<span class="avatar avatar--tint-{} avatar--{}" aria-hidden="true">{}</span>', tint, size, initials(text))


def face(name: object, note: object = "", url: str = "", size: str = "medium") -> SafeString:
    """Somebody as shown everywhere: avatar, name, a line of note (or a tuple of its parts); one click to their page when `url` is given."""
    title = f'<bdi class="face__name">{safe(name)}</bdi>'
    if url:
        title = f'<a class="face__link" href="{safe(url)}">{title}</a>'
    return SafeString(f'<span class="face">{avatar(name, size)}<span class="face__words">{title}{_note(note)}</span></span>')


def _note(note: object) -> str:
    """A line runs as its own words do; parts run as the page does, each by itself, since they may be of two languages."""
    if isinstance(note, tuple):
        parts = " · ".join(f"<bdi>{safe(part)}</bdi>" for part in note)
        return f'<span class="face__note">{parts}</span>' if note else ""
    return f'<bdi class="face__note">{safe(note)}</bdi>' if note else ""


def nothing() -> SafeString:
    """A dash for the eye, "none" for readers."""
    return _nothing(get_language())


@lru_cache(maxsize=100)
def _nothing(language: str | None) -> SafeString:
    return format_html('<span class="none"><span aria-hidden="true">–</span><span class="visually-hidden">{}</span></span>', pgettext("an empty cell", "none"))


def day(value: date | None) -> SafeString:
    """A day, short, in full on hover; a dash when there is none."""
    return _day(value, get_language()) if value else nothing()


@lru_cache(maxsize=4096)  # a table shows the same few days again and again; spelling one out takes long
def _day(value: date, language: str | None) -> SafeString:
    return format_html('<time datetime="{}" title="{}">{}</time>', value.strftime("%Y-%m-%d"), days.in_full(value), days.short(value))


def moment(value: datetime | None, zone: object = None, with_zone: object = False) -> SafeString:  # noqa: FBT002  a tag's keyword
    """A moment in the reader's zone or the one named, short, in full with the zone on hover; `with_zone` prints the zone too."""
    if value is None:
        return nothing()
    local = timezone.localtime(value, ZoneInfo(str(zone)) if zone else None)
    return _moment(local.isoformat(timespec="minutes"), f" {local.tzname() or ''}", bool(with_zone), get_language())


@lru_cache(maxsize=4096)  # kept by what the clock shows: one moment is equal to itself in every zone
def _moment(clock: str, zone: str, with_zone: bool, language: str | None) -> SafeString:  # noqa: FBT001  a key of the cache
    local = datetime.fromisoformat(clock)
    full = days.moment_in_full(local) + zone
    short = days.short_moment(local) + (zone if with_zone else "")
    return format_html('<time datetime="{}" title="{}">{}</time>', clock, full, short)


def progress(value: object, max: object = 100, label: object = "", note: object = "") -> SafeString:  # noqa: A002  the tag's word
    """How far something is: a native bar with its label and, in words, the numbers."""
    most = float(str(max or 0))
    said = note or _("%(done)s of %(all)s") % {"done": value, "all": max}
    return SafeString(render_to_string("kit/parts/progress.html", {
        "value": value, "max": max if most > 0 else 1, "label": label, "note": said, "is_done": most > 0 and float(str(value)) >= most,
    }))


def stat(label: object, value: object, note: object = "", url: str = "") -> SafeString:
    """One number with its name and a line that explains it."""
    return SafeString(render_to_string("kit/parts/stat.html", {"label": label, "value": value, "note": note, "url": url}))
