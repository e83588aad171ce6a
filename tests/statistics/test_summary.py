"""What a group says: worked examples with gaps, and who counts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from azimuth.statistics import summary
from azimuth.statistics.intervals import Mean, wilson
from azimuth.statistics.refusal import Refusal
from azimuth.statistics.summary import Favour, Scale, ShownShare

NAN = float("nan")
FIVE = Scale(1, 5)

# Four items; the last rater answered one of them, the third exactly half.
PEERS = [[4, 4, 3, 5], [3, 4, 4, 3], [5, NAN, 5, NAN], [2, NAN, NAN, NAN]]
REPORTS = [[2, 3, 2, 3], [3, 3, 3, 3], [4, 4, 2, 2]]


def given_mean(found: Mean | Refusal) -> Mean:
    assert isinstance(found, Mean)
    return found


def test_competency_is_the_mean_of_rater_means_where_nobody_skipped() -> None:
    found = given_mean(summary.competency(REPORTS, scale=FIVE))
    own = [2.5, 3, 3]
    low, high = stats.t.interval(0.95, 2, loc=np.mean(own), scale=stats.sem(own))
    assert (found.value, found.n) == (pytest.approx(np.mean(own)), 3)
    assert (found.sd, found.low, found.high) == pytest.approx((np.std(own, ddof=1), low, high))


def test_a_skipped_item_neither_lifts_nor_lowers_its_rater() -> None:
    """Item means 3.5, 4, 4, 4; the last rater answered too little to count in n, but is in the first item's mean."""
    found = given_mean(summary.competency(PEERS, scale=FIVE))
    assert (found.value, found.n) == (pytest.approx(3.875), 3)
    assert found.sd == pytest.approx(
        np.std([(0.5 + 0 - 1 + 1) / 4, (-0.5 + 0 + 0 - 1) / 4, (1.5 + 1) / 2], ddof=1)
    )


@given(
    st.lists(st.lists(st.sampled_from([NAN, 1, 2, 3, 4, 5]), min_size=4, max_size=4), min_size=1, max_size=9),
    st.integers(1, 4),
)
def test_a_competency_tells_no_more_than_its_items(table: list[list[float]], minimum: int) -> None:
    """Else, when a rater skipped items, the difference of both would be that rater's part."""
    found = summary.competency(table, scale=FIVE, minimum=minimum)
    items = [summary.item(column, scale=FIVE, minimum=minimum) for column in zip(*table, strict=True)]
    if isinstance(found, Mean):
        assert found.value == pytest.approx(np.mean([one.value for one in items if isinstance(one, Mean)]))
        assert found.n >= minimum


def test_an_item_few_answered_counts_for_nobody() -> None:
    """With a minimum of three the second and the fourth item are hidden; the last rater now has half of what is left."""
    found = given_mean(summary.competency(PEERS, scale=FIVE, minimum=3))
    assert (found.value, found.n) == (pytest.approx((3.5 + 4) / 2), 4)


def test_raters_with_too_little_do_not_count() -> None:
    assert given_mean(summary.competency([[1, NAN, NAN], [3, 3, 3]], scale=FIVE)) == Mean(
        pytest.approx(8 / 3), 1
    )
    assert given_mean(summary.competency([[1, NAN, NAN], [3, 3, 3], [4, 4, 4]], scale=FIVE, minimum=2)).n == 2


def test_nobody_answered_is_refused() -> None:
    assert summary.competency([[NAN, NAN]], scale=FIVE) == Refusal("too_few_raters", 0, 1)
    assert summary.competency(np.empty((0, 3)), scale=FIVE) == Refusal("too_few_raters", 0, 1)
    with pytest.raises(ValueError, match="raters by items"):
        summary.competency([1, 2], scale=FIVE)


@given(st.lists(st.lists(st.integers(1, 5), min_size=4, max_size=4), min_size=2, max_size=12))
def test_without_gaps_the_mean_is_that_of_all_answers(table: list[list[int]]) -> None:
    found = given_mean(summary.competency(table, scale=FIVE))
    assert (found.value, found.n) == (pytest.approx(np.mean(table)), len(table))


def test_agreeing_raters_keep_the_interval_of_rounding() -> None:
    found = given_mean(summary.competency([[4, 4]] * 3, scale=FIVE))
    assert found.sd == 0
    assert found.low == pytest.approx(4 - stats.t.ppf(0.975, 2) * 0.5 / 6)


def test_item_mean_and_its_minimum() -> None:
    assert given_mean(summary.item([4, NAN, 3], scale=FIVE)).value == 3.5
    assert summary.item([4, NAN, 3], scale=FIVE, minimum=3) == Refusal("too_few_raters", 2, 3)


