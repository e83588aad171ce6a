"""What a count may publish about one subject, and that no subtraction gets behind it."""

from __future__ import annotations

import math
import random
from fractions import Fraction
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from azimuth.ballots.publishing import Published, publish
from azimuth.ballots.sheets import OpenSheet
from tests.ballots.rounds import (
    CHANGE,
    DECIDES,
    DRIVE,
    EXPLAINS,
    KEEP,
    LISTENS,
    TALK,
    question,
    sheet_of,
    snapshot,
)

PRIME = (1 << 61) - 1
Groups = dict[str, list[dict[str, Any]]]


def published(groups: Groups, *, asked: dict[str, int] | None = None, form: dict | None = None, minimum: int = 3, comments: int = 5) -> Published:
    """Publish plain sheets; everybody asked answered unless told."""
    opened = {group: [OpenSheet(1, sheet["scores"], sheet["texts"]) for sheet in sheets] for group, sheets in groups.items()}
    invited = asked or {group: len(sheets) for group, sheets in groups.items()}
    return publish(opened, invited, form or snapshot(), minimum=minimum, comment_minimum=comments)


def figure(result: Published, name: str, of: str) -> Any:
    """One figure, or None when it is not shown."""
    return next((f for f in result.figures if (f.shown_as, f.of) == (name, of)), None)


def names(result: Published) -> set[str]:
    """Under which names anything at all is shown."""
    return {row.shown_as for row in [*result.answers, *result.figures]}


def test_groups_stand_alone_when_they_can() -> None:
    result = published({"self": [sheet_of(5)], "manager": [sheet_of(4)], "peer": [sheet_of(s) for s in (2, 3, 4)], "report": [sheet_of(s) for s in (1, 2, 3, 4)]})
    assert names(result) == {"self", "manager", "peer", "report", "all"}
    assert (figure(result, "peer", LISTENS).n, figure(result, "peer", LISTENS).mean) == (3, 3.0)
    everybody = figure(result, "all", TALK)
    assert everybody.n == 8, "lead, three peers, four reports; never self"
    assert everybody.mean == pytest.approx((4 + 2 + 3 + 4 + 1 + 2 + 3 + 4) / 8)
    assert sorted(a.score for a in result.answers if (a.shown_as, a.question) == ("report", DECIDES)) == [1, 2, 3, 4]


def test_small_groups_become_colleagues_and_their_numbers_go() -> None:
    result = published({"self": [], "peer": [sheet_of(s) for s in (2, 3, 4)], "report": [sheet_of(1)] * 2}, asked={"self": 1, "peer": 4, "report": 2})
    assert names(result) == {"colleagues", "all"}
    rows = {g.group: (g.invited, g.answered, g.shown_as) for g in result.groups}
    assert rows == {"self": (1, 0, "self"), "peer": (4, None, "colleagues"), "report": (2, None, "colleagues"), "colleagues": (6, 5, "colleagues")}


def test_too_few_colleagues_show_self_and_lead_only() -> None:
    result = published({"self": [sheet_of(5, "me")], "manager": [sheet_of(4, "lead")], "peer": [sheet_of(1, "secret")] * 2}, asked={"self": 1, "manager": 1, "peer": 5})
    assert names(result) == {"self", "manager"}, "“all” would only repeat the lead"
    assert {a.text for a in result.answers if a.text} == {"me", "lead"}
    assert next(g for g in result.groups if g.group == "peer").answered is None


def test_a_question_few_answered_is_not_shown_and_counts_nowhere() -> None:
    shy = {"scores": {LISTENS: 2, DECIDES: 2}, "texts": {}}
    result = published({"manager": [sheet_of(5)], "peer": [sheet_of(4), sheet_of(4), shy, shy]})
    assert figure(result, "peer", EXPLAINS) is None
    assert figure(result, "all", EXPLAINS) is None
    assert figure(result, "peer", TALK).mean == pytest.approx(3.0), "of the listening question alone"
    assert figure(result, "manager", EXPLAINS).mean == 5
    assert not [a for a in result.answers if (a.shown_as, a.question) == ("peer", EXPLAINS)]


def test_all_leaves_out_the_group_that_hides_a_question() -> None:
    shy = {"scores": {LISTENS: 1, DECIDES: 1}, "texts": {}}
    result = published({"peer": [sheet_of(4)] * 3, "report": [sheet_of(1), shy, shy]})
    assert (figure(result, "all", EXPLAINS).n, figure(result, "all", EXPLAINS).mean) == (3, 4.0)
    assert figure(result, "all", LISTENS).n == 6


