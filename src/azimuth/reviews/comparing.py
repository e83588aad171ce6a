"""What changed since a subject's earlier report: from the figures printed in the two, and nothing else. Worker only."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from azimuth.reviews.overlap import Overlap
from azimuth.reviews.progress_bands import band
from azimuth.statistics.changes import changes
from azimuth.statistics.intervals import Mean

Part = Mapping[str, Any]


def since(now: Part, then: Part, overlap: Overlap, *, minimum: int, raters_now: Collection[Any], raters_then: Collection[Any]) -> dict[str, Any]:
    """The section "since last time" of a report, in plain values.

    `now` and `then` are contents of reports, `minimum` the per cent of a competency's items that must be the same. Of the
    raters asked, self left out, only the quarter is kept in which the share of those lies who were asked last time too.
    """
    rows = [_row(competency, now, then, overlap, minimum) for competency in now["competencies"]]
    compared = [row for row in rows if "now" in row]
    for row, change in zip(compared, changes([(row["now"], row["then"]) for row in compared]), strict=True):
        row.update(now=row["now"].value, then=row["then"].value, change=round(change.value, 1), low=_down(change.low), high=_up(change.high), direction=change.direction)
    return {
        "cycle": then["cycle"], "minimum": minimum, "same": len(overlap.same), "asked": overlap.asked,
        "raters": band(sum(rater in raters_then for rater in raters_now), len(raters_now)) if raters_now else "",
        "is_same_mix": _mix(now) == _mix(then), "competencies": rows,
    }


def _row(competency: Part, now: Part, then: Part, overlap: Overlap, minimum: int) -> dict[str, Any]:
    """One competency: both means over the same items, or the reason why they are not set side by side."""
    items = [item["key"] for item in competency["items"]]
    same = [key for key in items if key in overlap.same]
    row: dict[str, Any] = {"key": competency["key"], "title": competency["title"], "same": len(same), "asked": len(items)}
    if 100 * len(same) < minimum * len(items):
        return {**row, "why": "items"}
    shown_now, shown_then = _shown(now), _shown(then)
    both = [key for key in same if key in shown_now and overlap.same[key] in shown_then]
    if not both or 100 * len(both) < minimum * len(items):
        return {**row, "why": "not_shown"}
    return {**row, "now": _mean(now, set(both)), "then": _mean(then, {overlap.same[key] for key in both})}


def _shown(content: Part) -> dict[str, Part]:
    """What all raters say about each item, where it is shown."""
    return {item["key"]: item["figures"]["all"] for part in content["competencies"] for item in part["items"] if "all" in item["figures"]}


def _mean(content: Part, keys: Collection[str]) -> Mean:
    """The mean over these items, in tenths as printed: a competency's own figure where it rests on just them, else of the items' figures.

    The bounds of a mean of items are the means of their bounds: as if they rose and fell together, which is wide.
    """
    for part in content["competencies"]:
        if "all" in part["figures"] and {item["key"] for item in part["items"] if "all" in item["figures"]} == keys:
            return _combined([part["figures"]["all"]])
    return _combined([figure for key, figure in _shown(content).items() if key in keys])


def _combined(figures: Sequence[Part]) -> Mean:
    mean = round(math.fsum(figure["mean"] for figure in figures) / len(figures), 1)
    lows, highs = [figure["low"] for figure in figures], [figure["high"] for figure in figures]
    n = min(figure["n"] for figure in figures)
    if None in lows or None in highs:
        return Mean(mean, n)
    return Mean(mean, n, None, _down(math.fsum(lows) / len(lows)), _up(math.fsum(highs) / len(highs)))


def _down(bound: float | None) -> float | None:
    """Outwards to a tenth, as all intervals of a report."""
    return None if bound is None else math.floor(bound * 10 + 1e-9) / 10


def _up(bound: float | None) -> float | None:
    return None if bound is None else math.ceil(bound * 10 - 1e-9) / 10


def _mix(content: Part) -> set[str]:
    """Which groups stand behind "all raters"."""
    return {asked["shown_as"] for asked in content["asked"]} - {"self", ""}
