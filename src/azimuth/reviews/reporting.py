"""Builds a report from the counted answers, once; what it says is plain JSON, frozen (docs/developer/architecture.md). Worker only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from azimuth.ballots.models import CountedAnswer, CountedFigure, CountedGroup
from azimuth.questionnaires import queries as questionnaires
from azimuth.reviews import comparing, findings, overlap
from azimuth.reviews.adjusting import Adjustment, Adjustments
from azimuth.reviews.models import Assignment, Report, Subject

Figures = Mapping[UUID, Mapping[str, dict[str, Any]]]


def build(subject: Subject, corrected: Adjustments, *, on: date) -> Report:
    """Build and keep the report of a counted subject; one that is kept already stays as it is."""
    made = content(subject, corrected)
    report, _created = Report.objects.get_or_create(subject=subject, defaults={"content": {**made, **_since(subject, made)}, "built_on": on})
    return report


def _since(subject: Subject, made: Mapping[str, Any]) -> dict[str, Any]:
    """What changed since the subject's report of the earlier cycle, where the cycle declared one and that report is out."""
    cycle = subject.cycle
    if cycle.compares_to_id is None:
        return {}
    earlier = Subject.objects.released().filter(cycle=cycle.compares_to_id, person=subject.person_id).select_related("report", "cycle").first()
    if earlier is None:
        return {}
    shared = overlap.of(cycle.snapshot, earlier.cycle.snapshot)
    return {"since": comparing.since(
        made, earlier.report.content, shared, minimum=cycle.overlap_minimum, raters_now=_raters(subject), raters_then=_raters(earlier)
    )}


def _raters(subject: Subject) -> set[UUID | str]:
    """Who was asked about a subject besides the subject; somebody from outside is known by the address."""
    rows = Assignment.objects.asked().filter(subject=subject).exclude(rater=subject.person_id)
    return {rater or (email or "").lower() for rater, email in rows.values_list("rater_id", "external__email")}


def content(subject: Subject, corrected: Adjustments) -> dict[str, Any]:
    """The report in plain values: who was asked, competencies with items and figures, findings, comments."""
    cycle = subject.cycle
    figures = _figures(subject)
    scale = cycle.snapshot["scale"]["points"]
    low, high = scale[0]["value"], scale[-1]["value"]
    sections = questionnaires.sections_with_items(cycle.snapshot)
    adjusted = corrected.about(subject.person_id, [section["key"] for section in sections])
    competencies = [_competency(section, figures, adjusted.get(section["key"])) for section in sections]
    return {
        "subject": subject.person.name, "cycle": cycle.name, "purpose": cycle.purpose,
        "minimum": cycle.minimum, "comment_minimum": cycle.comment_minimum,
        "scale": {"low": low, "high": high, "points": scale, "not_observed": cycle.snapshot["scale"]["not_observed"]},
        "asked": _asked(subject),
        "competencies": competencies,
        "findings": findings.of(competencies, low=low, high=high),
        "comments": _comments(subject),
    }


def _figures(subject: Subject) -> Figures:
    found: dict[UUID, dict[str, dict[str, Any]]] = defaultdict(dict)
    for row in CountedFigure.objects.filter(box=subject.cycle.box, about=subject.person):
        found[row.of][row.shown_as] = {"n": row.n, "mean": row.mean, "low": row.low, "high": row.high, "agreement": row.agreement}
    return found


def _competency(section: Mapping[str, Any], figures: Figures, adjusted: Adjustment | None) -> dict[str, Any]:
    """`adjusted`: the mean of all raters corrected for strictness, or why there is none; None where neither is to be shown."""
    items = [q for q in section["questions"] if q["kind"] == "item"]
    return {
        "key": section["key"], "title": section["title"], "description": section["description"],
        "figures": figures.get(UUID(section["key"]), {}), "adjusted": adjusted,
        "items": [{"key": q["key"], "text": q["text"], "figures": figures.get(UUID(q["key"]), {})} for q in items],
    }


def _asked(subject: Subject) -> list[dict[str, Any]]:
    rows = CountedGroup.objects.filter(box=subject.cycle.box, about=subject.person).order_by("group")
    return [{"group": row.group, "invited": row.invited, "answered": row.answered, "shown_as": row.shown_as, "why": row.why} for row in rows]


def _comments(subject: Subject) -> list[dict[str, Any]]:
    """Comments by question, then by whom they may be shown as; their keys are random, and so is their order."""
    texts: dict[UUID, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    rows = CountedAnswer.objects.filter(box=subject.cycle.box, about=subject.person).exclude(text="").order_by("pk")
    for question, shown_as, text in rows.values_list("question", "shown_as", "text"):
        texts[question][shown_as].append(text)
    prompts: Sequence[Mapping[str, Any]] = questionnaires.all_prompts(subject.cycle.snapshot)
    return [
        {"key": q["key"], "text": q["text"], "by": texts.get(UUID(q["key"]), {})}
        for q in prompts
    ]
