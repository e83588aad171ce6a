"""Turns a report's frozen content into what page and PDF show, in the reader's language. No figure is computed here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.template.loader import render_to_string
from django.utils.functional import Promise as Lazy
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from azimuth.ballots.disclosure import NEAR_EARLIER
from azimuth.kit.charts import Dot, DotRow, dot_plot
from azimuth.kit.components.lists import ChartTable
from azimuth.questionnaires import queries as questionnaires
from azimuth.questionnaires.translations import Speech, speech
from azimuth.reviews.changes_in_words import Since, since
from azimuth.reviews.figures import shown

LABELS: dict[str, Lazy] = {
    "self": pgettext_lazy("rater group", "Self"), "manager": gettext_lazy("Manager"), "peer": gettext_lazy("Peers"), "report": gettext_lazy("Direct reports"),
    "external": gettext_lazy("External"), "colleagues": gettext_lazy("Colleagues"), "all": gettext_lazy("All raters"), "adjusted": gettext_lazy("Adjusted"),
}
AGREEMENT: dict[str, Lazy] = {
    "strong": gettext_lazy("raters see this much alike"), "moderate": gettext_lazy("raters differ somewhat"),
    "weak": gettext_lazy("raters see this very differently: ask for examples"), "unknown": gettext_lazy("too few raters to say"),
}
TOO_FEW_TOOK_PART = gettext_lazy("too few people took part to tell how strict raters usually are.")
TOO_MUCH_ALIKE = gettext_lazy("people were rated so much alike that a corrected mean would say nothing.")
NOT_ADJUSTED: dict[str, Lazy] = {
    "too_few_raters": TOO_FEW_TOOK_PART, "too_few_subjects": TOO_FEW_TOOK_PART, "no_answers": TOO_FEW_TOOK_PART,
    "one_rater_per_subject": gettext_lazy("with one rater each, a strict rater cannot be told from a low performance."),
    "raters_of_one_subject": gettext_lazy("each rater answered about one person only, so nobody's strictness could be compared."),
    "disconnected": gettext_lazy("your raters have too few other people in common with the rest to compare how strict they are."),
    "one_option": gettext_lazy("most answers are the same point of the scale, which leaves too little to correct."),
    "unsure": gettext_lazy("too few people answered about you for a figure of your own."),
    "no_subject_variance": TOO_MUCH_ALIKE, "no_variance": TOO_MUCH_ALIKE,
    "not_settled": gettext_lazy("the answers allowed no stable estimate."),
}


@dataclass(frozen=True)
class Figure:
    """One row of a table or one dot of a plot."""

    group: str
    label: str
    n: int
    mean: float
    low: float | None
    high: float | None

    @property
    def mean_shown(self) -> str:
        """The mean, in words of the page."""
        return shown(self.mean)

    @property
    def interval_shown(self) -> str:
        """The 95 % interval, or a dash where there is none."""
        return f"{shown(self.low)}–{shown(self.high)}" if self.low is not None and self.high is not None else "–"


@dataclass(frozen=True)
class Item:
    """One rated item."""

    text: str
    figures: Sequence[Figure]


@dataclass(frozen=True)
class Row:
    """One item in the table of its competency."""

    text: str
    cells: Sequence[Figure | None]


@dataclass(frozen=True)
class Adjusted:
    """The mean of all raters corrected for how strict they usually are, or why there is none."""

    figure: Figure | None
    why_not: str

    @property
    def sentence(self) -> str:
        """The one sentence under a competency."""
        if self.figure is None:
            return _("Not enough evidence for a mean corrected for how strict your raters usually are: %(why)s") % {"why": self.why_not}
        return _("Corrected for how strict your raters usually are: %(mean)s, likely between %(low)s and %(high)s.") % {
            "mean": self.figure.mean_shown, "low": shown(self.figure.low or 0), "high": shown(self.figure.high or 0),
        }


@dataclass(frozen=True)
class Competency:
    """One competency with its chart and items."""

    key: str
    title: str
    description: str
    figures: Sequence[Figure]
    items: Sequence[Item]
    adjusted: Adjusted | None = None

    @property
    def dots(self) -> list[Figure]:
        """What the overview shows of it: the figures, and beside “all” the adjusted mean where there is one."""
        return [*self.figures, *([self.adjusted.figure] if self.adjusted and self.adjusted.figure else [])]

    @property
    def rows(self) -> list[Row]:
        """Items by the columns of the competency; None where an item is not shown for a group."""
        groups = [figure.group for figure in self.figures]
        return [Row(i.text, [{f.group: f for f in i.figures}.get(group) for group in groups]) for i in self.items]


@dataclass(frozen=True)
class Finding:
    """One thing that stands out, in words with its evidence."""

    key: str
    title: str
    evidence: str
    items: Sequence[str]
    is_tied: bool = False


@dataclass(frozen=True)
class Gap:
    """Where self and others differ, or do not."""

    key: str
    title: str
    sentence: str
    direction: str


@dataclass(frozen=True)
class Asked:
    """How many were asked and answered, where that may be shown."""

    label: str
    invited: int
    answered: int | None
    shown_with: str


@dataclass(frozen=True)
class Comments:
    """The comments to one open question."""

    question: str
    by: Sequence[tuple[str, Sequence[str]]]


@dataclass(frozen=True)
class ReportPage:
    """Everything a report shows, in the order it is read."""

    subject: str
    cycle: str
    purpose: str
    minimum: int
    comment_minimum: int
    points: Sequence[Mapping[str, Any]]
    low: int
    high: int
    asked: Sequence[Asked]
    hidden: str
    overview: str
    overview_narrow: str
    overview_table: ChartTable
    competencies: Sequence[Competency]
    strengths: Sequence[Finding]
    priorities: Sequence[Finding]
    gaps: Sequence[Gap]
    agreement: Sequence[tuple[str, str]]
    since: Since | None
    comments: Sequence[Comments]
    has_comments: bool

    @property
    def has_adjusted(self) -> bool:
        """Whether any adjusted mean is shown, and has to be explained."""
        return any(c.adjusted and c.adjusted.figure for c in self.competencies)

    @property
    def none_adjusted(self) -> str:
        """Said once where no competency has an adjusted mean: why not."""
        why = [c.adjusted.sentence for c in self.competencies if c.adjusted]
        return "" if self.has_adjusted or not why else max(why, key=why.count)

    @property
    def adjusted_explained(self) -> str:
        """What an adjusted mean is, for page and PDF."""
        return _(
            "The ring below “All raters” is their mean corrected in two ways: for how strict the people asked about you usually are, and, where few "
            "answered, towards what is usual. It is made of published means only, so it cannot tell who is strict. The plain mean above it is what people said."
        )


@dataclass(frozen=True)
class Choice:
    """A competency one may choose to grow in."""

    key: str
    title: str
    note: str
    is_chosen: bool


def choices(content: Mapping[str, Any], chosen: Mapping[str, str]) -> list[Choice]:
    """The competencies to choose from, those to grow first; `chosen` maps section keys to notes."""
    first = [finding["key"] for finding in content["findings"]["priorities"]]
    ordered = sorted(content["competencies"], key=lambda c: (c["key"] not in chosen, c["key"] not in first))
    return [Choice(c["key"], c["title"], chosen.get(c["key"], ""), c["key"] in chosen) for c in ordered]


SPOKEN = {"title", "description", "text", "label", "anchor", "not_observed"}  # keys under which the questionnaire speaks
WRITTEN = "by"  # the key under which people do


def heard(content: Any, said: Speech) -> Any:
    """The same content as a reader hears it: the questionnaire's texts in their language, what people wrote as they wrote it."""
    if isinstance(content, Mapping) and said.words:
        return {
            key: said(part) if key in SPOKEN and isinstance(part, str) else part if key == WRITTEN else heard(part, said)
            for key, part in content.items()
        }
    if isinstance(content, list):
        return [said(part) if isinstance(part, str) else heard(part, said) for part in content]
    return content


