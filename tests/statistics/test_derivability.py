"""The attacker's solver against brute force, and beside the auditor it is to check."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from azimuth.operations.bench import organisation
from azimuth.statistics.derivability import Derived, derive, guesses
from azimuth.statistics.disclosure import audit
from tests.statistics.brute_force import brute_force


def people(found: list[Derived]) -> set[frozenset[int]]:
    sets = {derived.people for derived in found}
    return {one for one in sets if not any(other < one for other in sets)}


def add_up(found: list[Derived], cells: np.ndarray) -> bool:
    """Whether every recipe gives exactly what it says."""
    return all(
        [sum(factor * int(cells[figure, person]) for figure, factor in derived.recipe.items()) for person in range(cells.shape[1])]
        == [derived.weights.get(person, 0) for person in range(cells.shape[1])]
        for derived in found
    )


@given(
    st.integers(2, 8).flatmap(
        lambda people: st.lists(
            st.lists(st.sampled_from([0, 0, 1, 1, 1, 2, 3]), min_size=people, max_size=people), min_size=1, max_size=7
        )
    ),
    st.integers(2, 7),
)
@settings(max_examples=150)
def test_it_finds_what_brute_force_finds(rows: list[list[int]], k: int) -> None:
    cells = np.array(rows)
    found = derive(cells, k=k)
    assert people(found) == brute_force(cells, k)
    assert add_up(found, cells)


def test_a_recipe_says_which_figures_to_take() -> None:
    """Everybody, less five of them; and half of a sum of three pairs."""
    (found,) = derive([[1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 0]], k=2)
    assert (found.weights, found.recipe) == ({5: 1}, {0: 1, 1: -1})
    first = derive([[1, 1, 0], [0, 1, 1], [1, 0, 1]], k=2)[0]
    assert (first.people, first.recipe) == (frozenset({0}), {0: Fraction(1, 2), 1: Fraction(-1, 2), 2: Fraction(1, 2)})


def test_a_share_of_a_weighted_figure_counts() -> None:
    found = derive([[3, 2, 1, 1, 1], [0, 0, 1, 1, 1]], k=3)
    assert [(derived.weights, derived.recipe) for derived in found] == [({0: 3, 1: 2}, {0: 1, 1: -1})]


@pytest.mark.parametrize("seed", range(12))
def test_it_agrees_with_the_auditor_on_organisations(seed: int) -> None:
    cells = organisation.wanted(100, seed=seed, cuts_from=0).cells
    found = derive(cells, k=5)
    assert people(found) == set(audit(cells, k=5).determined)
    assert found
    assert add_up(found, cells.astype(int))


def test_k_below_two_is_nonsense() -> None:
    with pytest.raises(ValueError, match="at least 2"):
        derive([[1]], k=1)


def test_nothing_published_gives_nothing() -> None:
    assert derive(np.zeros((0, 4)), k=3) == []
    assert derive(np.zeros((2, 4)), k=3) == []


def test_guesses_are_exact_where_everything_follows_and_usual_where_nothing_does() -> None:
    answers = np.array([1, 5, 2, 4])
    assert guesses(np.eye(4), answers, options=range(1, 6), usual=3).tolist() == answers.tolist()
    assert guesses(np.zeros((1, 4)), [0], options=range(1, 6), usual=3.2).tolist() == [3, 3, 3, 3]
    assert guesses([[1, 1, 0, 0]], [8], options=range(1, 6), usual=3).tolist() == [4, 4, 3, 3]
