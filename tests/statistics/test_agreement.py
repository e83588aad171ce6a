"""Agreement and reliability against published tables, real data and their own algebra."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from azimuth.statistics import agreement
from azimuth.statistics.agreement import ICC, Alpha, OneWay
from azimuth.statistics.refusal import Refusal
from tests.statistics.real import columns

SHROUT_FLEISS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
NAN = float("nan")

likert = st.integers(1, 5)
answers = st.lists(likert, min_size=2, max_size=30)
tables = st.tuples(st.integers(2, 8), st.integers(1, 6)).flatmap(
    lambda shape: st.lists(
        st.lists(likert, min_size=shape[1], max_size=shape[1]), min_size=shape[0], max_size=shape[0]
    )
)


def test_rwg_of_a_worked_example() -> None:
    """Variance 1/2 against (25 - 1)/12 = 2 of random answers on five points."""
    assert agreement.rwg([3, 4, 4, 3, NAN, 4, 3, 4, 3], options=5) == pytest.approx(1 - (2 / 7) / 2)


def test_rwg_worse_than_random_is_nought() -> None:
    assert agreement.rwg([1, 5, 1, 5], options=5) == 0.0


@given(answers)
def test_rwg_and_ad_know_neither_order_nor_direction(values: list[int]) -> None:
    turned = [6 - value for value in reversed(values)]
    assert agreement.rwg(turned, options=5) == pytest.approx(agreement.rwg(values, options=5))
    assert agreement.ad_index(turned) == pytest.approx(agreement.ad_index(values))


@given(tables)
def test_rwg_j_lies_between_nought_and_one(table: list[list[int]]) -> None:
    value = agreement.rwg_j(table, options=5)
    assert isinstance(value, float)
    assert 0 <= value <= 1


@given(answers)
def test_rwg_j_of_one_item_is_rwg(values: list[int]) -> None:
    assert agreement.rwg_j([[value] for value in values], options=5) == pytest.approx(
        agreement.rwg(values, options=5)
    )


def test_rwg_j_leaves_out_an_item_that_one_person_answered() -> None:
    with_gap = [[3, NAN], [4, NAN], [4, 1]]
    assert agreement.rwg_j(with_gap, options=5) == pytest.approx(agreement.rwg([3, 4, 4], options=5))


def test_rwg_j_of_the_army_companies() -> None:
    data = columns("lq2002")
    company = data["COMPID"].astype(int)
    items = np.column_stack([data[f"LEAD{number:02}"].astype(float) for number in range(1, 12)])
    values = [agreement.rwg_j(items[company == one], options=5) for one in np.unique(company)]
    assert len(values) == 49
    assert np.mean(values) == pytest.approx(0.8677849000, abs=1e-9)
    assert (min(values), max(values)) == (pytest.approx(0.7749, abs=5e-5), pytest.approx(0.9423, abs=5e-5))


@pytest.mark.parametrize("single", [[], [4], [4, NAN]])
def test_one_rater_cannot_agree(single: list[float]) -> None:
    found = len([value for value in single if value == value])
    assert agreement.rwg(single, options=5) == Refusal("too_few_raters", found, 2)
    assert agreement.ad_index(single) == Refusal("too_few_raters", found, 2)


def test_rwg_j_without_two_answers_to_any_item_is_refused() -> None:
    assert agreement.rwg_j([[1, NAN], [NAN, 2]], options=5) == Refusal("too_few_raters", 2, 2)


def test_a_scale_of_one_point_is_nonsense() -> None:
    with pytest.raises(ValueError, match="two points"):
        agreement.rwg([1, 1], options=1)


def test_ad_index_and_its_limit() -> None:
    assert agreement.ad_index([1, 3, 5]) == pytest.approx(4 / 3)
    assert agreement.ad_limit(5) == pytest.approx(5 / 6)


@pytest.mark.parametrize(
    ("value", "word"),
    [
        (0.0, "none"),
        (0.3, "none"),
        (0.31, "weak"),
        (0.6, "moderate"),
        (0.7, "moderate"),
        (0.9, "strong"),
        (1.0, "very_strong"),
    ],
)
def test_words_for_agreement(value: float, word: str) -> None:
    assert agreement.agreement_band(value) == word


def test_icc_of_shrout_and_fleiss() -> None:
    value = agreement.icc(SHROUT_FLEISS)
    assert isinstance(value, ICC)
    assert [value.one_one, value.two_one, value.three_one] == pytest.approx(
        [0.1657418, 0.2897638, 0.7148407], abs=5e-8
    )
    assert [value.one_k, value.two_k, value.three_k] == pytest.approx(
        [0.4427971, 0.6200505, 0.9093155], abs=5e-8
    )


def test_icc_one_way_equals_icc_of_a_complete_table() -> None:
    table = agreement.icc(SHROUT_FLEISS)
    assert isinstance(table, ICC)
    for size in ("k0", "mean"):
        long = agreement.icc_one_way(np.ravel(SHROUT_FLEISS), np.repeat(range(6), 4), size=size)
        assert isinstance(long, OneWay)
        assert (long.icc1, long.icc1k, long.k) == pytest.approx((table.one_one, table.one_k, 4))


@pytest.mark.parametrize(
    ("column", "icc1", "icc2"),
    [
        ("HRS", 0.1331066791, 0.9196731954),
        ("LEAD", 0.1270275500, 0.9156129693),
        ("COHES", 0.0442652976, 0.7754596778),
        ("WBEING", 0.0433690501, 0.7717128755),
    ],
)
def test_icc_of_the_army_companies(column: str, icc1: float, icc2: float) -> None:
    data = columns("bh1996")
    value = agreement.icc_one_way(data[column].astype(float), data["GRP"], size="mean")
    assert isinstance(value, OneWay)
    assert (value.groups, value.ratings) == (99, 7382)
    assert (value.icc1, value.icc1k) == pytest.approx((icc1, icc2), abs=5e-11)


def test_icc_with_k0_recovers_the_truth_in_unequal_groups() -> None:
    random = np.random.default_rng(7)
    sizes = random.integers(2, 30, 10_000)
    groups = np.repeat(np.arange(10_000), sizes)
    values = random.normal(0, 0.5, 10_000)[groups] + random.normal(0, 1, len(groups))
    value = agreement.icc_one_way(values, groups)
    assert isinstance(value, OneWay)
    assert value.icc1 == pytest.approx(0.2, abs=0.01)
    assert value.k == pytest.approx((sizes.sum() - (sizes**2).sum() / sizes.sum()) / 9_999)


def test_icc_one_way_leaves_out_missing_ratings() -> None:
    assert agreement.icc_one_way([1, 2, NAN, 4, 5], list("aabbb")) == agreement.icc_one_way(
        [1, 2, 4, 5], list("aabb")
    )


def test_icc_of_equal_means_and_unlike_raters() -> None:
    value = agreement.icc([[1, 5], [5, 1]])
    assert isinstance(value, ICC)
    assert value.one_one == pytest.approx(-1)
    assert value.three_k == 0.0


@pytest.mark.parametrize(
    ("table", "refusal"),
    [
        ([[1, 2, 3]], Refusal("too_few_subjects", 1, 2)),
        ([[1], [2]], Refusal("too_few_raters", 1, 2)),
        ([[1, 2], [NAN, 3]], Refusal("incomplete", 3, 4)),
        ([[3.1, 3.1], [3.1, 3.1]], Refusal("no_variance")),
    ],
)
def test_icc_refusals(table: list[list[float]], refusal: Refusal) -> None:
    assert agreement.icc(table) == refusal


@pytest.mark.parametrize(
    ("values", "groups", "refusal"),
    [
        ([1, 2, 3], "aaa", Refusal("too_few_subjects", 1, 2)),
        ([1, 2, 3], "abc", Refusal("one_rater_per_subject", 1, 2)),
        ([4, 4, 4, 4], "aabb", Refusal("no_variance")),
    ],
)
def test_icc_one_way_refusals(values: list[float], groups: str, refusal: Refusal) -> None:
    assert agreement.icc_one_way(values, list(groups)) == refusal


def test_alpha_of_the_army_leadership_scale() -> None:
    data = columns("lq2002")
    value = agreement.alpha(
        np.column_stack([data[f"LEAD{number:02}"].astype(float) for number in range(1, 12)])
    )
    assert isinstance(value, Alpha)
    assert (value.respondents, value.items) == (2042, 11)
    assert value.value == pytest.approx(0.9022365657, abs=1e-10)
    assert value.low < value.value < value.high


def test_feldt_interval_is_the_f_distribution_turned_round() -> None:
    random = np.random.default_rng(3)
    value = agreement.alpha(random.normal(size=(40, 1)) + random.normal(size=(40, 5)), confidence=0.9)
    assert isinstance(value, Alpha)
    quantiles = stats.f.ppf([0.95, 0.05], 39, 156)
    assert (value.low, value.high) == pytest.approx(tuple(1 - (1 - value.value) * quantiles))


def test_feldt_interval_covers_the_truth_as_often_as_it_says() -> None:
    """Five parallel items with correlation .5: alpha is 5 * .5 / (1 + 4 * .5) = .8333."""
    random = np.random.default_rng(11)
    hits = 0
    for _ in range(1000):
        value = agreement.alpha(random.normal(size=(40, 1)) + random.normal(size=(40, 5)))
        assert isinstance(value, Alpha)
        hits += value.low <= 5 / 6 <= value.high
    assert 930 <= hits <= 970


def test_alpha_of_equal_items_is_one_and_ignores_people_with_gaps() -> None:
    column = np.arange(30.0)
    table = np.column_stack([column, column, column])
    value = agreement.alpha(np.vstack([table, [1, NAN, 3]]))
    assert isinstance(value, Alpha)
    assert (value.value, value.respondents) == (pytest.approx(1), 30)


@pytest.mark.parametrize(
    ("table", "refusal"),
    [
        (np.ones((40, 2)), Refusal("too_few_items", 2, 3)),
        (np.ones((29, 3)), Refusal("too_few_respondents", 29, 30)),
        (np.ones((30, 3)), Refusal("no_variance")),
    ],
)
def test_alpha_refusals(table: np.ndarray, refusal: Refusal) -> None:
    assert agreement.alpha(table) == refusal


def test_a_flat_list_is_no_table() -> None:
    with pytest.raises(ValueError, match="two dimensions"):
        agreement.icc([1, 2, 3])


@pytest.mark.parametrize(
    ("single", "wanted", "raters"),
    [
        (0.30, 0.7, 6),
        (0.37, 0.7, 4),
        (0.50, 0.7, 3),
        (0.30, 0.8, 10),
        (0.37, 0.8, 7),
        (0.50, 0.8, 4),
        (0.9, 0.8, 1),
    ],
)
def test_raters_needed_as_conway_and_huffcutt_imply(single: float, wanted: float, raters: int) -> None:
    assert agreement.raters_needed(single, wanted) == raters


@given(st.floats(0.02, 0.98), st.floats(0.02, 0.98))
def test_raters_needed_is_the_least_number_that_does(single: float, wanted: float) -> None:
    raters = agreement.raters_needed(single, wanted)
    assert isinstance(raters, int)
    assert agreement.spearman_brown(single, raters) >= wanted - 1e-9
    assert raters == 1 or agreement.spearman_brown(single, raters - 1) < wanted + 1e-9


def test_no_number_of_raters_makes_noise_reliable() -> None:
    assert agreement.raters_needed(-0.1, 0.7) == Refusal("no_reliability", -0.1)
    with pytest.raises(ValueError, match="between 0 and 1"):
        agreement.raters_needed(0.5, 1.0)
