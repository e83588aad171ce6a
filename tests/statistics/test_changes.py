"""Changes between two reports: clear of chance, judged together, and never invented where nothing changed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control, norm

from azimuth.statistics.changes import changes, discoveries, p_value
from azimuth.statistics.intervals import Difference, Mean, mean

# Benjamini & Hochberg 1995, section 4: thrombolysis, fifteen comparisons; at 0.05 the first four are discoveries (Bonferroni: three).
PUBLISHED = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000]


def test_the_published_example() -> None:
    assert discoveries(PUBLISHED, share=0.05) == [True] * 4 + [False] * 11
    assert discoveries(PUBLISHED[::-1], share=0.05) == [False] * 11 + [True] * 4


@given(st.lists(st.floats(0, 1), max_size=25), st.sampled_from([0.01, 0.05, 0.2]))
def test_it_agrees_with_another_implementation(p_values: list[float], share: float) -> None:
    other = false_discovery_control(p_values) <= share if p_values else []
    ours = discoveries(p_values, share=share)
    for p, one, two, adjusted in zip(p_values, ours, other, false_discovery_control(p_values) if p_values else [], strict=True):
        assert one == two or abs(adjusted - share) < 1e-9, p  # equal but for the last bit of a division


def test_the_p_value_of_a_known_interval() -> None:
    assert p_value(Difference(1.0, 1.0 - 1.959964, 3.0)) == pytest.approx(2 * norm.sf(1.0))
    assert p_value(Difference(-1.0, -3.0, -1.0 + 1.959964)) == pytest.approx(2 * norm.sf(1.0))
    assert p_value(Difference(0.0, -1.0, 1.0)) == 1
    assert p_value(Difference(0.4, 0.4, 0.4)) == 0
    with pytest.raises(ValueError, match="without an interval"):
        p_value(Difference(0.4, None, None))


@given(st.floats(-4, 4), st.floats(0.01, 3), st.floats(0.01, 3))
def test_it_is_small_exactly_where_the_interval_excludes_zero(value: float, down: float, up: float) -> None:
    difference = Difference(value, value - down, value + up)
    if min(abs(value - down), abs(value + up)) > 1e-9:
        assert (p_value(difference) < 0.05) == difference.excludes_zero


def a_mean(value: float, half: float | None = 0.3) -> Mean:
    return Mean(value, 6) if half is None else Mean(value, 6, None, value - half, value + half)


def test_a_change_has_a_direction_only_when_it_is_clear() -> None:
    found = changes([(a_mean(4.0), a_mean(3.0)), (a_mean(3.0), a_mean(4.0)), (a_mean(3.3), a_mean(3.0)), (a_mean(5.0, None), a_mean(1.0))])
    assert [change.direction for change in found] == ["up", "down", "none", "none"]
    assert [round(change.value, 2) for change in found] == [1.0, -1.0, 0.3, 4.0]
    assert found[3].low is None
    assert changes([]) == []


def test_one_small_change_among_many_is_not_news() -> None:
    barely = (a_mean(3.45), a_mean(3.0))  # clear by itself: 0.45 with half a width of 0.42
    still = (a_mean(3.0), a_mean(3.0))
    assert changes([barely])[0].direction == "up"
    assert changes([barely, *[still] * 9])[0].direction == "none"


def test_where_nothing_changed_a_page_rarely_says_so() -> None:
    draw = np.random.default_rng(7)
    pages, told = 400, 0
    for _page in range(pages):
        truth = draw.normal(3.6, 0.4, size=8)
        pairs = [tuple(mean(np.clip(np.round(draw.normal(t, 0.8, size=6)), 1, 5), low=1, high=5, resolution=1.0) for _time in range(2)) for t in truth]
        told += any(change.direction != "none" for change in changes(pairs))  # type: ignore[arg-type]
    assert told / pages < 0.05


def test_a_large_change_is_usually_found() -> None:
    draw = np.random.default_rng(8)
    found = 0
    for _page in range(200):
        pairs = [tuple(mean(np.clip(np.round(draw.normal(t, 0.8, size=8)), 1, 5), low=1, high=5, resolution=1.0) for t in times) for times in [(4.3, 2.6)] + [(3.5, 3.5)] * 5]
        found += changes(pairs)[0].direction == "up"  # type: ignore[arg-type]
    assert found / 200 > 0.7