def in_language(snapshot: Mapping[str, Any], content: Mapping[str, Any], language: str) -> Mapping[str, Any]:
    """Frozen content as a reader of this language hears it, by the questionnaire as it was launched."""
    heard_content: Mapping[str, Any] = heard(content, speech(snapshot, language))
    return heard_content


def page(content: Mapping[str, Any]) -> ReportPage:
    """The report in the language that is active."""
    scale, found = content["scale"], content["findings"]
    competencies = [_competency(c, content["subject"]) for c in content["competencies"]]
    rows, title = [(c.title, c.dots) for c in competencies], _("Competencies, seen by yourself and by others")
    comments = [Comments(questionnaires.named(c["text"], content["subject"]), [(str(LABELS[g]), texts) for g, texts in _in_order(c["by"])]) for c in content["comments"]]
    return ReportPage(
        subject=content["subject"], cycle=content["cycle"], purpose=content["purpose"], minimum=content["minimum"], comment_minimum=content["comment_minimum"],
        points=scale["points"], low=scale["low"], high=scale["high"], asked=[_asked(a) for a in sorted(content["asked"], key=lambda a: ORDER.index(a["group"]))],
        hidden=_hidden(content), overview=plot(rows, scale, title=title), overview_narrow=plot(rows, scale, title=title, width="narrow"), overview_table=table(rows),
        competencies=competencies,
        strengths=[_finding(f, content["subject"]) for f in found["strengths"]], priorities=[_finding(f, content["subject"]) for f in found["priorities"]],
        gaps=[_gap(g) for g in found["gaps"]], agreement=[(a["title"], str(AGREEMENT[a["level"]])) for a in found["agreement"]],
        since=since(content["since"]) if "since" in content else None, comments=comments, has_comments=any(c.by for c in comments),
    )


ORDER = list(LABELS)
KINDS = {"self": "self", "manager": "lead", "all": "all", "adjusted": "adjusted"}


