"""A report with invented answers, so that HR can see before launch what subjects will read. Pure."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

RATERS = {"manager": 1, "peer": 5, "report": 4}


def content(snapshot: Mapping[str, Any], *, subject: str, cycle: str, purpose: str, minimum: int, comment_minimum: int, comments: list[str]) -> dict[str, Any]:
    """A report's content as `reporting.content` gives it, from a fixed draw: the same questionnaire, the same example."""
    draw = random.Random(snapshot["code"])  # noqa: S311  an example, not a secret
    points = snapshot["scale"]["points"]
    low, high = points[0]["value"], points[-1]["value"]
    sections = [s for s in snapshot["sections"] if any(q["kind"] == "item" for q in s["questions"])]
    competencies = [_competency(section, draw, low, high) for section in sections]
    return {
        "subject": subject, "cycle": cycle, "purpose": purpose, "minimum": minimum, "comment_minimum": comment_minimum,
        "scale": {"low": low, "high": high, "points": points, "not_observed": snapshot["scale"]["not_observed"]},
        "asked": [{"group": "self", "invited": 1, "answered": 1, "shown_as": "self"}]
        + [{"group": g, "invited": n + (n > 1), "answered": n, "shown_as": g} for g, n in RATERS.items()],
        "competencies": competencies,
        "findings": _findings(competencies),
        "comments": [
            {"key": q["key"], "text": q["text"], "by": {"colleagues": comments}}
            for s in snapshot["sections"] for q in s["questions"] if q["kind"] == "prompt"
        ],
    }


def _findings(competencies: list[dict[str, Any]]) -> dict[str, Any]:
    """Findings as they read, not as they are computed: an example needs no evidence."""
    ranked = sorted(competencies, key=lambda c: -c["figures"]["all"]["mean"])
    return {
        "strengths": [_standout(c) for c in ranked[:2]], "priorities": [_standout(c) for c in reversed(ranked[-2:])],
        "gaps": [_gap(c) for c in competencies],
        "agreement": [{"key": c["key"], "title": c["title"], "level": ("strong", "moderate", "weak")[n % 3]} for n, c in enumerate(competencies)],
    }


def _standout(competency: dict[str, Any]) -> dict[str, Any]:
    figure = competency["figures"]["all"]
    return {
        "key": competency["key"], "title": competency["title"], "tie": 1, "is_tied": False,
        **{name: figure[name] for name in ("mean", "n", "low", "high")}, "items": [competency["items"][0]["text"]],
    }


def _gap(competency: dict[str, Any]) -> dict[str, Any]:
    own, others = competency["figures"]["self"]["mean"], competency["figures"]["all"]
    direction = "higher" if own - others["mean"] > 1 else "none"
    return {"key": competency["key"], "title": competency["title"], "self": own, "others": others["mean"], "n": others["n"], "direction": direction}


def _competency(section: Mapping[str, Any], draw: random.Random, low: int, high: int) -> dict[str, Any]:
    level = draw.uniform(low + 0.45 * (high - low), high - 0.12 * (high - low))
    items = [
        {"key": q["key"], "text": q["text"], "figures": _figures(level + draw.gauss(0, 0.15), draw, low, high)}
        for q in section["questions"] if q["kind"] == "item"
    ]
    figures = _figures(level, draw, low, high)
    return {
        "key": section["key"], "title": section["title"], "description": section["description"], "figures": figures, "items": items,
        "adjusted": _adjusted(figures["all"]["mean"] + draw.choice([-0.2, 0.1, 0.2]), low, high),
    }


def _adjusted(mean: float, low: int, high: int) -> dict[str, float]:
    mean = round(min(max(mean, low), high), 1)
    return {"mean": mean, "low": max(round(mean - 0.5, 1), low), "high": min(round(mean + 0.5, 1), high), "reliability": 0.7}


def _figures(level: float, draw: random.Random, low: int, high: int) -> dict[str, dict[str, Any]]:
    figures = {"self": _figure(level + draw.choice([-0.2, 0.2, 0.5, 1.3]), 1, low, high)}
    figures |= {group: _figure(level + draw.gauss(0, 0.25), n, low, high) for group, n in RATERS.items()}
    raters = sum(RATERS.values())
    figures["all"] = _figure(sum(figures[g]["mean"] * n for g, n in RATERS.items()) / raters, raters, low, high, agreement=draw.uniform(0.4, 0.9))
    return figures


def _figure(mean: float, n: int, low: int, high: int, agreement: float | None = None) -> dict[str, Any]:
    mean = min(max(mean, low), high)
    reach = 1.4 / n**0.5 if n > 1 else None
    return {
        "n": n, "mean": mean, "agreement": agreement,
        "low": max(mean - reach, low) if reach else None, "high": min(mean + reach, high) if reach else None,
    }
