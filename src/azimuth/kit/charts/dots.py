"""The dot plot: who sees it how, with the interval and the number of people behind each dot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from azimuth.kit.charts.svg import WIDTHS, Board, figure, wrapped


@dataclass(frozen=True)
class Dot:
    """One voice in a row. `kind`: self, lead, group, all or adjusted (all, corrected); `value` None with a `note` says why nothing is shown."""

    label: str
    value: float | None
    kind: str = "group"
    low: float | None = None
    high: float | None = None
    n: int | None = None
    note: str = ""


@dataclass(frozen=True)
class DotRow:
    """One thing that is seen, such as a competency, with its dots from top to bottom."""

    label: str
    dots: Sequence[Dot] = field(default=())


@dataclass(frozen=True)
class _Plan:
    """Where things stand: starts of the lane labels, the plot and the values, and the plot's width."""

    names: float
    lanes: float
    plot: float
    breadth: float
    low: float
    high: float
    is_narrow: bool

    def at(self, value: float) -> float:
        """The place of a value on the axis, kept within it."""
        share = (min(max(value, self.low), self.high) - self.low) / ((self.high - self.low) or 1)
        return self.plot + share * self.breadth


LANE, GAP, HEAD = 22, 16, 26


def dot_plot(
    rows: Sequence[DotRow], *, low: float, high: float, title: str, desc: str = "", width: str = "wide", ticks: Sequence[float] | None = None,
    ends: tuple[str, str] = ("", ""),
) -> SafeString:
    """Rows of dots on one scale from `low` to `high`; `ends` are the words at the two ends of the scale."""
    whole, is_narrow = WIDTHS[width], width == "narrow"
    plan = _Plan(0, 8, 100, whole - 100 - 84, low, high, is_narrow) if is_narrow else _Plan(0, 186, 302, whole - 302 - 96, low, high, is_narrow)
    board = Board(whole)
    top = HEAD + (20 if any(ends) else 0)
    y: float = top
    marks = list(ticks) if ticks is not None else [low + step for step in range(int(high - low) + 1)]
    heights = [_row_height(row, plan) for row in rows]
    _axis(board, plan, marks, ends, top, top + sum(heights))
    for row, height in zip(rows, heights, strict=True):
        _row(board, plan, row, y)
        y += height
        board.line(0, y - GAP / 2, whole, y - GAP / 2, "line") if row is not rows[-1] else None
    board.height = y
    return board.done(title, desc)


def _row_height(row: DotRow, plan: _Plan) -> float:
    lanes = max(len(row.dots), 1) * LANE
    if plan.is_narrow:
        return lanes + 22 + GAP
    return max(lanes, len(wrapped(row.label, plan.lanes - 14, 14, 3)) * 17.5 + 4) + GAP


def _axis(board: Board, plan: _Plan, marks: Sequence[float], ends: tuple[str, str], top: float, bottom: float) -> None:
    for mark in marks:
        board.line(plan.at(mark), top - 6, plan.at(mark), bottom - GAP / 2, "grid")
        board.text(plan.at(mark), top - 11, figure(mark, 0 if mark == int(mark) else 1), size=13, colour="soft", anchor="middle")
    if any(ends):
        board.text(plan.plot - 4, 15, ends[0], size=12, colour="soft")
        board.text(plan.plot + plan.breadth + 4, 15, ends[1], size=12, colour="soft", anchor="end")


def _row(board: Board, plan: _Plan, row: DotRow, y: float) -> None:
    if plan.is_narrow:
        board.text(0, y + 15, wrapped(row.label, board.width, 14, 1)[0], bold=True)
        y += 22
    else:
        board.lines(0, y + 15, wrapped(row.label, plan.lanes - 14, 14, 3), bold=True)
    for dot in row.dots:
        _lane(board, plan, dot, y + LANE / 2)
        y += LANE


def _lane(board: Board, plan: _Plan, dot: Dot, y: float) -> None:
    label_width = plan.plot - plan.lanes - 12
    board.text(plan.lanes, y + 4.5, wrapped(dot.label, label_width, 13, 1)[0], size=13, colour="ink" if dot.kind == "all" else "soft", bold=dot.kind == "all")
    if dot.value is None:
        board.text(plan.plot + 4, y + 4.5, wrapped(dot.note or _("not shown"), board.width - plan.plot - 8, 13, 1)[0], size=13, colour="soft")
        return
    x, is_all = plan.at(dot.value), dot.kind in {"all", "adjusted"}
    if dot.low is not None and dot.high is not None:
        start, end = plan.at(dot.low), plan.at(dot.high)
        board.rect(start, y - 4, end - start, 8, "tint" if is_all else "pale", radius=4)
        board.line(start, y, end, y, "mid" if is_all else "grey", 1.25)
    _mark(board, dot.kind, x, y)
    value_at = plan.plot + plan.breadth + 40
    board.text(value_at, y + 4.5, figure(dot.value), size=14, anchor="end", bold=dot.kind == "all")
    if dot.n is not None:
        board.text(board.width, y + 4.5, f"n {dot.n}", size=13, colour="soft", anchor="end")


def _mark(board: Board, kind: str, x: float, y: float) -> None:
    if kind == "self":
        board.path(f"M{x:.1f} {y - 6.5:.1f}l6.5 6.5-6.5 6.5-6.5-6.5z", fill="paper", stroke="ink", width=1.75)
    elif kind == "lead":
        board.rect(x - 5, y - 5, 10, 10, "ink", radius=1.5, edge="paper")
    elif kind == "all":
        board.circle(x, y, 6.5, "accent")
    elif kind == "adjusted":
        board.circle(x, y, 5.25, "paper", edge="accent", edge_width=2)
    else:
        board.circle(x, y, 5, "soft")
