"""What is shown gives no small group away: by brute force, by an attacker who shares no code, and by witnesses."""

from __future__ import annotations

import json
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.optimize import LinearConstraint, milp

from azimuth.operations.bench import organisation
from azimuth.statistics import suppression
from azimuth.statistics.derivability import derive, guesses
from azimuth.statistics.suppression import holds, suppress
from tests.statistics.brute_force import brute_force, following


def table(random: np.random.Generator, *, weighted: bool = False) -> np.ndarray:
    """Nine to thirteen people in three to twelve cells."""
    people, number = random.integers(9, 14), random.integers(3, 13)
    cells = (random.random((number, people)) < random.uniform(0.2, 0.8)).astype(int)
    return cells * np.where(random.random((number, 1)) < 0.3, random.integers(1, 4, cells.shape), 1) if weighted else cells


@pytest.mark.parametrize("weighted", [False, True])
def test_suppressed_patterns_are_safe_by_brute_force_and_hide_nothing_in_vain(weighted: bool) -> None:
    random = np.random.default_rng(7 + weighted)
    leaky = hidden = 0
    for seed in range(150):
        cells, k = table(random, weighted=weighted), int(random.integers(3, 6))
        found = suppress(cells, k=k, seed=seed)
        large = np.count_nonzero(cells, axis=1) >= k
        lent = cells[large]
        assert not following(cells[found.shown], k, lent)
        assert not (found.shown & ~large).any()
        for cell in np.flatnonzero(large & ~found.shown):
            assert following(np.vstack([cells[found.shown], cells[cell]]), k, lent), "it could have been shown"
        leaky += bool(following(cells[large], k, cells))
        hidden += found.manifest.hidden
    assert leaky > 40, "many of these must leak, or nothing was tested"
    assert hidden < 500


@given(st.integers(0, 100_000), st.integers(3, 5), st.booleans())
@settings(max_examples=80, deadline=None)
def test_earlier_releases_are_not_made_worse(seed: int, k: int, weighted: bool) -> None:
    random = np.random.default_rng(seed)
    cells = table(random, weighted=weighted)
    earlier = np.array([cells[0], cells[1] | cells[2], np.roll(cells[0], 1)])[: int(random.integers(1, 4))]
    found = suppress(cells, k=k, released=earlier, seed=seed)
    both = np.vstack([cells[np.count_nonzero(cells, axis=1) >= k], earlier])
    before, after = following(earlier, k, both), following(np.vstack([earlier, cells[found.shown]]), k, both)
    assert after == before
    assert set(found.compromised) == brute_force_of(before)
    for cell in np.flatnonzero((np.count_nonzero(cells, axis=1) >= k) & ~found.shown):
        assert following(np.vstack([earlier, cells[found.shown], cells[cell]]), k, both) != before


def brute_force_of(rows: set[tuple[int, ...]]) -> set[frozenset[int]]:
    sets = {frozenset(np.flatnonzero(row).tolist()) for row in rows}
    return {people for people in sets if not any(other < people for other in sets)}


def test_earlier_releases_that_already_give_somebody_away_are_named() -> None:
    """Seven were shown, then five of them; nothing hides those two again, and a third cell may not split the five."""
    earlier = [[1, 1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 0, 0]]
    found = suppress([[1, 1, 1, 0, 0, 1, 1], [1, 1, 1, 1, 1, 1, 1]], k=3, released=earlier)
    assert found.compromised == (frozenset({5, 6}),)
    assert found.shown.tolist() == [False, True]
    assert found.manifest.compromised == 1


def test_many_earlier_leaks_do_not_hide_a_new_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """A search that is content with one leak must not be content with one that is long known."""
    monkeypatch.setattr(suppression, "AT_ONCE", 1)
    alone = np.eye(10, dtype=int)[:4]
    cells = [[0, 0, 0, 0, 1, 1, 1, 1, 1, 1], [0, 0, 0, 0, 1, 1, 1, 0, 0, 0]]
    found = suppress(cells, k=4, released=alone)
    assert len(found.compromised) == 4
    assert found.shown.tolist() == [True, False]
    assert suppress([cells[0]] * 2, k=4, released=[*alone, [0, 0, 0, 0, 1, 1, 1, 1, 0, 0]]).shown.tolist() == [False, False]


