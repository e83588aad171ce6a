"""How reliable a cycle was, or will be, in words and figures of the page. Pure: no table, no heavy mathematics."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.utils.formats import number_format
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from azimuth.ballots.models import CountedReliability
from azimuth.kit.charts import Part, shares
from azimuth.kit.components.lists import ChartTable
from azimuth.questionnaires.models import RaterGroup
from azimuth.reviews.figures import shown_share
from azimuth.reviews.states import Purpose

FEEDBACK, DECISION = 0.7, 0.8  # wanted for development, for evaluation (methods A.3)
WANTED = {Purpose.DEVELOPMENT: FEEDBACK, Purpose.EVALUATION: DECISION}
PUBLISHED = {RaterGroup.MANAGER: 0.50, RaterGroup.PEER: 0.37, RaterGroup.DIRECT_REPORT: 0.30}  # one rater; Conway & Huffcutt 1997
OTHERS_PUBLISHED = 0.37
TRIED = (2, 3, 4, 5, 6, 8, 10, 12, 15)  # raters in the planner's table

REFUSED: dict[str, Lazy] = {
    "one_rater_per_subject": gettext_lazy("Nobody was rated by two others, so it cannot be told whether a low rating means a low performance or a strict rater."),
    "too_few_raters": gettext_lazy("Fewer than eight people rated others. That is too few to tell how much raters differ."),
    "too_few_subjects": gettext_lazy("Fewer than eight people were rated by two others whose answers may be shown. That is too few to tell how much people differ."),
    "no_variance": gettext_lazy("Everybody was given the same rating, so there are no differences to explain."),
    "no_answers": gettext_lazy("No ratings by others may be shown, so there is nothing to measure."),
    "not_settled": gettext_lazy("The answers fit no stable estimate: often because everybody answered nearly alike."),
}
TOLD: dict[str, Lazy] = {
    "disconnected": gettext_lazy("The raters fall into parts that have nobody in common. Figures of people in different parts should not be compared: one part may simply have the stricter raters."),
    "raters_of_one_subject": gettext_lazy("Every rater rated one person only. Strictness cannot be told from a rater's own view of that person, so nothing was corrected for it."),
    "no_subject_variance": gettext_lazy("No differences between the people rated could be found: the reports should not be used to compare anybody."),
    "no_rater_variance": gettext_lazy("Raters were about equally strict. There was nothing to correct."),
    "one_option": gettext_lazy("More than 70 % of all answers are the same point of the scale. Such answers tell people hardly apart; sharper anchors would help more than more raters."),
}
HEADS: dict[str, Lazy] = {
    "subject": gettext_lazy("Person"), "rater": gettext_lazy("Strictness"), "interaction": gettext_lazy("Own view"), "residual": gettext_lazy("Chance"),
}
PARTS: dict[str, Lazy] = {
    "subject": gettext_lazy("The person rated"), "rater": gettext_lazy("How strict the rater is"),
    "interaction": gettext_lazy("This rater's own view of this person"), "residual": gettext_lazy("Chance, from question to question"),
}


def expected(one: float, raters: float) -> float:
    """The reliability of the mean of so many raters, from that of one (Spearman-Brown): how far other raters would say the same. 0..1."""
    return raters * one / (1 + (raters - 1) * one)


def needed(one: float, wanted: float) -> int | None:
    """The fewest raters that reach the wanted reliability; None when no number does."""
    return max(1, math.ceil(wanted * (1 - one) / (one * (1 - wanted)) - 1e-9)) if one > 0 else None


def likely(reliability: float, raters: float, subjects: int) -> tuple[float, float]:
    """The 95 % interval of the reliability of a report, from how many people were rated. 0..1.

    As if everybody had raters of their own (Feldt 1965; quantiles of F by Paulson's approximation): a guide, not more.
    """
    between, within = subjects - 1, subjects * max(raters - 1, 1)
    low, high = (1 - (1 - reliability) * _quantile_of_f(z, between, within) for z in (1.96, -1.96))
    return max(low, 0.0), min(high, 1.0)


def _quantile_of_f(z: float, between: float, within: float) -> float:
    one, other = 2 / (9 * between), 2 / (9 * within)
    square = (1 - other) ** 2 - z**2 * other
    root = ((1 - one) ** 2 * other + (1 - other) ** 2 * one - z**2 * one * other) ** 0.5
    return float((((1 - one) * (1 - other) + z * root) / square) ** 3)


def published_average(raters: Mapping[str, float]) -> float:
    """What published studies let expect of one rater, mixed by how many of each group are asked: errors are averaged. 0..1."""
    total = sum(raters.values())
    known = {group.value: value for group, value in PUBLISHED.items()}
    error = sum(n * (1 / known.get(group, OTHERS_PUBLISHED) - 1) for group, n in raters.items()) / total
    return 1 / (1 + error)


@dataclass(frozen=True)
class Variances:
    """What was measured over some items, and what follows from it for one form and for a typical report."""

    row: CountedReliability

    @cached_property
    def parts(self) -> dict[str, float]:
        """The share of each source in the variance of one form; they sum to one. Empty where nothing was measured."""
        row = self.row
        if row.subject is None or row.residual is None:
            return {}
        found = {"subject": row.subject, "rater": row.rater, "interaction": row.interaction, "residual": row.residual / (row.items or 1)}
        total = sum(value for value in found.values() if value is not None)
        return {name: value / total for name, value in found.items() if value is not None} if total else {}

    @property
    def one(self) -> float:
        """The reliability of one rater, rounded as it is shown: what follows from it can be computed again from the page."""
        return round(self.parts.get("subject", 0.0), 2)

    @property
    def typical(self) -> float:
        """The reliability of a report with as many raters as were usual."""
        return expected(self.one, self.row.raters)


@dataclass(frozen=True)
class Reliability:
    """The section about a counted cycle; figures are empty where `refusal` says why nothing was measured."""

    whole: Variances
    competencies: Sequence[tuple[str, Variances]] = field(default=())

    @property
    def refusal(self) -> str:
        """Why nothing could be measured, in a sentence; "" when it was."""
        code = self.whole.row.refusal
        return str(REFUSED.get(code, REFUSED["not_settled"])) if code else ""

    @property
    def notes(self) -> list[str]:
        """What must be known to read the figures; a competency's own remark names it."""
        said = [self._told(note) for note in self.whole.row.notes]
        for title, part in self.competencies:
            new = [note for note in part.row.notes if note not in self.whole.row.notes]
            said += [f"{title}: {TOLD[note]}" for note in new]
            said += [f"{title}: {REFUSED[part.row.refusal]}"] if part.row.refusal and not self.refusal else []
        return said

    def _told(self, note: str) -> str:
        connected = self.whole.row.connected
        if note != "disconnected" or connected is None:
            return str(TOLD[note])
        return f"{TOLD[note]} " + _("The largest part holds %(share)d %% of the people.") % {"share": round(100 * connected)}

    @property
    def verdict(self) -> str:
        """What the reliability of a typical report allows, in a sentence."""
        reached = round(self.whole.typical, 2)
        if reached >= DECISION:
            return _("Other raters would very probably say the same. That is firm enough to support decisions, together with other evidence.")
        if reached >= FEEDBACK:
            return _("Other raters would largely say the same. That is good enough for feedback and growth, and too little for decisions about pay or promotion.")
        return _("Other raters might well say something else. Read the reports as a start of conversations, and do not compare people by them.")

    @property
    def typical(self) -> str:
        """The reliability of a typical report, as shown."""
        return shown_share(self.whole.typical)

    @property
    def behind(self) -> str:
        """What the reliability of a typical report rests on, and how sure it is."""
        row = self.whole.row
        low, high = likely(self.whole.typical, row.raters, row.subjects)
        values = {"n": row.raters, "low": shown_share(low), "high": shown_share(high)}
        return ngettext("likely %(low)s–%(high)s; with %(n)d rater, as usual here", "likely %(low)s–%(high)s; with %(n)d raters, as usual here", row.raters) % values

    @property
    def wanted(self) -> list[tuple[str, str, str]]:
        """(what for, wanted reliability, raters needed) each."""
        return wanted(self.whole.one)

    def chart(self, width: str = "wide") -> str:
        """Where the differences between forms come from."""
        parts = [Part(str(PARTS[name]), share, is_point=name == "subject") for name, share in self.whole.parts.items()]
        return shares(parts, width=width, title=_("Where differences between forms come from"), desc=self.explained) if parts else ""

    @property
    def narrow_chart(self) -> str:
        """The same for a narrow column."""
        return self.chart("narrow")

    @property
    def explained(self) -> str:
        """The chart in a sentence."""
        return _("%(share)d %% of the differences between one rater's form and another's come from the person rated; the rest comes from who rates, and from chance.") % {"share": round(100 * self.whole.one)}

    @property
    def table(self) -> ChartTable:
        """The whole and each competency: shares of variance (that of the person is the reliability of one rater), reliability with the usual number of raters."""
        rows = [(_("All items"), self.whole), *self.competencies]
        heads = [_("Over"), *(str(label) for label in HEADS.values()), ngettext("%(n)d rater", "%(n)d raters", self.whole.row.raters) % {"n": self.whole.row.raters}]
        return ChartTable(heads, [_cells(title, part) for title, part in rows])

    @property
    def formulas(self) -> list[str]:
        """Both figures with what they were computed from."""
        row, n, one = self.whole.row, self.whole.row.raters, shown_share(self.whole.one)
        error, items = row.residual or 0, row.items or 1
        terms = [_plain(value) for value in (row.subject, row.rater, row.interaction) if value is not None]
        terms.append(f"{_plain(error)} ÷ {_plain(items)}")
        return [
            _("One rater: %(formula)s") % {"formula": f"{terms[0]} ÷ ({' + '.join(terms)}) = {one}"},
            ngettext("%(n)d rater: %(formula)s", "%(n)d raters: %(formula)s", n) % {"n": n, "formula": f"{n} × {one} ÷ (1 + {n - 1} × {one}) = {self.typical}"},
        ]

    @property
    def inputs(self) -> list[tuple[str, str]]:
        """(name, figure) of what the formula is given."""
        row = self.whole.row
        variances = [(str(PARTS[name]), getattr(row, name)) for name in PARTS if getattr(row, name) is not None]
        return [
            (_("People rated"), str(row.subjects)), (_("Forms about them by others"), str(row.forms)), (_("Raters of a typical report"), str(row.raters)),
            (_("Items on a usual form"), _plain(row.items or 0)), *((_("Variance: %(part)s") % {"part": part}, _plain(value)) for part, value in variances),
        ]


@dataclass(frozen=True)
class Forecast:
    """How reliable reports of a draft would be with the raters it plans, and what that rests on."""

    raters: int
    one: float
    purpose: str
    cycle: str = ""
    is_same_questionnaire: bool = False

    @property
    def sentence(self) -> str:
        """What may be expected, in a sentence."""
        reached = shown_share(expected(self.one, self.raters))
        return ngettext(
            "With %(n)d rater per subject a report would reach a reliability of about %(reached)s if everybody answers.",
            "With %(n)d raters per subject a report would reach a reliability of about %(reached)s if everybody answers.", self.raters,
        ) % {"n": self.raters, "reached": reached}

    @property
    def is_enough(self) -> bool:
        """Whether that is what the draft's purpose wants."""
        return round(expected(self.one, self.raters), 2) >= WANTED[Purpose(self.purpose)]

    @property
    def wanted(self) -> list[tuple[str, str, str]]:
        """(what for, wanted reliability, raters needed) each."""
        return wanted(self.one)

    @property
    def basis(self) -> str:
        """What the forecast rests on, in a sentence."""
        if not self.cycle:
            return _(
                "From published averages of single raters (Conway & Huffcutt 1997: managers 0.50, peers 0.37, direct reports 0.30), because no cycle "
                "with this questionnaire or scale has been measured here yet."
            )
        if self.is_same_questionnaire:
            return _("From “%(cycle)s”, the latest counted cycle with this questionnaire.") % {"cycle": self.cycle}
        return _("From “%(cycle)s”, the latest counted cycle with the same rating scale.") % {"cycle": self.cycle}

    @property
    def one_shown(self) -> str:
        """The reliability of one rater, as shown."""
        return shown_share(self.one)

    @property
    def table(self) -> ChartTable:
        """What more or fewer raters would reach."""
        return ChartTable([_("Raters who answer"), _("Reliability")], [[str(n), shown_share(expected(self.one, n))] for n in sorted({*TRIED, self.raters})])


def wanted(one: float) -> list[tuple[str, str, str]]:
    """(what for, wanted reliability, raters needed) for feedback and for decisions."""
    uses = [(_("Feedback and growth"), FEEDBACK), (_("Decisions about people"), DECISION)]
    return [(use, shown_share(level), _raters(needed(one, level))) for use, level in uses]


def _plain(value: float) -> str:
    """A stored figure, which has two digits already, as the language writes it."""
    return number_format(f"{value:g}")


def _raters(number: int | None) -> str:
    return _("no number would do") if number is None else ngettext("%(n)d rater", "%(n)d raters", number) % {"n": number}


def _cells(title: str, part: Variances) -> list[str]:
    if not part.parts:
        return [title, *["–"] * (len(PARTS) + 1)]
    shared = [f"{part.parts[name]:.0%}".replace("%", " %") if name in part.parts else "–" for name in PARTS]
    return [title, *shared, shown_share(part.typical)]
