"""A report as a tagged PDF: the page's own words and figures, handed to typst as data. Worker only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from azimuth.kit.pdf import render
from azimuth.reviews import debrief, reading
from azimuth.reviews.changes_in_words import Since

TEMPLATE = "reviews/report.typ"


def pdf(content: Mapping[str, Any]) -> bytes:
    """The report in the active language; the same content gives the same bytes."""
    page = reading.page(content)
    title = _("Feedback for %(name)s") % {"name": page.subject}
    data = {
        "title": title, "kicker": _("%(cycle)s · 360 report") % {"cycle": page.cycle}, "purpose": _("How you see yourself, and how others see you."),
        "words": _words(), "reading": _reading(page), "page": _page(page), "since": _since(page.since), "guide": _guide(debrief.guide(content, page)),
    }
    return render(TEMPLATE, data, title=title, language=get_language() or "en")


def _words() -> dict[str, Any]:
    return {
        "reading": _("How to read this report"), "short": _("In short"), "strengths": _("Strengths to build on"), "priorities": _("Areas to grow"),
        "tied": _("tied"), "nothing": _("None stands out clearly."), "asked": _("Who was asked, and who answered"),
        "asked_head": [_("Group"), _("Asked"), _("Answered"), _("Shown")], "competencies": _("Competencies"), "too_few": _("Too few answers to show."),
        "gaps": _("Where you and others see it differently"), "gaps_rule": _("Named only when the gap is larger than a quarter of the scale and clear of chance."),
        "agreement": _("How much raters agree"), "comments": _("In their words"),
        "comments_rule": _("As written, in a random order that is the same for every reader. What stands next to each other need not come from the same person."),
        "next": _("What next"),
        "next_text": _("Sleep on it. Talk it over with your lead, a coach or a colleague you trust. Then choose one or two areas to work on; more is none."),
    }


def _reading(page: reading.ReportPage) -> list[str]:
    return [
        _("A dot is a mean on the scale below. The line through it is the range in which the mean would probably lie had other colleagues been asked. Small differences inside it mean nothing."),
        _("Ratings of colleagues appear only where at least %(n)s answered, comments where at least %(c)s did. Nobody, not even an administrator, can find out who gave which.")
        % {"n": page.minimum, "c": page.comment_minimum},
        *([page.adjusted_explained] if page.has_adjusted else []),
        _("Look for two or three themes that come up more than once. One number is not a verdict."),
    ]


def _page(page: reading.ReportPage) -> dict[str, Any]:
    return {
        "points": [[f"{point['value']} · {point['label']}", point["anchor"]] for point in page.points],
        "strengths": _findings(page.strengths), "priorities": _findings(page.priorities),
        "asked": [[a.label, str(a.invited), "–" if a.answered is None else str(a.answered), str(a.shown_with)] for a in page.asked],
        "hidden": page.hidden,
        "overview": page.overview, "overview_alt": _overview_in_words(page), "none_adjusted": page.none_adjusted,
        "competencies": [_competency(c, with_adjusted=page.has_adjusted) for c in page.competencies],
        "gaps": [[gap.title, f"{gap.sentence} {_gap_word(gap.direction)}".strip()] for gap in page.gaps], "agreement": [list(row) for row in page.agreement],
        "comments": [{"question": c.question, "by": [[label, list(texts)] for label, texts in c.by]} for c in page.comments if c.by],
    }


def _since(since: Since | None) -> dict[str, Any]:
    """What changed since an earlier report; empty where nothing is compared."""
    if since is None:
        return {}
    return {
        "title": _("Since last time"), "overlap": list(since.overlap),
        "text": _("Compared with the report from “%(cycle)s”. A change is named only where it is clear of chance, all competencies taken together: two sets of answers never agree exactly.") % {"cycle": since.cycle},
        "head": [_("Competency"), _("Then"), _("Now"), _("Change"), _("In words")],
        "rows": [[row.title, row.then or "–", row.now or "–", f"{row.change} ({row.interval})" if row.interval else row.change or "–", row.words] for row in since.rows],
    }


def _guide(guide: debrief.Guide) -> dict[str, Any]:
    return {
        "title": _("Guide for the talk"), "order": ngettext("An order for %(n)d minute", "An order for %(n)d minutes", guide.minutes) % {"n": guide.minutes},
        "text": _("An hour, at most three themes, and questions that cannot be answered with yes or no. Made from the report alone."),
        "themes": [{"heading": theme.heading, "title": theme.title, "because": list(theme.because), "questions": list(theme.questions)} for theme in guide.themes],
        "steps": [[ngettext("%(n)d min", "%(n)d min", minutes) % {"n": minutes}, words] for minutes, words in guide.steps],
    }


def _gap_word(direction: str) -> str:
    return {"higher": _("(possible blind spot)"), "lower": _("(hidden strength)")}.get(direction, "")


def _findings(findings: Sequence[reading.Finding]) -> list[dict[str, Any]]:
    return [{"title": f.title, "evidence": f.evidence, "items": [_("“%(words)s”") % {"words": item} for item in f.items[:2]], "tied": f.is_tied} for f in findings]


def _competency(competency: reading.Competency, *, with_adjusted: bool) -> dict[str, Any]:
    return {
        "title": competency.title, "description": competency.description,
        "head": [_("Behaviour"), *(f.label for f in competency.figures)],
        "rows": [[row.text, *(_cell(figure) for figure in row.cells)] for row in competency.rows],
        "foot": [_("Together"), *(f.mean_shown for f in competency.figures)],
        "adjusted": competency.adjusted.sentence if with_adjusted and competency.adjusted else "",
    }


def _cell(figure: reading.Figure | None) -> str:
    if figure is None:
        return "–"
    return f"{figure.mean_shown} ({figure.n})" if figure.n > 1 else figure.mean_shown


def _overview_in_words(page: reading.ReportPage) -> str:
    parts = [f"{c.title}: " + ", ".join(f"{f.label} {f.mean_shown}" for f in c.dots) for c in page.competencies if c.figures]
    return "; ".join(parts) or _("No figures may be shown.")
