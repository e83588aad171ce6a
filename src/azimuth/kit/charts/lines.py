"""Charts over time: the trend line with its band, and the sparkline."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from azimuth.kit.charts.svg import WIDTHS, Board, figure, text_width


@dataclass(frozen=True)
class TrendPoint:
    """One moment: its label, the value (None: nothing known), the interval and the number of people behind it."""

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    n: int | None = None


TALL, HEAD, LEFT, RIGHT = 170.0, 12.0, 30.0, 44.0


def trend(
    points: Sequence[TrendPoint], *, low: float, high: float, title: str, desc: str = "", width: str = "wide", ticks: Sequence[float] | None = None,
    places: int = 1,
) -> SafeString:
    """A line over time with its interval as a band; the last value is written beside it, n under each moment."""
    whole = WIDTHS[width]
    board, breadth = Board(whole), whole - LEFT - RIGHT
    step = breadth / max(len(points) - 1, 1)

    def across(place: int) -> float:
        return LEFT + place * step if len(points) > 1 else LEFT + breadth / 2

    def up(value: float) -> float:
        return HEAD + (1 - (min(max(value, low), high) - low) / ((high - low) or 1)) * TALL

    for mark in ticks if ticks is not None else [low + part * (high - low) / 4 for part in range(5)]:
        board.line(LEFT, up(mark), LEFT + breadth, up(mark), "grid")
        board.text(LEFT - 8, up(mark) + 4.5, figure(mark, 0 if mark == int(mark) else 1), size=13, colour="soft", anchor="end")
    for run in _runs(points):
        _run(board, points, run, across, up)
    _labels(board, points, across, step)
    last = max((place for place, point in enumerate(points) if point.value is not None), default=None)
    if last is not None and (value := points[last].value) is not None:
        board.circle(across(last), up(value), 5.5, "accent")
        board.text(across(last) + 10, up(value) + 5, figure(value, places), size=15, bold=True, colour="accent")
    board.height = HEAD + TALL + 46
    return board.done(title, desc)


def _runs(points: Sequence[TrendPoint]) -> list[list[int]]:
    """Stretches without a gap."""
    runs: list[list[int]] = [[]]
    for place, point in enumerate(points):
        if point.value is None:
            runs.append([])
        else:
            runs[-1].append(place)
    return [run for run in runs if run]


def _run(board: Board, points: Sequence[TrendPoint], run: list[int], across: Callable[[int], float], up: Callable[[float], float]) -> None:
    banded = [place for place in run if points[place].low is not None and points[place].high is not None]
    if len(banded) > 1:
        there = " ".join(f"{across(place):.1f} {up(points[place].high or 0):.1f}" for place in banded)
        back = " ".join(f"{across(place):.1f} {up(points[place].low or 0):.1f}" for place in reversed(banded))
        board.path(f"M{there} {back}z", fill="tint")
    places = " ".join(f"{across(place):.1f} {up(points[place].value or 0):.1f}" for place in run)
    board.path(f"M{places}", stroke="accent", width=2.25)
    for place in run:
        board.circle(across(place), up(points[place].value or 0), 3.5, "accent")


def _labels(board: Board, points: Sequence[TrendPoint], across: Callable[[int], float], step: float) -> None:
    need = max((text_width(point.label, 13) for point in points), default=1) + 10
    every = max(1, -(-int(need) // max(int(step), 1)))
    for place, point in enumerate(points):
        if (len(points) - 1 - place) % every:
            continue
        board.text(across(place), HEAD + TALL + 20, point.label, size=13, colour="soft", anchor="middle")
        if point.n is not None:
            board.text(across(place), HEAD + TALL + 38, f"n {point.n}", size=12, colour="soft", anchor="middle")


def sparkline(values: Sequence[float | None], *, title: str, low: float | None = None, high: float | None = None) -> SafeString:
    """A word-sized line, its last point marked."""
    known = [value for value in values if value is not None]
    board = Board(96, 24)
    if not known:
        return board.done(title)
    least, most = low if low is not None else min(known), high if high is not None else max(known)
    step = 84 / max(len(values) - 1, 1)
    spots = [(4 + place * step, 20 - (value - least) / ((most - least) or 1) * 16) for place, value in enumerate(values) if value is not None]
    board.path("M" + " ".join(f"{x:.1f} {y:.1f}" for x, y in spots), stroke="grey", width=1.5)
    board.circle(*spots[-1], 3, "accent")
    return board.done(title)
