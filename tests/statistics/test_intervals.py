"""Intervals against scipy, statsmodels, published examples and what they promise."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from azimuth.statistics import intervals
from azimuth.statistics.intervals import Difference, Mean
from azimuth.statistics.refusal import Refusal

NAN = float("nan")
counts = st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def of(values: list[float], **options: float) -> Mean:
    """The mean on a scale of five, which must not be refused."""
    found = intervals.mean(values, **({"low": 1, "high": 5} | options))
    assert isinstance(found, Mean)
    return found


def test_mean_has_students_interval() -> None:
    values = [3.0, 4.0, 2.5, 3.5, NAN, 4.0]
    found = of(values)
    low, high = stats.t.interval(0.95, 4, loc=3.4, scale=stats.sem([3.0, 4.0, 2.5, 3.5, 4.0]))
    assert (found.value, found.n) == (pytest.approx(3.4), 5)
    assert (found.low, found.high) == (pytest.approx(low), pytest.approx(high))
    assert found.sd == pytest.approx(np.std([3.0, 4.0, 2.5, 3.5, 4.0], ddof=1))


def test_one_answer_has_no_interval_and_none_no_mean() -> None:
    assert of([4, NAN]) == Mean(4.0, 1)
    assert intervals.mean([NAN], low=1, high=5) == Refusal("no_answers", 0, 1)


@given(st.lists(st.floats(1, 5), min_size=2, max_size=30), st.floats(0.5, 0.99))
def test_interval_stays_on_the_scale_and_holds_the_mean(values: list[float], confidence: float) -> None:
    found = of(values, confidence=confidence)
    assert found.low is not None
    assert found.high is not None
    assert 1 <= found.low <= found.value + 1e-9
    assert found.value - 1e-9 <= found.high <= 5


def test_raters_who_all_agree_leave_the_interval_of_rounding() -> None:
    assert (of([4, 4, 4]).low, of([4, 4, 4]).high) == (4, 4)
    rounded = of([4, 4, 4], resolution=1)
    half = stats.t.ppf(0.975, 2) * math.sqrt(1 / 12) / math.sqrt(3)
    assert (rounded.sd, rounded.low, rounded.high) == (0, pytest.approx(4 - half), pytest.approx(4 + half))


def test_a_whole_group_has_no_sampling_error() -> None:
    assert intervals.finite_population(6, 6) == 0
    assert intervals.finite_population(1, 1) == 0
    assert intervals.finite_population(5, 21) == pytest.approx(math.sqrt(16 / 20))
    found, narrowed = of([3, 4, 3, 4]), of([3, 4, 3, 4], population=8)
    assert narrowed.low is not None
    assert found.low is not None
    assert 3.5 - narrowed.low == pytest.approx((3.5 - found.low) * math.sqrt(4 / 7))
    with pytest.raises(ValueError, match="7 of 6"):
        intervals.finite_population(7, 6)


@pytest.mark.parametrize("confidence", [0, 1, 1.5])
def test_a_confidence_of_all_or_nothing_is_nonsense(confidence: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        of([1, 2], confidence=confidence)


def test_wilson_of_four_in_six() -> None:
    assert intervals.wilson(4, 6) == (pytest.approx(0.29999, abs=5e-6), pytest.approx(0.90323, abs=5e-6))


@given(counts)
def test_wilson_equals_statsmodels_and_mirrors(count: tuple[int, int]) -> None:
    low, high = intervals.wilson(*count)
    assert (low, high) == pytest.approx(proportion_confint(*count, method="wilson"), abs=1e-12)
    mirrored = intervals.wilson(count[1] - count[0], count[1])
    assert mirrored == pytest.approx((1 - high, 1 - low), abs=1e-12)
    assert 0 <= low <= count[0] / count[1] <= high <= 1


@pytest.mark.parametrize("count", [(1, 0), (-1, 4), (5, 4)])
def test_wilson_of_no_share(count: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="no share"):
        intervals.wilson(*count)


def test_newcombe_of_the_published_example() -> None:
    """Newcombe 1998, table II: 56/70 - 48/80, method 10."""
    found = intervals.newcombe((56, 70), (48, 80))
    assert (found.value, found.low, found.high) == (
        pytest.approx(0.2), pytest.approx(0.0524, abs=5e-5), pytest.approx(0.3339, abs=5e-5),
    )  # fmt: skip


@given(counts, counts)
def test_newcombe_equals_statsmodels_and_turns_round(one: tuple[int, int], other: tuple[int, int]) -> None:
    found, back = intervals.newcombe(one, other), intervals.newcombe(other, one)
    expected = confint_proportions_2indep(*one, *other, compare="diff", method="newcomb")
    assert (found.low, found.high) == pytest.approx(expected, abs=1e-9)
    assert (back.value, back.low, back.high) == pytest.approx(
        (-found.value, -expected[1], -expected[0]), abs=1e-9
    )


def test_recovered_difference_is_welchs_in_large_groups() -> None:
    """With symmetric intervals the half widths add like standard errors."""
    found = intervals.recovered((4.0, 3.7, 4.3), (3.0, 2.6, 3.4))
    assert (found.low, found.high) == (pytest.approx(0.5), pytest.approx(1.5))


@pytest.mark.parametrize(
    ("difference", "clear"),
    [
        (Difference(1.0, 0.1, 1.9), True),
        (Difference(-1.0, -1.9, -0.1), True),
        (Difference(1.0, -0.1, 2.1), False),
        (Difference(1.0, 0.0, 2.0), False),
        (Difference(3.0, None, None), False),
        (Difference(3.0, 1.0, None), False),
    ],
)
def test_zero_excluded(difference: Difference, clear: bool) -> None:
    assert difference.excludes_zero is clear


@pytest.mark.parametrize(
    ("own", "others", "verdict"),
    [
        (5.0, Mean(3.5, 6, 0.5, 3.0, 4.0), "clear"),
        (2.0, Mean(3.5, 6, 0.5, 3.0, 4.0), "clear"),
        (
            4.5,
            Mean(3.5, 6, 0.5, 3.0, 4.0),
            "no_clear_difference",
        ),  # exactly a quarter of the range is not more
        (5.0, Mean(3.5, 6, 1.9, 1.5, 5.0), "no_clear_difference"),  # large, but the interval holds zero
        (4.2, Mean(3.5, 60, 0.1, 3.4, 3.6), "no_clear_difference"),  # sure, but small
        (5.0, Mean(1.0, 1), "no_clear_difference"),  # one rater
    ],
)
def test_a_gap_is_clear_only_when_large_and_sure(own: float, others: Mean, verdict: str) -> None:
    gap = intervals.self_gap(own, others, low=1, high=5)
    assert gap.verdict == verdict
    assert gap.value == own - others.value


def test_the_interval_of_a_gap_is_that_of_the_others_turned_round() -> None:
    gap = intervals.self_gap(5.0, Mean(3.5, 6, 0.5, 3.0, 4.2), low=1, high=5)
    assert (gap.low, gap.high) == (pytest.approx(0.8), pytest.approx(2.0))


def test_the_share_of_the_range_can_be_chosen() -> None:
    difference = Difference(1.2, 0.5, 1.9)
    assert intervals.gap_verdict(difference, low=1, high=5) == "clear"
    assert intervals.gap_verdict(difference, low=1, high=5, share=0.5) == "no_clear_difference"
    with pytest.raises(ValueError, match="range"):
        intervals.gap_verdict(difference, low=5, high=5)
