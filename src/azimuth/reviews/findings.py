"""What stands out in a report, and what does not: said only where the evidence carries it. Worker only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from azimuth.statistics.intervals import Mean, self_gap
from azimuth.statistics.ranking import Tie, Topic, rank

LISTED = 3
STRONG, MODERATE = 0.7, 0.5  # rwg; the usual cut and a word below it (methods.md A.4)
Part = Mapping[str, Any]


def of(competencies: Sequence[Part], *, low: int, high: int) -> dict[str, Any]:
    """Strengths, priorities, gaps between self and others, and agreement among raters.

    `competencies` as in the report's content. Others means "all": the shown groups, without self.
    """
    rated = {c["key"]: c for c in competencies if "all" in c["figures"]}
    ranking = rank([_topic(c) for c in rated.values()], k=LISTED) if rated else None
    return {
        "strengths": _listed(ranking.strengths, rated, best=True) if ranking else [],
        "priorities": _listed(ranking.priorities, rated, best=False) if ranking else [],
        "gaps": [gap for c in competencies if (gap := gap_of(c, low=low, high=high))],
        "agreement": [{"key": c["key"], "title": c["title"], "level": agreement_of(c["figures"]["all"])} for c in rated.values()],
    }


def _topic(competency: Part) -> Topic:
    figure = competency["figures"]["all"]
    return Topic(competency["key"], figure["mean"], figure["low"], figure["high"])


def _listed(ties: Sequence[Tie], rated: Mapping[str, Part], *, best: bool) -> list[dict[str, Any]]:
    """One entry a competency; those of one tie carry the same number and stand in the order of their titles."""
    return [
        {**standout(competency, best=best), "tie": number, "is_tied": len(tie.names) > 1}
        for number, tie in enumerate(ties, 1)
        for competency in sorted((rated[key] for key in tie.names), key=lambda c: c["title"])
    ]


def standout(competency: Part, *, best: bool) -> dict[str, Any]:
    """A competency with its evidence and the item that carries it most (and that item's equals)."""
    figure = competency["figures"]["all"]
    items = [(i["figures"]["all"]["mean"], i["text"]) for i in competency["items"] if "all" in i["figures"]]
    edge = (max if best else min)((mean for mean, _text in items), default=None)
    return {
        "key": competency["key"], "title": competency["title"],
        **{name: figure[name] for name in ("mean", "n", "low", "high")}, "items": [text for mean, text in items if mean == edge],
    }


def gap_of(competency: Part, *, low: int, high: int) -> dict[str, Any] | None:
    """Self against others, with the verdict of `statistics.intervals.self_gap`; None where either is missing."""
    figures = competency["figures"]
    if "self" not in figures or "all" not in figures:
        return None
    own, others = figures["self"]["mean"], figures["all"]
    gap = self_gap(own, Mean(others["mean"], others["n"], None, others["low"], others["high"]), low=low, high=high)
    direction = "none" if gap.verdict != "clear" else "higher" if own > others["mean"] else "lower"
    return {"key": competency["key"], "title": competency["title"], "self": own, "others": others["mean"], "n": others["n"], "direction": direction}


def agreement_of(figure: Part) -> str:
    """Agreement among raters as a code: strong, moderate, weak, or unknown with too few raters."""
    value = figure["agreement"]
    if value is None:
        return "unknown"
    return "strong" if value >= STRONG else "moderate" if value >= MODERATE else "weak"