def test_all_raters_weighs_raters_not_groups() -> None:
    groups = {"manager": [[5, 5, 5, 5]], "peer": [[4, 4, 4, 4]] * 5, "report": REPORTS}
    found = given_mean(summary.all_raters(groups, shown=groups, scale=FIVE, minimum=3))
    assert (found.value, found.n) == (pytest.approx((5 + 5 * 4 + 8.5) / 9), 9)


def test_all_raters_counts_only_the_items_a_group_shows() -> None:
    groups = {"manager": [[5, 5, 5, 5]], "peer": PEERS}
    found = given_mean(summary.all_raters(groups, shown=groups, scale=FIVE, minimum=3))
    assert (found.value, found.n) == (pytest.approx(np.mean([(5 + 14) / 5, 5, (5 + 12) / 4, 5])), 5)


def test_all_raters_never_counts_a_hidden_group() -> None:
    groups = {"manager": [[5, 5, 5, 5]], "peer": PEERS, "report": REPORTS}
    without = {name: groups[name] for name in ("manager", "peer")}
    assert summary.all_raters(groups, shown=without, scale=FIVE, minimum=3) == summary.all_raters(
        without, shown=without, scale=FIVE, minimum=3
    )


def test_all_raters_leaves_out_a_group_whose_own_figure_is_refused() -> None:
    few = [[1, 1], [NAN, NAN], [2, 2]]
    many = [[4, 4], [5, 4], [3, 4]]
    found = summary.all_raters({"peer": many, "report": few}, shown={"peer", "report"}, scale=FIVE, minimum=3)
    assert found == summary.competency(many, scale=FIVE, minimum=3)
    assert summary.all_raters({"report": few}, shown={"report"}, scale=FIVE, minimum=3) == Refusal(
        "no_answers", 0, 1
    )


def test_a_group_left_with_half_raters_is_left_out_too() -> None:
    """Every item reaches three answers, but only one rater has answered half of them."""
    table = [[3, NAN, NAN, NAN], [3, NAN, NAN, NAN], [NAN, 3, NAN, NAN], [NAN, 3, NAN, NAN]]
    table += [[NAN, NAN, 3, NAN], [NAN, NAN, 3, NAN], [NAN, NAN, NAN, 3], [NAN, NAN, NAN, 3], [3, 3, 3, 3]]
    assert summary.competency(table, scale=FIVE, minimum=3) == Refusal("too_few_raters", 1, 3)
    assert summary.all_raters({"peer": table}, shown={"peer"}, scale=FIVE, minimum=3) == Refusal(
        "no_answers", 0, 1
    )


def test_favourable_is_above_the_middle() -> None:
    found = summary.favourable([5, 4, 4, 3, 2, 5, NAN], scale=FIVE)
    low, high = wilson(4, 6)
    assert found == Favour(4 / 6, 1 / 6, 1 / 6, low, high, 6)
    four = summary.favourable([1, 2, 3, 4], scale=Scale(1, 4))
    assert isinstance(four, Favour)
    assert (four.favourable, four.neutral, four.unfavourable) == (0.5, 0, 0.5)
    assert summary.favourable([NAN], scale=FIVE) == Refusal("no_answers", 0, 1)


@given(st.lists(st.integers(1, 5), max_size=40))
def test_distribution_counts_everybody_once(values: list[int]) -> None:
    counts = summary.distribution([*values, NAN], options=range(1, 6))
    assert sum(counts) == len(values)
    assert counts == tuple(values.count(option) for option in range(1, 6))


def test_an_answer_off_the_scale_is_no_answer() -> None:
    with pytest.raises(ValueError, match="off the scale"):
        summary.distribution([6], options=range(1, 6))


@pytest.mark.parametrize(
    ("share", "n", "shown"),
    [
        (1.0, 20, ShownShare(0.9, "at_least")),
        (0.9, 20, ShownShare(0.9, "at_least")),
        (0.85, 20, ShownShare(0.85, "exactly")),
        (0.1, 20, ShownShare(pytest.approx(0.1), "at_most")),
        (0.0, 20, ShownShare(pytest.approx(0.1), "at_most")),
        (1.0, 5, ShownShare(0.8, "at_least")),
        (0.8, 5, ShownShare(0.8, "at_least")),
        (0.2, 5, ShownShare(pytest.approx(0.2), "at_most")),
        (0.6, 5, ShownShare(0.6, "exactly")),
    ],
)
def test_unanimity_is_never_printed(share: float, n: int, shown: ShownShare) -> None:
    assert summary.shown_share(share, n) == shown


@pytest.mark.parametrize(("share", "n"), [(-0.1, 5), (1.1, 5), (0.5, 0)])
def test_no_share_of_nobody(share: float, n: int) -> None:
    with pytest.raises(ValueError):
        summary.shown_share(share, n)