def test_a_new_cell_is_hidden_for_what_it_does_beside_earlier_ones_not_alone() -> None:
    """A cell of one large atom would take it out of the earlier total and leave two people."""
    assert suppress([[1, 1, 1, 1, 0, 0]], k=3, released=[[1, 1, 1, 1, 1, 1]]).shown.tolist() == [False]
    assert suppress([[1, 1, 1, 1, 0, 0]], k=3).shown.tolist() == [True]


def test_the_cheaper_of_two_cells_goes() -> None:
    cells = [[1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 0]]
    assert suppress(cells, k=3, weights=[1.0, 5.0]).shown.tolist() == [False, True]
    assert suppress(cells, k=3, weights=[5.0, 1.0]).shown.tolist() == [True, False]


def test_a_cell_that_others_rebuild_does_not_go_alone() -> None:
    """Twelve people in four teams of three, one of them of four: a total, teams and pairs of teams all tell of each other."""
    teams = np.kron(np.eye(4, dtype=int), np.ones(3, dtype=int))
    cells = np.vstack([teams, teams[0] + teams[1], teams[2] + teams[3], teams.sum(axis=0)])
    smaller = cells[:1].copy()
    smaller[0, 0] = 0
    everything = np.vstack([cells, smaller])
    found = suppress(everything, k=2, weights=[1, 1, 1, 1, 1, 1, 1, 9])
    assert found.shown[7]
    assert not found.shown[0]
    assert not brute_force(everything[found.shown], 2)
    assert not (found.shown[1] and found.shown[4]), "either gives the first team back"


def test_equal_cells_share_their_fate() -> None:
    found = suppress([[1, 1, 1, 1, 1, 0], [1, 1, 1, 1, 1, 0], [1, 1, 1, 1, 1, 1]], k=3, weights=[1, 1, 5])
    assert found.shown.tolist() == [False, False, True]


def test_small_cells_and_empty_tables_show_nothing() -> None:
    assert suppress([[1, 1, 0, 0], [0, 0, 0, 0]], k=3).shown.tolist() == [False, False]
    assert suppress([[1, 1, 0, 0], [0, 0, 0, 0]], k=3).manifest.small == 2
    assert suppress(np.zeros((0, 4)), k=3).shown.tolist() == []
    assert suppress(np.zeros((0, 0)), k=3).shown.tolist() == []