@dataclass(frozen=True)
class Kept:
    """A frozen report, known by its key: reading it twice in one language gives the same page."""

    key: UUID
    language: str
    content: Mapping[str, Any] = field(compare=False)


@lru_cache(maxsize=256)
def body(kept: Kept) -> tuple[ReportPage, SafeString]:
    """The page and its body as markup; a report never changes, so it is drawn once."""
    shown = page(kept.content)
    return shown, render_to_string("reviews/_report_body.html", {"page": shown})


def plot(rows: Sequence[tuple[str, Sequence[Figure]]], scale: Mapping[str, Any], *, title: str, width: str = "wide") -> str:
    """A dot plot of self, lead, groups and all raters, each with its interval and n."""
    points = scale["points"]
    drawn = [DotRow(label, [Dot(f.label, f.mean, KINDS.get(f.group, "group"), f.low, f.high, f.n) for f in figures]) for label, figures in rows if figures]
    if not drawn:
        return ""
    return dot_plot(
        drawn, low=scale["low"], high=scale["high"], title=title, width=width, ends=(points[0]["label"], points[-1]["label"]),
        desc=_("Dots are means; lines are 95 % intervals: another set of raters would probably lie within them."),
    )


def table(rows: Sequence[tuple[str, Sequence[Figure]]]) -> ChartTable:
    """The same figures as a table."""
    return ChartTable(
        [_("Competency"), _("Seen by"), _("Mean"), _("95 % interval"), _("Raters")],
        [[label, f.label, f.mean_shown, f.interval_shown, str(f.n)] for label, figures in rows for f in figures],
    )


def _in_order(by_group: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Self, lead, groups, all: stored JSON keeps no order."""
    return sorted(by_group.items(), key=lambda pair: ORDER.index(pair[0]))


def _figures(figures: Mapping[str, Mapping[str, Any]]) -> list[Figure]:
    return [Figure(group, str(LABELS[group]), f["n"], f["mean"], f["low"], f["high"]) for group, f in _in_order(figures)]


def _competency(content: Mapping[str, Any], name: str) -> Competency:
    items = [Item(questionnaires.named(i["text"], name), _figures(i["figures"])) for i in content["items"]]
    adjusted = _adjusted(content.get("adjusted"), content["figures"])
    return Competency(content["key"], content["title"], content["description"], _figures(content["figures"]), items, adjusted)


def _adjusted(content: Mapping[str, Any] | None, figures: Mapping[str, Mapping[str, Any]]) -> Adjusted | None:
    """None in reports from before there were adjusted means, and where the mean of all raters is not shown either."""
    if not content or "all" not in figures:
        return None
    if "why" in content:
        return Adjusted(None, str(NOT_ADJUSTED.get(content["why"], NOT_ADJUSTED["not_settled"])))
    return Adjusted(Figure("adjusted", str(LABELS["adjusted"]), figures["all"]["n"], content["mean"], content["low"], content["high"]), "")


def _finding(content: Mapping[str, Any], name: str) -> Finding:
    evidence = ngettext("%(mean)s from %(n)d rater", "%(mean)s from %(n)d raters", content["n"]) % {"mean": shown(content["mean"]), "n": content["n"]}
    if content["low"] is not None:
        evidence += _(", likely between %(low)s and %(high)s") % {"low": shown(content["low"]), "high": shown(content["high"])}
    return Finding(content["key"], content["title"], evidence, [questionnaires.named(item, name) for item in content["items"]], content["is_tied"])


def _gap(content: Mapping[str, Any]) -> Gap:
    values = {"self": shown(content["self"]), "others": shown(content["others"])}
    sentences = {
        "higher": _("You rate yourself %(self)s, others %(others)s: you see yourself clearly higher."),
        "lower": _("You rate yourself %(self)s, others %(others)s: others see a strength you may not."),
        "none": _("You rate yourself %(self)s, others %(others)s: no clear difference."),
    }
    return Gap(content["key"], content["title"], sentences[content["direction"]] % values, content["direction"])


def _hidden(content: Mapping[str, Any]) -> str:
    """Why only self and manager appear, in a sentence; empty where colleagues do."""
    reasons = {asked.get("why") or "too_few" for asked in content["asked"] if not asked["shown_as"]}
    if not reasons:
        return ""
    if NEAR_EARLIER in reasons:
        return _("A report about the same questions came out less than 120 days before or after. Beside it, this one would show what the few people said in whom the two differ, so only self and manager appear.")
    return _("Too few colleagues answered to show their ratings without showing who they are (%(n)d are needed), so only self and manager appear.") % {"n": content["minimum"]}


def _asked(content: Mapping[str, Any]) -> Asked:
    shown_as = content["shown_as"]
    if not shown_as:
        shown_with = _("not shown: too close to an earlier report") if content.get("why") == NEAR_EARLIER else _("not shown: too few answers")
    elif shown_as != content["group"]:
        shown_with = _("shown together as “%(group)s”") % {"group": LABELS[shown_as]}
    else:
        shown_with = ""
    return Asked(str(LABELS[content["group"]]), content["invited"], content["answered"], shown_with)
