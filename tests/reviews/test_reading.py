"""Figures as a reader sees them."""

from __future__ import annotations

import pytest
from django.utils import translation

from azimuth.kit.charts import Dot, DotRow, dot_plot
from azimuth.reviews.reading import Figure, shown


@pytest.mark.parametrize(("figure", "words"), [(3.6667, "3.7"), (4.96, "5.0"), (4.0, "4.0"), (2.04, "2.0")])
def test_figures_are_rounded_not_cut_off(figure: float, words: str) -> None:
    assert shown(figure) == words


def test_table_and_chart_say_the_same() -> None:
    figure = Figure("all", "All raters", 7, 3.6667, 3.2, 4.1)
    drawn = dot_plot([DotRow("Deciding", [Dot(figure.label, figure.mean, "all", figure.low, figure.high, figure.n)])], low=1, high=5, title="Means")
    assert f">{figure.mean_shown}<" in drawn


def test_a_german_reader_sees_a_comma() -> None:
    with translation.override("de"):
        assert shown(3.6667) == "3,7"
