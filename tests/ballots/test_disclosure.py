"""Roll-up: who is shown, who is merged, who stays hidden. Every vector of group sizes is tried."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, product

import pytest

from azimuth.ballots.disclosure import ATTRIBUTED, HIDDEN, MERGED, RollUp, roll_up

CODES = ("external", "peer", "report")
EVERY_CASE = [
    (dict(zip(CODES, sizes, strict=True)), minimum)
    for minimum in (3, 4, 5)
    for sizes in product(range(9), repeat=len(CODES))
]


def rank(rows: list[list[int]]) -> int:
    """Rank over the rationals, exactly."""
    table = [[Fraction(value) for value in row] for row in rows]
    found = 0
    for column in range(len(table[0]) if table else 0):
        pivot = next((i for i in range(found, len(table)) if table[i][column]), None)
        if pivot is None:
            continue
        table[found], table[pivot] = table[pivot], table[found]
        for i in range(found + 1, len(table)):
            factor = table[i][column] / table[found][column]
            table[i] = [a - factor * b for a, b in zip(table[i], table[found], strict=True)]
        found += 1
    return found


def released(plan: RollUp) -> list[frozenset[str]]:
    """Every total a reader sees, as the set of colleague groups behind it (self and lead are known by name)."""
    cells = [
        frozenset(code for code, name in plan.shown_as.items() if name == shown and code not in ATTRIBUTED)
        for shown in plan.shown
        if shown not in ATTRIBUTED
    ]
    everybody = plan.all_of - ATTRIBUTED
    return cells + ([everybody] if everybody else [])


def derivable(plan: RollUp, answered: dict[str, int], minimum: int) -> list[tuple[str, ...]]:
    """Unions of groups with 1 to minimum-1 people whose total follows from the shown totals.

    People of one group are interchangeable in every released total, so only unions of whole groups can follow."""
    codes = [code for code in answered if code not in ATTRIBUTED and answered[code]]
    rows = [[int(code in cell) for code in codes] for cell in released(plan)]
    return [
        union
        for size in range(1, len(codes) + 1)
        for union in combinations(codes, size)
        if sum(answered[code] for code in union) < minimum
        and rank([*rows, [int(code in union) for code in codes]]) == rank(rows)
    ]


def test_every_vector_of_sizes_keeps_the_minimum() -> None:
    """A24: every vector of sizes 0 to 8, and every minimum."""
    for answered, minimum in EVERY_CASE:
        plan = roll_up(answered, minimum=minimum)
        assert all(number >= minimum for number in plan.shown.values()), (answered, minimum, plan)
        assert derivable(plan, answered, minimum) == [], (answered, minimum, plan)


def test_every_vector_shows_all_or_nothing_and_says_why() -> None:
    for answered, minimum in EVERY_CASE:
        plan = roll_up(answered, minimum=minimum)
        assert set(plan.shown_as) == set(answered)
        enough = sum(answered.values()) >= minimum
        assert (HIDDEN not in plan.shown_as.values()) is enough
        assert plan.reason == ("" if enough else "too_few")
        assert plan.all_of == (frozenset(answered) if enough else frozenset())
        assert sum(plan.shown.values()) == (sum(answered.values()) if enough else 0)


def test_every_vector_merges_no_more_than_it_must() -> None:
    for answered, minimum in EVERY_CASE:
        plan = roll_up(answered, minimum=minimum)
        merged = [code for code, name in plan.shown_as.items() if name == MERGED]
        large = [code for code in merged if answered[code] >= minimum]
        small = [code for code in merged if answered[code] < minimum]
        assert len(merged) != 1
        if large:
            assert len(large) == 1, "one group of enough people always lifts the small ones"
            assert sum(answered[code] for code in small) < minimum
            alone = [answered[code] for code, name in plan.shown_as.items() if name == code]
            assert all(answered[large[0]] <= number for number in alone)


def test_a_bare_minimum_would_be_caught() -> None:
    """The control: show what reaches the minimum, hide the rest, count everybody in "all"."""
    answered = {"peer": 5, "report": 2}
    naive = RollUp({"peer": "peer", "report": HIDDEN}, {"peer": 5}, all_of=frozenset(answered))
    assert derivable(naive, answered, 3) == [("report",)]


@pytest.mark.parametrize(
    ("answered", "shown_as", "shown"),
    [
        ({"peer": 4, "report": 3}, {"peer": "peer", "report": "report"}, {"peer": 4, "report": 3}),
        ({"peer": 4, "report": 2}, {"peer": MERGED, "report": MERGED}, {MERGED: 6}),
        ({"peer": 1, "report": 1}, {"peer": HIDDEN, "report": HIDDEN}, {}),
        (
            {"external": 4, "peer": 5, "report": 2},
            {"external": MERGED, "peer": "peer", "report": MERGED},
            {"peer": 5, MERGED: 6},
        ),
        (
            {"external": 4, "peer": 4, "report": 2},
            {"external": MERGED, "peer": "peer", "report": MERGED},
            {"peer": 4, MERGED: 6},
        ),
        (
            {"external": 2, "peer": 9, "report": 1},
            {"external": MERGED, "peer": "peer", "report": MERGED},
            {"peer": 9, MERGED: 3},
        ),
        ({"peer": 6, "report": 0}, {"peer": MERGED, "report": MERGED}, {MERGED: 6}),
        ({"peer": 3}, {"peer": "peer"}, {"peer": 3}),
    ],
)
def test_examples(answered: dict[str, int], shown_as: dict[str, str], shown: dict[str, int]) -> None:
    plan = roll_up(answered, minimum=3)
    assert plan.shown_as == shown_as
    assert plan.shown == shown


def test_self_and_lead_always_stand_for_themselves() -> None:
    plan = roll_up({"self": 1, "manager": 1, "peer": 1, "report": 1}, minimum=3)
    assert plan.shown_as == {"self": "self", "manager": "manager", "peer": HIDDEN, "report": HIDDEN}
    assert plan.shown == {"self": 1, "manager": 1}
    assert plan.reason == "too_few"
    assert plan.all_of == frozenset(), "an average of all would only repeat the lead"


def test_all_leaves_out_self_but_not_the_lead() -> None:
    assert roll_up({"self": 1, "manager": 1, "peer": 4}, minimum=3).all_of == {"manager", "peer"}


def test_the_lead_never_lifts_a_small_group() -> None:
    plan = roll_up({"manager": 2, "peer": 2}, minimum=3)
    assert plan.shown_as["peer"] == HIDDEN


def test_the_order_of_the_groups_changes_nothing() -> None:
    for answered, minimum in EVERY_CASE[::7]:
        backwards = dict(reversed(answered.items()))
        assert roll_up(backwards, minimum=minimum) == roll_up(answered, minimum=minimum)


def test_nobody_invited_is_nobody_shown() -> None:
    assert roll_up({}, minimum=3) == RollUp({}, {}, reason="too_few")


@pytest.mark.parametrize(
    ("answered", "minimum"),
    [({"peer": 3}, 2), ({"peer": -1}, 3), ({MERGED: 4}, 3)],
    ids=["low", "negative", "name"],
)
def test_nonsense_is_refused(answered: dict[str, int], minimum: int) -> None:
    with pytest.raises(ValueError):
        roll_up(answered, minimum=minimum)
