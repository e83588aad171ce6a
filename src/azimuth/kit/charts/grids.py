"""Charts in cells: the heat table and the nine-box."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from azimuth.kit.charts.svg import WIDTHS, Board, figure, wrapped

_SHADES = ("warm-mid", "warm-tint", "pale", "tint", "mid")


@dataclass(frozen=True)
class NineBoxCell:
    """One of nine cells: who stands in it, and how many when the names are not to be shown."""

    label: str = ""
    names: Sequence[str] = field(default=())
    count: int | None = None


def heat_table(
    rows: Sequence[tuple[str, Sequence[float | None]]], *, columns: Sequence[str], low: float, high: float, title: str, desc: str = "",
    width: str = "wide", places: int = 1,
) -> SafeString:
    """Numbers in shaded cells, warm for low and accent for high; an empty cell is one that is not shown."""
    whole, size = WIDTHS[width], 34
    label_width = 110 if width == "narrow" else 200
    board, step = Board(whole), (whole - label_width) / max(len(columns), 1)
    heads = [wrapped(column, step - 6, 12, 2) for column in columns]
    top = 12 + max((len(head) for head in heads), default=1) * 15
    for place, head in enumerate(heads):
        board.lines(label_width + (place + 0.5) * step, top - 6 - (len(head) - 1) * 15, head, size=12, colour="soft", anchor="middle")
    y: float = top
    for label, values in rows:
        names = wrapped(label, label_width - 10, 13, 2)
        board.lines(0, y + size / 2 + 4.5 - (len(names) - 1) * 8, names, size=13)
        for place, value in enumerate(values):
            _heat_cell(board, label_width + place * step, y, step, size, value, (low, high), places)
        y += size
    board.height = y + 4
    return board.done(title, desc)


def _heat_cell(board: Board, x: float, y: float, wide: float, tall: float, value: float | None, ends: tuple[float, float], places: int) -> None:
    if value is None:
        board.add("rect", x=x + 1, y=y + 1, width=wide - 2, height=tall - 2, rx=3, fill="none", stroke="line", stroke_dasharray="3 3")
        board.text(x + wide / 2, y + tall / 2 + 4.5, "–", size=13, colour="soft", anchor="middle")
        return
    share = (value - ends[0]) / ((ends[1] - ends[0]) or 1)
    shade = _SHADES[min(max(int(share * len(_SHADES)), 0), len(_SHADES) - 1)]
    board.rect(x + 1, y + 1, wide - 2, tall - 2, shade, radius=3)
    board.text(x + wide / 2, y + tall / 2 + 4.5, figure(value, places), size=13, anchor="middle")


def nine_box(
    cells: Sequence[Sequence[NineBoxCell]], *, across: str, upward: str, title: str, desc: str = "", width: str = "wide",
    steps: Sequence[str] = (),
) -> SafeString:
    """Three by three cells, the top row first; `across` and `upward` name the axes, `steps` their three levels from low to high."""
    whole = WIDTHS[width]
    board, left, foot = Board(whole), 46.0, 44.0
    wide = (whole - left) / 3
    tall = 96.0 if width == "narrow" else 112.0
    for down, row in enumerate(cells):
        for along, cell in enumerate(row):
            _box(board, cell, left + along * wide, down * tall, wide, tall, rank=along + (2 - down))
    for place, step in enumerate(steps):
        board.text(left + (place + 0.5) * wide, 3 * tall + 18, step, size=12, colour="soft", anchor="middle")
        _upright(board, 38, (2 - place + 0.5) * tall, step, colour="soft", size=12)
    board.text(left + 1.5 * wide, 3 * tall + 38, across, size=13, anchor="middle", bold=True)
    _upright(board, 16, 1.5 * tall, upward, colour="ink", size=13)
    board.height = 3 * tall + foot
    return board.done(title, desc)


def _upright(board: Board, x: float, y: float, text: str, *, colour: str, size: float) -> None:
    board.shapes.append(f'<g transform="rotate(-90 {x:.1f} {y:.1f})">')
    board.text(x, y, text, size=size, colour=colour, anchor="middle", bold=colour == "ink")
    board.shapes.append("</g>")


def _box(board: Board, cell: NineBoxCell, x: float, y: float, wide: float, tall: float, rank: int) -> None:
    board.rect(x + 2, y + 2, wide - 4, tall - 4, ("pale", "pale", "pale", "tint", "tint")[rank], radius=6)
    board.text(x + 10, y + 19, wrapped(cell.label, wide - 50, 12, 1)[0], size=12, colour="soft")
    many = cell.count if cell.count is not None else len(cell.names)
    board.text(x + wide - 12, y + 20, many, size=14, anchor="end", bold=True)
    room = int((tall - 34) // 16)
    shown = cell.names[: room if len(cell.names) <= room else room - 1]
    lines = [wrapped(name, wide - 22, 13, 1)[0] for name in shown]
    if len(cell.names) > len(shown):
        lines.append(_("and %(count)s more") % {"count": len(cell.names) - len(shown)})
    board.lines(x + 10, y + 38, lines, size=13)