def test_not_observed_and_points_off_the_scale_do_not_count() -> None:
    odd = {"scores": {LISTENS: "not_observed", EXPLAINS: 9, DECIDES: True, "strange": 3}, "texts": {}}
    result = published({"peer": [odd, *[sheet_of(4)] * 3]})
    assert {figure(result, "peer", key).n for key in (LISTENS, EXPLAINS, DECIDES)} == {3}


def test_a_question_for_some_groups_counts_for_those() -> None:
    form = snapshot((TALK, [question(LISTENS, asked_of=["report"]), question(EXPLAINS)]))
    result = published({"peer": [sheet_of(1)] * 3, "report": [sheet_of(4)] * 3}, form=form)
    assert figure(result, "peer", LISTENS) is None
    assert figure(result, "all", LISTENS).n == 3


def test_comments_of_colleagues_are_pooled_and_need_more_raters() -> None:
    groups = {"manager": [sheet_of(3, "from the lead")], "peer": [sheet_of(3, f"peer {n}") for n in range(3)], "report": [sheet_of(3, "report"), sheet_of(3), sheet_of(3)]}
    few = published(groups, comments=7)
    assert {a.text for a in few.answers if a.text} == {"from the lead"}
    enough = published(groups, comments=6)
    assert {(a.shown_as, a.text) for a in enough.answers if a.text} == {
        ("manager", "from the lead"), ("colleagues", "peer 0"), ("colleagues", "peer 1"), ("colleagues", "peer 2"), ("colleagues", "report"),
    }


def test_a_prompt_for_one_small_group_is_not_hidden_in_a_large_pool() -> None:
    form = snapshot((TALK, [question(LISTENS), question(KEEP, "prompt", asked_of=["report"]), question(CHANGE, "prompt")]))
    sheet = {"scores": {LISTENS: 3}, "texts": {KEEP: "only reports were asked this", CHANGE: "open to all"}}
    result = published({"peer": [sheet] * 4, "report": [sheet] * 3}, form=form)
    assert {a.question for a in result.answers if a.text} == {CHANGE}


def test_a_skipped_question_does_not_undo_the_mean_of_raters_who_answered_all() -> None:
    result = published({"peer": [sheet_of(s) for s in (2, 3, 5)]})
    whole = figure(result, "peer", TALK)
    assert whole.mean == pytest.approx(10 / 3)
    assert whole.low == 1.0
    assert whole.high == 5.0
    assert 0 <= whole.agreement <= 1


def test_intervals_are_rounded_outwards_and_stay_on_the_scale() -> None:
    result = published({"peer": [sheet_of(s) for s in (3, 4, 3, 4, 3, 4, 4)]})
    for row in result.figures:
        assert 1 <= row.low <= row.mean <= row.high <= 5
        assert math.isclose(row.low * 10, round(row.low * 10))


def test_one_person_has_no_interval_and_no_agreement() -> None:
    own = figure(published({"self": [sheet_of(4)]}), "self", DRIVE)
    assert (own.n, own.low, own.high, own.agreement) == (1, None, None, None)


def test_an_empty_form_publishes_the_numbers_asked() -> None:
    result = published({}, asked={"self": 1, "peer": 4}, form={"scale": {"points": []}, "sections": []})
    assert (result.answers, result.figures, len(result.groups)) == ([], [], 2)


# ---- nothing is had by subtraction: an exact solver over everything published


def coefficients(groups: Groups, form: dict, minimum: int) -> list[dict[tuple[str, int, str], Fraction]]:
    """Every published mean as a linear form in the colleagues' single answers, found by moving one answer at a time."""
    base = {(f.shown_as, f.of): f for f in published(groups, form=form, minimum=minimum).figures}
    rows: dict[tuple[str, str], dict[tuple[str, int, str], Fraction]] = {cell: {} for cell in base}
    for group, sheets in groups.items():
        if group in ("self", "manager"):
            continue  # attributed: known to everybody anyway
        for number, sheet in enumerate(sheets):
            for key, score in sheet["scores"].items():
                other = score % 5 + 1
                sheet["scores"][key] = other
                for f in published(groups, form=form, minimum=minimum).figures:
                    moved = (f.mean - base[f.shown_as, f.of].mean) / (other - score)
                    if abs(moved) > 1e-9:
                        rows[f.shown_as, f.of][group, number, key] = Fraction(moved).limit_denominator(5000)
                sheet["scores"][key] = score
    return [row for row in rows.values() if row]


