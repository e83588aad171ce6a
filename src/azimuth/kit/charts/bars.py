"""Bars: the diverging Likert bar, the distribution strip, and the parts of a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from azimuth.kit.charts.svg import COLOURS, WIDTHS, Board, figure, text_width, wrapped


@dataclass(frozen=True)
class LikertRow:
    """One question and how many chose each point of the scale, from the lowest up."""

    label: str
    counts: Sequence[int]


@dataclass(frozen=True)
class Part:
    """One part of a whole: what it is, its share (0..1), and whether it is the one that matters."""

    label: str
    share: float
    is_point: bool = False


_LOW_SIDE, _HIGH_SIDE = ("warm-tint", "warm-mid", "warm"), ("tint", "mid", "accent")
BAR, GAP = 24, 14


def _colours(points: int) -> list[str]:
    """A colour per scale point: warm below the middle, accent above, pale at it."""
    half = points // 2
    strong = {1: (1,), 2: (0, 2), 3: (0, 1, 2)}.get(min(half, 3), (0, 1, 2))
    above = [_HIGH_SIDE[strong[min(place, len(strong) - 1)]] for place in range(half)]
    below = [_LOW_SIDE[strong[min(place, len(strong) - 1)]] for place in range(half)]
    return [*reversed(below), *(["pale"] if points % 2 else []), *above]


def _on(colour: str) -> str:
    return "on-accent" if colour in {"accent", "warm"} else "ink"


def likert(rows: Sequence[LikertRow], *, points: Sequence[str], title: str, desc: str = "", width: str = "wide") -> SafeString:
    """Bars that lean left or right of the middle of the scale; the number of answers in each part, n at the end."""
    whole, is_narrow = WIDTHS[width], width == "narrow"
    label_width = 0 if is_narrow else 230
    board, colours = Board(whole), _colours(len(points))
    start, breadth = label_width + 8, whole - label_width - 56
    reach = _reach(rows)
    middle = start + breadth * reach[0] / ((reach[0] + reach[1]) or 1)
    y = _key(board, points, colours, whole) + 10
    first, under = y, len(board.shapes)
    for row in rows:
        names = wrapped(row.label, whole - 8 if is_narrow else label_width, 14, 2)
        if is_narrow:
            board.lines(0, y + 12, names)
            y += 17.5 * len(names) + 2
            _bar(board, row, colours, middle, breadth / ((reach[0] + reach[1]) or 1), y)
            y += BAR + GAP
        else:
            height = max(BAR, 17.5 * len(names))
            board.lines(0, y + height / 2 + 5 - (len(names) - 1) * 8.75, names)
            _bar(board, row, colours, middle, breadth / ((reach[0] + reach[1]) or 1), y + (height - BAR) / 2)
            y += height + GAP
    board.height = y - GAP + 8
    board.shapes.insert(under, f'<path class="s-soft" d="M{middle:.1f} {first - 5:.1f}V{board.height - 3:.1f}" stroke="{COLOURS["soft"]}" stroke-dasharray="2 3" fill="none"/>')
    return board.done(title, desc)


def _sides(counts: Sequence[int]) -> tuple[float, float]:
    """The share of answers below and above the middle, half of the middle point on each side."""
    n, half = sum(counts) or 1, len(counts) // 2
    centre = counts[half] / 2 if len(counts) % 2 else 0
    return (sum(counts[:half]) + centre) / n, (sum(counts[len(counts) - half:]) + centre) / n


def _reach(rows: Sequence[LikertRow]) -> tuple[float, float]:
    sides = [_sides(row.counts) for row in rows] or [(0.5, 0.5)]
    return max(side[0] for side in sides), max(side[1] for side in sides)


def _bar(board: Board, row: LikertRow, colours: Sequence[str], middle: float, unit: float, y: float) -> None:
    n = sum(row.counts)
    x = middle - _sides(row.counts)[0] * unit
    for count, colour in zip(row.counts, colours, strict=True):
        wide = count / (n or 1) * unit
        if count:
            board.rect(x, y, max(wide - 1, 1.0), BAR, colour, radius=2)
            if text_width(str(count), 13) + 4 <= wide:
                board.text(x + wide / 2, y + BAR / 2 + 4.5, count, size=13, colour=_on(colour), anchor="middle")
        x += wide
    board.text(board.width, y + BAR / 2 + 4.5, f"n {n}", size=13, colour="soft", anchor="end")


def _key(board: Board, points: Sequence[str], colours: Sequence[str], whole: float) -> float:
    x, y = 0.0, 12.0
    for point, colour in zip(points, colours, strict=True):
        need = 18 + text_width(point, 13) + 14
        if x and x + need > whole:
            x, y = 0.0, y + 20
        board.rect(x, y - 10, 12, 12, colour, radius=2, edge="grey")
        board.text(x + 17, y, point, size=13, colour="soft")
        x += need
    return y + 8


def distribution_strip(counts: Sequence[tuple[str, int]], *, title: str, desc: str = "", width: str = "narrow", mean: float | None = None) -> SafeString:
    """How many chose each point, as columns with their numbers; `mean` (a place on the scale, first point 1) is marked below."""
    whole = WIDTHS[width]
    board, n = Board(whole), sum(count for _label, count in counts)
    step, most, tall = whole / max(len(counts), 1), max((count for _label, count in counts), default=1) or 1, 64
    foot = tall + 20
    for place, (label, count) in enumerate(counts):
        x, height = place * step, count / most * tall
        board.rect(x + 3, foot - max(height, 2), step - 6, max(height, 2), "mid" if count else "pale", radius=2)
        board.text(x + step / 2, foot - max(height, 2) - 5, count, size=13, anchor="middle", colour="ink" if count else "soft")
        for depth, line in enumerate(wrapped(label, step - 4, 12, 2)):
            board.text(x + step / 2, foot + 21 + depth * 14, line, size=12, colour="soft", anchor="middle")
    deep = max((len(wrapped(label, step - 4, 12, 2)) for label, _count in counts), default=1)
    base = foot + 12 + deep * 14
    if mean is not None:
        x = (mean - 0.5) * step
        board.path(f"M{x:.1f} {foot + 1:.1f}l4 6h-8z", fill="ink")
        board.text(whole, base + 16, f"{_('mean')} {figure(mean)} · n {n}", size=13, colour="soft", anchor="end")
    else:
        board.text(whole, base + 16, f"n {n}", size=13, colour="soft", anchor="end")
    board.height = base + 22
    return board.done(title, desc)


def shares(parts: Sequence[Part], *, title: str, desc: str = "", width: str = "wide") -> SafeString:
    """The parts of a whole one below the other, each beginning where the one before it ends, with their names and per cent."""
    whole, is_narrow = WIDTHS[width], width == "narrow"
    start = 0 if is_narrow else 258
    board, breadth = Board(whole), whole - start - 48
    done, y = 0.0, 4.0
    for part in parts:
        names = wrapped(part.label, whole - 8 if is_narrow else start - 16, 14, 2)
        board.lines(0, y + (13 if is_narrow else 16.5), names, bold=part.is_point)
        y += 17.5 * len(names) + 4 if is_narrow else 0
        wide = part.share * breadth
        board.rect(start, y, breadth, BAR, "pale", radius=3)
        board.rect(start + min(done, breadth - wide), y, wide, BAR, "accent" if part.is_point else "mid", radius=3)
        board.text(whole, y + BAR / 2 + 4.5, f"{part.share:.0%}".replace("%", " %"), anchor="end", bold=part.is_point)
        done += wide
        y += (BAR if is_narrow else max(BAR, 17.5 * len(names))) + 12
    board.height = max(y - 8, 1)
    return board.done(title, desc)
