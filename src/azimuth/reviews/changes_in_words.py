"""The section "since last time" of a report, in the reader's language. No figure is computed here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from azimuth.reviews.figures import shown, signed


@dataclass(frozen=True)
class Changed:
    """One competency, then and now; where it is not compared, `words` say why and the figures are empty."""

    key: str
    title: str
    then: str
    now: str
    change: str
    interval: str
    words: str
    direction: str

    @property
    def is_compared(self) -> bool:
        """Whether there are figures."""
        return bool(self.now)


@dataclass(frozen=True)
class Since:
    """What changed since the report of an earlier cycle, and how far the two can be compared at all."""

    cycle: str
    overlap: Sequence[str]
    rows: Sequence[Changed]


def since(content: Mapping[str, Any]) -> Since:
    """The section as page and PDF show it."""
    return Since(content["cycle"], list(_overlap(content)), [_changed(row, content["minimum"]) for row in content["competencies"]])


def _overlap(content: Mapping[str, Any]) -> list[str]:
    """How much of the two reports is the same, in sentences."""
    items = ngettext("%(same)d of %(n)d item asked now was asked in the same words then.", "%(same)d of %(n)d items asked now were asked in the same words then.", content["asked"])
    raters = {
        "0-25": _("Fewer than a quarter of the raters asked now were asked then too."),
        "25-50": _("A quarter to a half of the raters asked now were asked then too."),
        "50-75": _("Half to three quarters of the raters asked now were asked then too."),
        "75-100": _("Three quarters or more of the raters asked now were asked then too."),
    }
    sentences = [items % {"same": content["same"], "n": content["asked"]}, raters.get(content["raters"], "")]
    if not content["is_same_mix"]:
        sentences.append(_("The groups behind “all raters” are not the same as then: part of a change may come from that."))
    return [sentence for sentence in sentences if sentence]


def _changed(row: Mapping[str, Any], minimum: int) -> Changed:
    if "why" in row:
        return Changed(row["key"], row["title"], "", "", "", "", _why_not(row, minimum), "none")
    interval = "" if row["low"] is None else _("%(low)s to %(high)s") % {"low": signed(row["low"]), "high": signed(row["high"])}
    words = {
        "up": _("clearly higher than then"), "down": _("clearly lower than then"),
        "none": _("no clear change") if interval else _("no clear change: too few raters to say"),
    }[row["direction"]]
    return Changed(row["key"], row["title"], shown(row["then"]), shown(row["now"]), signed(row["change"]), interval, words, row["direction"])


def _why_not(row: Mapping[str, Any], minimum: int) -> str:
    if row["why"] == "items":
        words = _("not compared: %(same)d of %(n)d items are the same, and at least %(minimum)d %% must be")
        return words % {"same": row["same"], "n": row["asked"], "minimum": minimum}
    return _("not compared: too few answers are shown, now or then")
