"""From open sheets to what may be published about one subject. Pure: no table, no person, no order of arrival.

Everything the report will ever show is decided here, once (privacy.md, methods C.6):

- groups below the minimum are merged or vanish (disclosure.roll_up); self and lead are attributed by nature;
- a question fewer than the minimum answered in a group is not shown for that group, and leaves its competency's mean;
- "all" is the lead and the colleagues that are shown, question by question: always a sum of figures shown beside it;
- a competency's mean is the mean of its shown questions' means (statistics.summary). The mean of every rater's own mean would
  look the same and leak: with one rater who skipped a question, it minus the questions' means is exactly that rater's answer;
- a figure that, beside those of a cycle shortly before, would tell about few of them is not shown (ballots.earlier);
- comments of colleagues are pooled, question by question, over those who were asked it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Any
from uuid import UUID

from azimuth.ballots.disclosure import ALL, ATTRIBUTED, MERGED, NEAR_EARLIER, RollUp, roll_up
from azimuth.ballots.earlier import NOTHING, Past, too_near
from azimuth.ballots.sheets import OpenSheet
from azimuth.questionnaires.queries import Snapshot
from azimuth.statistics.agreement import rwg, rwg_j
from azimuth.statistics.intervals import Mean, mean
from azimuth.statistics.refusal import Refusal
from azimuth.statistics.summary import Scale, all_raters, competency

SELF = "self"
DIGITS = 6
TENTH = 10  # intervals are rounded outwards to a tenth: they are the only figures made from more than shown answers


@dataclass(frozen=True, slots=True)
class GroupRow:
    """How many of a group were asked and answered; `answered` is None where the number itself would tell."""

    group: str
    invited: int
    answered: int | None
    shown_as: str
    why: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class AnswerRow:
    """One answer, already without its rater."""

    shown_as: str
    question: str
    score: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One figure of a question or a section in a shown group."""

    shown_as: str
    of: str
    n: int
    mean: float
    low: float | None
    high: float | None
    agreement: float | None


@dataclass(frozen=True, slots=True, repr=False)
class Published:
    """All that is left of a subject's sheets."""

    groups: list[GroupRow] = field(default_factory=list)
    answers: list[AnswerRow] = field(default_factory=list)
    figures: list[FigureRow] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Scale:
    values: frozenset[int]

    @property
    def low(self) -> int:
        return min(self.values)

    @property
    def high(self) -> int:
        return max(self.values)

    @property
    def step(self) -> float:
        ordered = sorted(self.values)
        return min((after - before for before, after in pairwise(ordered)), default=1)

    @property
    def ends(self) -> Scale:
        return Scale(self.low, self.high, self.step)


# per shown name and question: one place per rater, nan where not answered; only what may be shown
Columns = dict[str, dict[str, list[float]]]


@dataclass(frozen=True, slots=True, repr=False)
class Decided:
    """What of one subject's sheets may be shown, and under which names; `opened` in an order that is not that of arrival."""

    opened: dict[str, list[OpenSheet]]
    rolled: RollUp
    raters: dict[str, list[tuple[str, OpenSheet]]]
    columns: Columns
    scale: _Scale

    @property
    def has_all(self) -> bool:
        """Whether the report shows "all": then some colleagues are shown."""
        return bool(self.columns.get(ALL))

    def score(self, group: str, sheet: OpenSheet, item: Mapping[str, Any]) -> float:
        """One answer as it is published, nan where it is not."""
        is_shown = item["key"] in self.columns.get(self.rolled.shown_as[group], {})
        return _score(sheet, item, self.scale) if is_shown and _is_asked(item, group) else math.nan


def publish(
    opened: Mapping[str, Sequence[OpenSheet]], invited: Mapping[str, int], snapshot: Snapshot, *, minimum: int, comment_minimum: int, past: Past = NOTHING
) -> Published:
    """Decide and compute what is shown of one subject.

    `opened` maps group codes to the submitted sheets, `invited` to how many were asked (every group of `opened` is in it);
    `minimum` and `comment_minimum` are the box's; `past` is what is shown about this subject already. Raises ValueError as
    disclosure.roll_up does.
    """
    what = decide(opened, invited, snapshot, minimum=minimum, past=past)
    return Published(
        groups=_groups(what.rolled, what.opened, invited),
        answers=[*_scores(what.columns), *_comments(what.raters, snapshot, comment_minimum)],
        figures=[*_item_figures(what.columns, what.scale), *_section_figures(what.columns, snapshot, what.scale, minimum)],
    )


def decide(
    opened: Mapping[str, Sequence[OpenSheet]], invited: Mapping[str, int], snapshot: Snapshot, *, minimum: int, past: Past = NOTHING
) -> Decided:
    """Which answers may be shown at all; arguments as of `publish`."""
    in_order = {group: sorted(sheets, key=_in_a_fixed_order) for group, sheets in opened.items()}
    answered = {group: len(in_order.get(group, ())) for group in invited}
    unsafe: set[str] = set()
    while True:
        what = _as_rolled(roll_up(answered, minimum=minimum, unsafe=unsafe), in_order, snapshot, minimum)
        near = _near(what, past, minimum)
        if not near or len(what.rolled.colleagues) < 2 or unsafe == set(answered):
            return _without(what, near)
        wider = unsafe | {group for group, name in what.rolled.shown_as.items() if any(name in names for names in near.values())}
        unsafe = wider if wider > unsafe else set(answered)  # merged groups that are still too near are merged with all others


