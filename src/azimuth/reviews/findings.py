"""What stands out in a report, and what does not: said only where the evidence carries it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

SHARE_OF_RANGE = 0.25  # a gap smaller than this share of the scale's range is not worth a word
LISTED = 3


def of(competencies: Sequence[Mapping[str, Any]], *, low: int, high: int) -> dict[str, Any]:
    """Strengths, priorities, gaps between self and others, and agreement among raters.

    `competencies` as in the report's content. Others means "all" (shown groups, without self).
    """
    rated = [c for c in competencies if "all" in c["figures"]]
    return {
        "strengths": standouts(rated, best=True),
        "priorities": standouts(rated, best=False),
        "gaps": [gap for c in competencies if (gap := gap_of(c, low=low, high=high))],
        "agreement": [{"key": c["key"], "title": c["title"], "level": agreement_of(c["figures"]["all"])} for c in rated],
    }


def standouts(rated: Sequence[Mapping[str, Any]], *, best: bool) -> list[dict[str, Any]]:
    """The first three by others' mean, and with them whatever cannot be told from the third: ties stay ties.

    Two competencies tie when the mean of one lies within the interval of the other. A competency is never listed at both
    ends: with too few or too similar ones, the list is shorter or empty.
    """
    ranked = sorted(rated, key=lambda c: (c["figures"]["all"]["mean"] * (-1 if best else 1), c["title"]))
    half = len(ranked) // 2
    chosen = ranked[: min(LISTED, half)]
    if not chosen or not _stands_apart(chosen[0], ranked[-1]):
        return []
    edge = chosen[-1]
    rivals = [c for c in ranked[len(chosen) : half] if _same(edge, c)]
    return [
        {"key": c["key"], "title": c["title"], "mean": c["figures"]["all"]["mean"], "n": c["figures"]["all"]["n"],
         "low": c["figures"]["all"]["low"], "high": c["figures"]["all"]["high"],
         "is_tied": any(_same(c, other) for other in [*chosen, *rivals] if other is not c), "items": _telling_items(c, best=best)}
        for c in [*chosen, *rivals]
    ]


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether the evidence cannot tell two competencies apart."""
    a, b = one["figures"]["all"], other["figures"]["all"]
    return _within(a["mean"], b) or _within(b["mean"], a)


def _within(value: float, figure: Mapping[str, Any]) -> bool:
    if figure["low"] is None:
        return True  # without an interval nothing is told apart
    return bool(figure["low"] <= value <= figure["high"])


def _stands_apart(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return not _same(one, other)


def _telling_items(competency: Mapping[str, Any], *, best: bool) -> list[str]:
    """The item that carries it most, and its equals."""
    items = [(i["figures"]["all"]["mean"], i["text"]) for i in competency["items"] if "all" in i["figures"]]
    pick: Callable[..., Any] = max if best else min
    if not items:
        return []
    edge = pick(mean for mean, _text in items)
    return [text for mean, text in items if mean == edge]


def gap_of(competency: Mapping[str, Any], *, low: int, high: int) -> dict[str, Any] | None:
    """Self against others: clear only beyond a quarter of the scale's range and outside the others' interval; else "none"."""
    figures = competency["figures"]
    if "self" not in figures or "all" not in figures:
        return None
    own, others = figures["self"]["mean"], figures["all"]
    gap = own - others["mean"]
    is_clear = abs(gap) > SHARE_OF_RANGE * (high - low) and not _within(own, others)
    direction = ("higher" if gap > 0 else "lower") if is_clear else "none"
    return {"key": competency["key"], "title": competency["title"], "self": own, "others": others["mean"], "n": others["n"], "gap": gap, "direction": direction}


def agreement_of(figure: Mapping[str, Any]) -> str:
    """Agreement among raters as a code: strong (rwg 0.7 and above), moderate (0.5), weak, or unknown with too few raters."""
    value = figure["agreement"]
    if value is None:
        return "unknown"
    return "strong" if value >= 0.7 else "moderate" if value >= 0.5 else "weak"