@pytest.mark.parametrize("largest", [suppression.LARGEST, 1000])
def test_reports_of_a_cycle_stay_together_with_their_cohort(largest: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A08: four hundred groups of two to six raters, each shown if it has k; beside them the mean of all subjects' means."""
    monkeypatch.setattr(suppression, "LARGEST", largest)
    sizes = np.random.default_rng(4).integers(2, 7, 400)
    groups = sparse.csr_array(
        (np.ones(sizes.sum(), dtype=int), (np.repeat(np.arange(400), sizes), np.arange(sizes.sum())))
    )

    def with_cohort(who: np.ndarray) -> sparse.csr_array:
        return sparse.csr_array(sparse.vstack([groups, sparse.csr_array(np.repeat(who * 60 // sizes, sizes)[None, :])]))

    weights = np.append(np.ones(400), 0.5)
    found = suppress(with_cohort(np.ones(400, dtype=int)), k=3, weights=weights)
    assert found.shown.tolist() == [*(sizes >= 3).tolist(), True]
    one_small = suppress(with_cohort((sizes >= 3) | (np.arange(400) == np.argmin(sizes))), k=3, weights=weights)
    assert one_small.shown.tolist() == [*(sizes >= 3).tolist(), False]


@pytest.mark.slow
def test_two_thousand_people_keep_nine_figures_in_ten() -> None:
    wanted = organisation.wanted(2000, seed=1)
    started = time.process_time()
    found = suppress(wanted.cells, k=5)
    assert time.process_time() - started < 4  # 0.8 s undisturbed
    assert found.manifest.reach == 4
    assert found.shown.mean() > 0.9
    assert found.shown[~wanted.cuts].mean() > 0.94
    assert derive(wanted.cells[found.shown], k=5) == []


@pytest.mark.slow
def test_guessing_from_what_is_shown_is_hardly_better_than_guessing() -> None:
    """Least squares over the totals of five-point answers: within ten points of always saying the commonest (R of C.3)."""
    wanted = organisation.wanted(2000, seed=1)
    answers = np.random.default_rng(3).choice(5, wanted.cells.shape[1], p=[0.06, 0.14, 0.28, 0.38, 0.14]) + 1
    found = suppress(wanted.cells, k=5)
    usual, commonest = float(answers.mean()), (answers == 4).mean()

    def recovered(cells: np.ndarray) -> float:
        return float((guesses(cells, cells @ answers, options=range(1, 6), usual=usual) == answers).mean())

    assert recovered(wanted.cells[found.shown]) < commonest + 0.1
    thick = organisation.wanted(2000, seed=1, least=3, cuts_from=0).cells
    assert recovered(thick) > 0.9, "the attack must be able to win"


def test_witnesses_two_sets_of_answers_give_the_same_figures_and_other_totals() -> None:
    """C.7: for a hundred small sets, whole answers from 1 to 5 that differ on the set and on no published total."""
    cells = organisation.wanted(80, seed=5, cuts_from=20).cells
    shown = cells[suppress(cells, k=5).shown].astype(int)
    people = shown.shape[1]
    random = np.random.default_rng(6)
    for _ in range(100):
        group = random.choice(people, random.integers(1, 5), replace=False)
        share = np.isin(np.arange(people), group).astype(int)
        found = milp(
            np.zeros(people),
            integrality=np.ones(people),
            bounds=(-4, 4),
            constraints=[LinearConstraint(shown, 0, 0), LinearConstraint(share, 1, np.inf)],
        )
        difference = np.round(found.x).astype(int)
        one = np.where(difference >= 0, 1, 1 - difference)
        other = one + difference
        assert {1, 2, 3, 4, 5} >= set(one) | set(other)
        assert (shown @ one == shown @ other).all()
        assert one[group].sum() != other[group].sum()


def test_a_manifest_is_plain_and_can_be_checked_again() -> None:
    cells = organisation.wanted(150, seed=2, cuts_from=0).cells
    found = suppress(cells, k=5, released=cells[:1])
    manifest = found.manifest
    row = json.loads(json.dumps(manifest.row))
    assert row["shown"] == np.flatnonzero(found.shown).tolist()
    assert row["primes"] == [2**31 - 1, 2**31 - 19]
    assert (row["k"], row["reach"], row["people"], row["cells"], row["released"]) == (5, 4, cells.shape[1], len(cells), 1)
    assert row["small"] + row["hidden"] + len(row["shown"]) == row["cells"]
    assert len(row["memberships"]) == len(row["earlier"]) == 64
    assert holds(manifest, sparse.csr_array(cells), released=cells[:1])


def test_a_manifest_of_other_people_or_with_more_shown_does_not_hold() -> None:
    cells = organisation.wanted(150, seed=2, cuts_from=0).cells
    manifest = suppress(cells, k=5).manifest
    moved = cells.copy()
    moved[0, 0] = not moved[0, 0]
    assert not holds(manifest, moved)
    assert not holds(manifest, cells, released=cells[:1])
    everything = suppression.Manifest(**(vars(manifest) | {"shown": tuple(range(len(cells)))}))
    assert not holds(everything, cells)


def test_the_same_seed_gives_the_same_decision() -> None:
    cells = organisation.wanted(150, seed=4, cuts_from=0).cells
    assert suppress(cells, k=5, seed=3).manifest == suppress(cells, k=5, seed=3).manifest


def test_a_search_that_misses_something_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suppression._Hiding, "hidden", lambda self: [])
    with pytest.raises(ArithmeticError, match="missed"):
        suppress([[1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 0]], k=3)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"k": 1}, "at least 2"),
        ({"k": 3, "released": [[1, 1]]}, "same people"),
        ({"k": 3, "weights": [1.0]}, "weight"),
        ({"k": 3, "weights": [1.0, 0.0]}, "weight"),
        ({"k": 3, "weights": [1.0, np.inf]}, "weight"),
    ],
)
def test_nonsense_is_an_error(options: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        suppress([[1, 1, 1], [1, 1, 0]], **options)  # type: ignore[arg-type]