def _as_rolled(rolled: RollUp, opened: dict[str, list[OpenSheet]], snapshot: Snapshot, minimum: int) -> Decided:
    raters = {name: [(g, sheet) for g in sorted(opened) if rolled.shown_as[g] == name for sheet in opened[g]] for name in rolled.shown}
    scale = _Scale(frozenset(point["value"] for point in snapshot["scale"]["points"]))
    columns = _columns(raters, items_of(snapshot), scale, minimum)
    if rolled.all_of:
        columns[ALL] = _all_raters(columns, raters)
    return Decided(opened, rolled, raters, columns, scale)


def _near(what: Decided, past: Past, minimum: int) -> dict[str, set[str]]:
    """Item by item, the names of colleagues that may not be shown beside what is shown already."""
    found = {}
    for key, then in past.cells.items():
        now = {name: _behind(what, name, key) for name in what.rolled.colleagues if key in what.columns[name]}
        found[key] = too_near(now, then, k=max(minimum, past.minimum))
    return {key: names for key, names in found.items() if names}


def _behind(what: Decided, name: str, key: str) -> frozenset[UUID]:
    """Who stands behind a figure."""
    given = zip(what.raters[name], what.columns[name][key], strict=True)
    return frozenset(sheet.holder for (_group, sheet), value in given if sheet.holder and not math.isnan(value))


def _without(what: Decided, near: Mapping[str, set[str]]) -> Decided:
    """The same without items that are too near an earlier figure; without colleagues at all where nothing of theirs is left."""
    if not near:
        return what
    columns = {
        name: {key: column for key, column in questions.items() if name not in near.get(key, ())} for name, questions in what.columns.items() if name != ALL
    }
    rolled = what.rolled
    if not any(columns[name] for name in rolled.colleagues):
        rolled = rolled.without_colleagues(NEAR_EARLIER)
    raters = {name: sheets for name, sheets in what.raters.items() if name in rolled.shown}
    columns = {name: questions for name, questions in columns.items() if name in rolled.shown}
    if rolled.all_of:
        columns[ALL] = _all_raters(columns, raters)
    return Decided(what.opened, rolled, raters, columns, what.scale)


def items_of(snapshot: Snapshot) -> list[dict[str, Any]]:
    """The rated questions of a snapshot, in its order."""
    return [question for question in _questions(snapshot) if question["kind"] == "item"]


def _in_a_fixed_order(sheet: OpenSheet) -> str:
    """By their own scores: whoever came first must not be found in the last digit of a sum."""
    return repr(sorted(sheet.scores.items()))


def _questions(snapshot: Snapshot) -> list[dict[str, Any]]:
    return [question for section in snapshot["sections"] for question in section["questions"]]


def _is_asked(question: Mapping[str, Any], group: str) -> bool:
    return not question["asked_of"] or group in question["asked_of"]


def _columns(
    raters: Mapping[str, list[tuple[str, OpenSheet]]], items: list[dict[str, Any]], scale: _Scale, minimum: int
) -> Columns:
    """The answers of every shown group to every question that enough of it answered."""
    columns: Columns = {}
    for name, sheets in raters.items():
        least = 1 if name in ATTRIBUTED else minimum
        columns[name] = {}
        for item in items:
            column = [_score(sheet, item, scale) if _is_asked(item, group) else math.nan for group, sheet in sheets]
            if len(_given(column)) >= least:
                columns[name][item["key"]] = column
    return columns


def _all_raters(columns: Columns, raters: Mapping[str, list[tuple[str, OpenSheet]]]) -> dict[str, list[float]]:
    """Everybody shown but self, side by side; only questions that some colleagues show, else "all" repeats the lead."""
    names = [name for name in columns if name != SELF]
    keys = {key for name in names if name not in ATTRIBUTED for key in columns[name]}
    return {
        key: [value for name in names for value in columns[name].get(key, [math.nan] * len(raters[name]))] for key in sorted(keys)
    }


def _score(sheet: OpenSheet, item: Mapping[str, Any], scale: _Scale) -> float:
    given = sheet.scores.get(item["key"])
    return float(given) if type(given) is int and given in scale.values else math.nan


def _given(column: Iterable[float]) -> list[float]:
    return [value for value in column if not math.isnan(value)]


