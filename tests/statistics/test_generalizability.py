"""Generalizability coefficients and the planner."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azimuth.operations.bench.ratings import ratings
from azimuth.statistics import generalizability
from azimuth.statistics.agreement import ICC, icc, raters_needed
from azimuth.statistics.effects import Effects, fit, fit_items
from azimuth.statistics.generalizability import Facets
from azimuth.statistics.refusal import Refusal
from tests.statistics.test_agreement import SHROUT_FLEISS

variance = st.floats(0.0, 4.0)
facets = st.builds(
    Facets,
    subject=st.floats(0.05, 4.0),
    rater=variance,
    subject_rater=variance,
    subject_item=st.just(0.0),
    residual=st.floats(0.05, 4),
)


def test_one_item_gives_the_intraclass_correlations() -> None:
    """Mean squares of Shrout & Fleiss: 11.24 subjects, 32.49 raters, 1.02 rest (6 x 4)."""
    table = icc(SHROUT_FLEISS)
    assert isinstance(table, ICC)
    rows, columns, rest = 11.241666667, 32.486111111, 1.019444444
    components = Facets((rows - rest) / 4, rater=(columns - rest) / 6, residual=rest)
    assert generalizability.absolute(components, 1, 1) == pytest.approx(table.two_one)
    assert generalizability.absolute(components, 4, 1) == pytest.approx(table.two_k)
    assert generalizability.relative(components, 1, 1) == pytest.approx(table.three_one)
    assert generalizability.relative(components, 4, 1) == pytest.approx(table.three_k)
    assert generalizability.nested(components, 4, 1) == pytest.approx(table.two_k)


def test_every_term_counts_where_it_should() -> None:
    components = Facets(
        1.0, rater=0.2, subject_rater=0.3, item=0.4, subject_item=0.5, rater_item=0.6, residual=0.7
    )
    relative = 0.5 / 10 + 0.3 / 5 + 0.7 / 50
    assert generalizability.relative(components, 5, 10) == pytest.approx(1 / (1 + relative))
    assert generalizability.absolute(components, 5, 10) == pytest.approx(
        1 / (1 + relative + 0.2 / 5 + 0.4 / 10 + 0.6 / 50)
    )
    assert generalizability.nested(components, 5, 10) == pytest.approx(
        1 / (1 + relative + 0.2 / 5 + 0.6 / 50)
    )


def test_lecturers_need_22_students_for_decisions() -> None:
    """The variances of the real ratings of lecturers (InstEval); one student's reliability is .155."""
    components = Facets(0.2737344, rater=0.1062147, subject_rater=1.3871797)
    assert generalizability.nested(components, 1, 1) == pytest.approx(0.155, abs=5e-4)
    assert generalizability.raters_for(components, 0.8, 1) == 22


@given(facets, st.floats(0.05, 0.95), st.integers(1, 20))
def test_the_planner_gives_the_least_number_that_does(components: Facets, wanted: float, items: int) -> None:
    raters = generalizability.raters_for(components, wanted, items)
    assert isinstance(raters, int)
    assert generalizability.nested(components, raters, items) >= wanted - 1e-6
    assert raters == 1 or generalizability.nested(components, raters - 1, items) < wanted + 1e-6


@given(st.floats(0.05, 0.9), st.floats(0.1, 0.95))
def test_without_items_it_is_spearman_brown(single: float, wanted: float) -> None:
    assert generalizability.raters_for(Facets(single, residual=1 - single), wanted, 1) == raters_needed(
        single, wanted
    )


def test_no_number_of_raters_mends_too_few_items() -> None:
    components = Facets(1.0, subject_item=1.0, residual=1.0)
    assert generalizability.raters_for(components, 0.8, 2) == Refusal(
        "never_enough", pytest.approx(1 / 1.5), 0.8
    )
    assert generalizability.raters_for(Facets(0.0, residual=1.0), 0.8, 2) == Refusal("never_enough", 0.0, 0.8)
    with pytest.raises(ValueError, match="between 0 and 1"):
        generalizability.raters_for(components, 1.0, 2)


def test_facets_of_a_fit() -> None:
    made = ratings(300, seed=6)
    found = fit_items(made.subject, made.rater, made.item, made.y)
    assert isinstance(found, Effects)
    components = generalizability.facets(found)
    assert generalizability.nested(components, 1, found.items) == pytest.approx(found.one_rater)
    assert math.isclose(components.residual, found.variances.residual)
    single = made.item == 0
    unsplit = fit(made.subject[single], made.rater[single], made.y[single])
    assert isinstance(unsplit, Effects)
    assert generalizability.nested(generalizability.facets(unsplit), 1, 1) == pytest.approx(unsplit.one_rater)
