"""A guide to talk a report over: at most three themes, open questions, an order for an hour. Made from the frozen report alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from azimuth.reviews.reading import ReportPage

MOST = 3
OPENING, PLANNING, CLOSING = 5, 10, 5
FOR_THEMES = {1: (40,), 2: (20, 20), 3: (10, 15, 15)}  # with the rest, sixty minutes
Part = Mapping[str, Any]


@dataclass(frozen=True)
class Pick:
    """What a theme is about, before it is put into words: its kind, its competency, and others tied with it."""

    kind: str  # strength, priority, higher, lower, disagreement, comments, few
    key: str = ""
    tied: Sequence[str] = ()


@dataclass(frozen=True)
class Theme:
    """One theme: what it is, why it is one, what to ask, and about how many minutes it takes."""

    heading: str
    title: str
    because: Sequence[str]
    questions: Sequence[str]
    minutes: int


@dataclass(frozen=True)
class Guide:
    """Everything one needs for an hour's talk; `steps` are (minutes, words) in order."""

    themes: Sequence[Theme]
    steps: Sequence[tuple[int, str]]

    @property
    def minutes(self) -> int:
        """How long it takes."""
        return sum(minutes for minutes, _words in self.steps)


def guide(content: Part, page: ReportPage) -> Guide:
    """The guide in the active language, from a report's content and the page made of it."""
    picked = picks(content)
    themes = [_theme(pick, page, minutes) for pick, minutes in zip(picked, FOR_THEMES[len(picked)], strict=True)]
    return Guide(themes, [
        (OPENING, _("Arrive. How was it to read the report? What surprised you, and what did not?")),
        *((theme.minutes, f"{theme.heading}: {theme.title}" if theme.title else theme.heading) for theme in themes),
        (PLANNING, _("Choose one or two areas to work on, a first step for each, and who will notice.")),
        (CLOSING, _("Close. What stays between you, and when do you talk again?")),
    ])


def picks(content: Part) -> list[Pick]:
    """A strength, an area to grow, and a gap or a disagreement about something else; where nothing stands out, what there is to read."""
    found = content["findings"]
    picked = [pick for kind, ties in (("strength", found["strengths"]), ("priority", found["priorities"])) if (pick := _of_tie(kind, ties, content))]
    taken = {pick.key for pick in picked} | {key for pick in picked for key in pick.tied}
    if apart := _gap(found["gaps"], taken) or _disagreement(found["agreement"], taken):
        picked.append(apart)
    if picked:
        return picked[:MOST]
    return [Pick("comments")] if any(comments["by"] for comments in content["comments"]) else [Pick("few")]


def _of_tie(kind: str, findings: Sequence[Part], content: Part) -> Pick | None:
    """The outermost tie: the competency asked first stands for it, the others are named beside it."""
    outermost = {finding["key"] for finding in findings if finding["tie"] == 1}
    ordered = [competency["key"] for competency in content["competencies"] if competency["key"] in outermost]
    return Pick(kind, ordered[0], ordered[1:]) if ordered else None


def _gap(gaps: Sequence[Part], taken: set[str]) -> Pick | None:
    """The largest clear gap between self and others; of equal ones that asked first."""
    clear = [gap for gap in gaps if gap["direction"] != "none" and gap["key"] not in taken]
    widest = max(clear, key=lambda gap: round(abs(gap["self"] - gap["others"]), 1), default=None)
    return Pick(widest["direction"], widest["key"]) if widest else None


def _disagreement(agreement: Sequence[Part], taken: set[str]) -> Pick | None:
    """The first competency raters see very differently."""
    apart = next((row for row in agreement if row["level"] == "weak" and row["key"] not in taken), None)
    return Pick("disagreement", apart["key"]) if apart else None


def _theme(pick: Pick, page: ReportPage, minutes: int) -> Theme:
    titles = {competency.key: competency.title for competency in page.competencies}
    return Theme(_heading(pick.kind), titles.get(pick.key, ""), list(_because(pick, page, titles)), _questions(pick.kind), minutes)


def _heading(kind: str) -> str:
    return {
        "strength": _("A strength to build on"), "priority": _("An area to grow"), "higher": _("You see it more brightly than others"),
        "lower": _("Others see a strength you may not"), "disagreement": _("Raters see it very differently"), "comments": _("What the comments say"),
        "few": _("What can be read from few answers"),
    }[kind]


def _because(pick: Pick, page: ReportPage, titles: Mapping[str, str]) -> list[str]:
    """The evidence as the report prints it."""
    if pick.kind in {"strength", "priority"}:
        finding = next(f for f in (page.strengths if pick.kind == "strength" else page.priorities) if f.key == pick.key)
        tied = [_("Tied with it: %(others)s. Take the one you would rather talk about.") % {"others": ", ".join(titles[key] for key in pick.tied)}] if pick.tied else []
        gaps = [gap.sentence for gap in page.gaps if gap.key == pick.key and gap.direction != "none"]
        return [finding.evidence, *(_("“%(words)s”") % {"words": item} for item in finding.items[:2]), *gaps, *tied]
    if pick.kind in {"higher", "lower"}:
        return [gap.sentence for gap in page.gaps if gap.key == pick.key]
    return {
        "disagreement": [_("The mean hides two or more views: do not argue about it, ask for examples.")],
        "comments": [_("No competency stands out clearly. The comments are the better place to begin.")],
        "few": [_("Too few colleagues answered to show their views. Begin with your own, and with your manager's.")],
    }[pick.kind]


def _questions(kind: str) -> list[str]:
    return {
        "strength": [
            _("When did you last show it, and what did it make possible?"), _("Where would more of it help: which task, which meeting, which person?"),
            _("When does it get in your way?"),
        ],
        "priority": [
            _("Which situation comes to mind first? What happened, step by step?"), _("What would others see you do differently in three months?"),
            _("Who or what could help you with it?"),
        ],
        "higher": [
            _("What do you see in yourself that others may not get to see?"), _("What might they see that you do not?"),
            _("Whom could you ask for an example this week?"),
        ],
        "lower": [_("What do others count on you for that you take for granted?"), _("What would you dare if you trusted this view of you?")],
        "disagreement": [
            _("Who meets you in which situations, and how do you differ between them?"), _("With whom does it go well, and what is different there?"),
        ],
        "comments": [
            _("Which sentence stays with you, and why?"), _("What comes up more than once?"), _("What would you like to ask, without asking who wrote it?"),
        ],
        "few": [_("Where do you and your manager agree?"), _("Whom would you like to hear from, and what would you ask them?")],
    }[kind]