def _groups(rolled: RollUp, opened: Mapping[str, Sequence[OpenSheet]], invited: Mapping[str, int]) -> list[GroupRow]:
    """In the order of their codes: the table of forms is in the order in which people submitted last."""
    rows = [
        GroupRow(
            group, asked, len(opened.get(group, ())) if rolled.shown_as[group] == group else None, rolled.shown_as[group],
            why="" if rolled.shown_as[group] else rolled.reason,
        )
        for group, asked in sorted(invited.items())
    ]
    if MERGED in rolled.shown:
        asked = sum(number for group, number in invited.items() if rolled.shown_as[group] == MERGED)
        rows.append(GroupRow(MERGED, asked, rolled.shown[MERGED], MERGED))
    return rows


def _scores(columns: Columns) -> list[AnswerRow]:
    return [
        AnswerRow(name, key, score=int(value))
        for name, questions in columns.items()
        if name != ALL
        for key, column in questions.items()
        for value in _given(column)
    ]


def _comments(raters: Mapping[str, list[tuple[str, OpenSheet]]], snapshot: Snapshot, minimum: int) -> list[AnswerRow]:
    rows: list[AnswerRow] = []
    for prompt in (question for question in _questions(snapshot) if question["kind"] == "prompt"):
        pool: list[OpenSheet] = []
        for name, sheets in raters.items():
            asked = [sheet for group, sheet in sheets if _is_asked(prompt, group)]
            if name in ATTRIBUTED:
                rows += _texts(asked, prompt["key"], name)
            else:
                pool += asked
        if len(pool) >= minimum:
            rows += _texts(pool, prompt["key"], MERGED)
    return rows


def _texts(sheets: list[OpenSheet], key: str, name: str) -> list[AnswerRow]:
    return [AnswerRow(name, key, text=text) for sheet in sheets if (text := str(sheet.texts.get(key, "")).strip())]


def _item_figures(columns: Columns, scale: _Scale) -> list[FigureRow]:
    rows: list[FigureRow] = []
    for name, questions in columns.items():
        for key, column in questions.items():
            given = tuple(sorted(_given(column)))
            rows.append(_figure(name, key, *_item(given, scale.low, scale.high, scale.step, len(scale.values))))
    return rows


@lru_cache(maxsize=50_000)
def _item(given: tuple[float, ...], low: float, high: float, step: float, options: int) -> tuple[Mean | Refusal, int, float | Refusal | None]:
    """Mean and agreement of one question. A few answers on a few points come in few shapes: a large count meets each often."""
    return mean(given, low=low, high=high, resolution=step), len(given), rwg(given, options=options) if len(given) >= 3 else None


def _section_figures(columns: Columns, snapshot: Snapshot, scale: _Scale, minimum: int) -> list[FigureRow]:
    rows: list[FigureRow] = []
    for section in snapshot["sections"]:
        keys = [question["key"] for question in section["questions"]]
        tables = {name: _table(questions, keys) for name, questions in columns.items() if name != ALL}
        tables = {name: table for name, table in tables.items() if table}
        for name, table in tables.items():
            found = competency(table, scale=scale.ends, minimum=1 if name in ATTRIBUTED else minimum)
            rows += _section(name, section["key"], found, table, scale)
        if ALL in columns and any(row.of == section["key"] and row.shown_as not in ATTRIBUTED for row in rows):
            shown = [key for key in keys if key in columns[ALL]]
            others = {name: _table(columns[name], shown) for name in tables if name != SELF}
            others = {name: table for name, table in others.items() if table}
            found = all_raters(_same_width(others, columns, shown), shown=list(others), scale=scale.ends, minimum=minimum)
            rows += _section(ALL, section["key"], found, _table(columns[ALL], shown), scale)
    return rows


def _table(questions: Mapping[str, list[float]], keys: list[str]) -> list[tuple[float, ...]]:
    """Raters by shown questions; empty where none is shown."""
    return list(zip(*(questions[key] for key in keys if key in questions), strict=True))


def _same_width(tables: Mapping[str, list[tuple[float, ...]]], columns: Columns, keys: list[str]) -> dict[str, list[list[float]]]:
    """The same tables with a column for every key, blank where a group does not show it."""
    return {
        name: [list(row) for row in zip(*(columns[name].get(key, [math.nan] * len(table)) for key in keys), strict=True)]
        for name, table in tables.items()
    }


def _section(name: str, of: str, found: Mean | Refusal, table: list[tuple[float, ...]], scale: _Scale) -> list[FigureRow]:
    if isinstance(found, Refusal):
        return []
    agreement = rwg_j(table, options=len(scale.values)) if found.n >= 3 else None
    return [_figure(name, of, found, found.n, agreement)]


def _figure(name: str, of: str, found: Mean | Refusal, n: int, agreement: float | Refusal | None) -> FigureRow:
    if isinstance(found, Refusal):
        raise TypeError("A figure without answers was about to be published.")
    return FigureRow(
        name, of, n, round(found.value, DIGITS),
        None if found.low is None else math.floor(found.low * TENTH + 1e-9) / TENTH,
        None if found.high is None else math.ceil(found.high * TENTH - 1e-9) / TENTH,
        None if isinstance(agreement, Refusal) or agreement is None else round(agreement, DIGITS),
    )
