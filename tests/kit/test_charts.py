"""Charts: well-formed, named, escaped, inside their box, whatever the figures."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from azimuth.kit import charts
from azimuth.kit.charts.svg import COLOURS, fitted, text_width, wrapped
from azimuth.kit.gallery import pictures

SVG = "{http://www.w3.org/2000/svg}"
WORDS = st.text(max_size=60)
VALUES = st.floats(-2, 9, allow_nan=False)
WIDTHS = st.sampled_from(["wide", "narrow"])


def check(svg: str) -> ET.Element:
    root = ET.fromstring(svg)
    assert root.attrib["role"] == "img"
    assert root.find(f"{SVG}title") is not None
    assert "style=" not in svg
    assert not re.search(r"\son\w+=", svg)
    wide, tall = float(root.attrib["width"]), float(root.attrib["height"])
    for text in root.iter(f"{SVG}text"):
        assert float(text.attrib["font-size"]) >= 12
        assert -1 <= float(text.attrib["x"]) <= wide + 1
        assert 0 <= float(text.attrib["y"]) <= tall + 1
    for shape in root.iter(f"{SVG}rect"):
        assert float(shape.attrib["width"]) >= 0
        assert float(shape.attrib["x"]) + float(shape.attrib["width"]) <= wide + 1
    return root


@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_the_gallery_of_charts(width: str) -> None:
    for svg in pictures(width).values():
        check(svg)


DOTS = st.builds(charts.Dot, WORDS, st.none() | VALUES, st.sampled_from(["self", "lead", "group", "all", "adjusted"]), VALUES, VALUES, st.none() | st.integers(0, 500), WORDS)


@given(st.lists(st.builds(charts.DotRow, WORDS, st.lists(DOTS, max_size=4)), max_size=4), WIDTHS, WORDS)
@settings(deadline=None)
def test_dot_plots_of_anything(rows: list[charts.DotRow], width: str, title: str) -> None:
    check(charts.dot_plot([_upright(row) for row in rows], low=1, high=5, title=title, width=width, ends=("low", "high")))


def _upright(row: charts.DotRow) -> charts.DotRow:
    return charts.DotRow(row.label, [charts.Dot(dot.label, dot.value, dot.kind, min(dot.low, dot.high), max(dot.low, dot.high), dot.n, dot.note) for dot in row.dots])


@given(st.lists(st.tuples(WORDS, st.floats(0, 1), st.booleans()), max_size=6), WIDTHS)
@settings(deadline=None)
def test_parts_of_a_whole_stay_in_their_box(made: list[tuple[str, float, bool]], width: str) -> None:
    total = sum(share for _label, share, _point in made) or 1
    root = check(charts.shares([charts.Part(label, share / total, point) for label, share, point in made], title="t", width=width))
    written = [text.text for text in root.iter(f"{SVG}text") if text.text and text.text.endswith(" %")]
    assert len(written) >= len(made), "every part says its share"


@given(st.integers(2, 7).flatmap(lambda k: st.tuples(st.lists(WORDS, min_size=k, max_size=k), st.lists(st.lists(st.integers(0, 900), min_size=k, max_size=k), max_size=4))), WIDTHS)
@settings(deadline=None)
def test_likert_bars_of_anything(made: tuple[list[str], list[list[int]]], width: str) -> None:
    points, rows = made
    root = check(charts.likert([charts.LikertRow("question", counts) for counts in rows], points=points, title="t", width=width))
    said = [text.text for text in root.iter(f"{SVG}text")]
    for counts in rows:
        assert f"n {sum(counts)}" in said


@given(st.lists(st.tuples(WORDS, st.integers(0, 99)), min_size=1, max_size=9), st.none() | st.floats(1, 5))
@settings(deadline=None)
def test_strips_of_anything(counts: list[tuple[str, int]], mean: float | None) -> None:
    check(charts.distribution_strip(counts, title="t", mean=mean if mean and mean <= len(counts) else None))


@given(st.lists(st.tuples(WORDS, st.lists(st.none() | VALUES, min_size=3, max_size=3)), max_size=4), WIDTHS)
@settings(deadline=None)
def test_heat_tables_of_anything(rows: list[tuple[str, list[float | None]]], width: str) -> None:
    check(charts.heat_table(rows, columns=["a", "b" * 40, "c"], low=1, high=5, title="t", width=width))


@given(st.lists(st.builds(charts.TrendPoint, WORDS, st.none() | VALUES, st.none() | VALUES, st.none() | VALUES, st.none() | st.integers(0, 9)), max_size=14), WIDTHS)
@settings(deadline=None)
def test_trends_of_anything(points: list[charts.TrendPoint], width: str) -> None:
    check(charts.trend(points, low=1, high=5, title="t", width=width))


@given(st.lists(st.none() | VALUES, max_size=12))
def test_sparklines_of_anything(values: list[float | None]) -> None:
    check(charts.sparkline(values, title="t"))


@given(st.recursive(st.builds(charts.TreeNode, WORDS, WORDS), lambda inner: st.builds(charts.TreeNode, WORDS, WORDS, st.lists(inner, max_size=3), st.none() | st.floats(-1, 2)), max_leaves=8))
@settings(deadline=None)
def test_trees_of_anything(root: charts.TreeNode) -> None:
    check(charts.tree([root], title="t"))


def test_words_are_escaped_and_control_signs_dropped() -> None:
    root = check(charts.dot_plot([charts.DotRow('<script>"&\x00', [charts.Dot("</svg>", 2)])], low=1, high=5, title="a & b < c", desc="<d>"))
    assert root.findtext(f"{SVG}title") == "a & b < c"
    assert not list(root.iter(f"{SVG}script"))


def test_hidden_groups_say_why() -> None:
    svg = charts.dot_plot([charts.DotRow("Listening", [charts.Dot("Peers", None, note="fewer than 3")])], low=1, high=5, title="t")
    assert "fewer than 3" in svg
    assert "<circle" not in svg


def test_negative_numbers_have_a_real_minus() -> None:
    assert "−1.5" in charts.dot_plot([charts.DotRow("Gap", [charts.Dot("All", -1.5)])], low=-2, high=2, title="t")


def test_vowel_marks_take_no_room() -> None:
    assert text_width("المُقيِّمون", 13) == text_width("المقيمون", 13)


@given(st.text(), st.floats(20, 300), st.integers(1, 3))
def test_wrapped_text_fits(text: str, width: float, most: int) -> None:
    lines = wrapped(text, width, 13, most)
    assert 1 <= len(lines) <= most
    assert all(text_width(line, 13) <= max(width, text_width("…", 13)) for line in lines)
    assert text_width(fitted(text, width, 13), 13) <= max(width, text_width("…", 13))


def _luminance(colour: str) -> float:
    parts = [int(colour[place:place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(("text", "ground"), [("ink", "mid"), ("ink", "tint"), ("ink", "pale"), ("ink", "warm-mid"), ("ink", "warm-tint"), ("soft", "pale"), ("soft", "tint"),
                                              ("soft", "paper"), ("on-accent", "accent"), ("on-accent", "warm"), ("accent", "paper")])
def test_print_colours_can_be_read(text: str, ground: str) -> None:
    light, dark = sorted((_luminance(COLOURS[text]), _luminance(COLOURS[ground])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_marks_above_a_letter_take_no_room() -> None:
    assert text_width("المُقيِّمين", 13) == text_width("المقيمين", 13)
    assert fitted("جميع المُقيِّمين", 80, 12) == "جميع المُقيِّمين"