def rank(rows: list[dict[Any, Fraction]], without: set[Any]) -> int:
    """Rank over a large prime field of the rows with some raters' columns struck out."""
    left = [{c: v.numerator * pow(v.denominator, -1, PRIME) % PRIME for c, v in row.items() if c[:2] not in without} for row in rows]
    found = 0
    while left:
        row = left.pop()
        if not row:
            continue
        found += 1
        column, value = next(iter(row.items()))
        inverse = pow(value, -1, PRIME)
        for other in left:
            if factor := other.get(column, 0) * inverse % PRIME:
                for c, v in row.items():
                    new = (other.get(c, 0) - factor * v) % PRIME
                    if new:
                        other[c] = new
                    else:
                        other.pop(c, None)
    return found


def derivable(rows: list[dict[Any, Fraction]], k: int) -> list[tuple[Any, ...]]:
    """Sets of fewer than k raters about whose answers alone some combination of the published figures speaks."""
    raters = sorted({column[:2] for row in rows for column in row})
    whole = rank(rows, set())
    return [few for size in range(1, k) for few in combinations(raters, size) if rank(rows, set(few)) < whole]


KEYS = (LISTENS, EXPLAINS, DECIDES)
SHEETS = st.builds(lambda scores: {"scores": scores, "texts": {}}, st.dictionaries(st.sampled_from(KEYS), st.integers(1, 5), max_size=3))


@settings(max_examples=200, deadline=None)
@given(
    peers=st.lists(SHEETS, max_size=6), reports=st.lists(SHEETS, max_size=5), others=st.lists(SHEETS, max_size=4),
    lead=st.lists(SHEETS, max_size=1), asked=st.sampled_from([(), ("peer",), ("peer", "manager"), ("report", "external")]),
)
def test_no_few_raters_are_derivable(peers: list, reports: list, others: list, lead: list, asked: tuple) -> None:
    """A08, A25: no sum or difference of published means speaks of fewer raters than the minimum."""
    form = snapshot((TALK, [question(LISTENS), question(EXPLAINS, asked_of=asked)]), (DRIVE, [question(DECIDES)]))
    groups = {"manager": lead, "peer": peers, "report": reports, "external": others}
    assert derivable(coefficients(groups, form, 3), 3) == []


def test_the_solver_finds_a_leak() -> None:
    """The control: means of raters' own means beside question means, with one rater who skipped a question."""
    a, b, c, d = (("peer", n) for n in range(4))
    one = Fraction(1)
    first = {(*r, LISTENS): one for r in (a, b, c, d)}
    second = {(*r, EXPLAINS): one for r in (a, b, c)}
    rater_means = {(*r, k): Fraction(1, 2) for r in (a, b, c) for k in (LISTENS, EXPLAINS)} | {(*d, LISTENS): one}
    assert derivable([first, second], 3) == []
    assert derivable([first, second, rater_means], 3) == [(d,), (a, d), (b, d), (c, d)]


def test_groups_are_kept_in_an_order_of_their_own() -> None:
    """That of the table of forms changes with every submission: the group of whoever was last stands last."""
    groups: Groups = {"self": [sheet_of(5)], "peer": [sheet_of(3)] * 3, "manager": [sheet_of(4)], "report": [sheet_of(2)] * 2}
    assert published(groups).groups == published(dict(reversed(groups.items()))).groups


def test_the_solver_finds_a_hidden_group_behind_a_total() -> None:
    """The control for “all” over a hidden group."""
    peers = {("peer", n, LISTENS): Fraction(1) for n in range(4)}
    everybody = peers | {("report", n, LISTENS): Fraction(1) for n in range(2)}
    assert (("report", 0), ("report", 1)) in derivable([peers, everybody], 3)


@settings(deadline=None)
@given(peers=st.lists(SHEETS, min_size=4, max_size=9), chance=st.randoms(use_true_random=False))
def test_the_order_of_sheets_is_not_in_the_last_digit(peers: list, chance: random.Random) -> None:
    mixed = chance.sample(peers, len(peers))
    assert published({"peer": peers}).figures == published({"peer": mixed}).figures
