"""Nothing about few raters follows from two reports about the same subject, whoever of those asked may have answered the first."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import combinations, product
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from azimuth.ballots.disclosure import ATTRIBUTED, roll_up
from azimuth.ballots.earlier import EarlierCell, Past, cells_of, too_near
from azimuth.ballots.publishing import Published, publish
from azimuth.ballots.sheets import OpenSheet
from azimuth.statistics.derivability import derive
from tests.ballots.rounds import DECIDES, EXPLAINS, LISTENS, snapshot

KEYS = (LISTENS, EXPLAINS, DECIDES)
Answered = dict[str, list[int]]


def key(rater: int) -> UUID:
    return UUID(int=rater + 1)


def people(*raters: int) -> frozenset[UUID]:
    return frozenset(key(rater) for rater in raters)


def report(answered: Answered, asked: Answered, *, past: Past | None = None, minimum: int = 3, skip: dict[int, str] | None = None) -> Published:
    """Who answers gives every question the same score, but what they skip."""
    opened = {
        group: [OpenSheet(1, {k: 1 + rater % 5 for k in KEYS if k != (skip or {}).get(rater)}, {}, key(rater)) for rater in raters]
        for group, raters in answered.items()
    }
    invited = {group: len(raters) for group, raters in asked.items()}
    return publish(opened, invited, snapshot(), minimum=minimum, comment_minimum=3, past=past or Past())


def shown(result: Published, of: str = LISTENS) -> dict[str, int]:
    """Under which names colleagues' figures for a question are shown, over how many."""
    return {f.shown_as: f.n for f in result.figures if f.of == of and f.shown_as not in (*ATTRIBUTED, "all")}


def past_of(result: Published, asked: Answered) -> Past:
    """What the next count is told."""
    cells = cells_of(
        {g.group: g.shown_as for g in result.groups}, [(group, key(rater)) for group, raters in asked.items() for rater in raters],
        [(f.of, f.shown_as, f.n) for f in result.figures if f.of in KEYS],
    )
    return Past({question: [of] for question, of in cells.items()}, 3)


# ---- the rule


@pytest.mark.parametrize(("now", "answered", "asked", "near"), [
    (range(4), 3, range(6), True),      # one more, three of whom may be the three of then
    (range(5), 3, range(6), True),
    (range(6), 3, range(6), False),     # three more are a group of their own
    (range(3), 3, range(6), False),     # as many: the same people, or others in both directions
    (range(3), 4, range(6), True),      # one fewer, all of whom were asked
    (range(2, 6), 3, range(4), False),  # only two of now were asked: they cannot be the three of then
    (range(3, 9), 7, range(8), False),  # one fewer, but one of now was not asked: a difference in both directions
])
def test_one_group_beside_one(now: Sequence[int], answered: int, asked: Sequence[int], near: bool) -> None:
    assert bool(too_near({"peer": people(*now)}, [[EarlierCell(people(*asked), answered)]], k=3)) is near


def test_groups_together_count_too() -> None:
    """Peers and reports changed places, and one more came: no group alone is near, both together are."""
    then = [EarlierCell(people(0, 1, 2, 3), 4), EarlierCell(people(4, 5, 6), 3)]
    now = {"peer": people(1, 2, 3, 4), "report": people(0, 5, 6, 7)}
    assert too_near({"peer": now["peer"]}, [then], k=3) == set()
    assert too_near(now, [then], k=3) == {"peer", "report"}


def test_beside_two_earlier_cycles_only_strangers_are_shown() -> None:
    then = [[EarlierCell(people(0, 1, 2), 3)], [EarlierCell(people(3, 4, 5), 3)]]
    assert too_near({"peer": people(0, 6, 7, 8)}, then, k=3) == {"peer"}
    assert too_near({"peer": people(6, 7, 8)}, then, k=3) == set()


def test_a_group_told_to_merge_merges() -> None:
    assert roll_up({"peer": 5, "report": 4, "external": 3}, minimum=3, unsafe={"report"}).shown_as == {
        "peer": "peer", "report": "colleagues", "external": "external",
    }


# ---- in a report


FOUR = {"peer": [0, 1, 2, 3], "report": [4, 5, 6, 7]}


def test_a_group_with_one_more_is_merged_and_then_hidden() -> None:
    before = report(FOUR, FOUR)
    more = {**FOUR, "peer": [0, 1, 2, 3, 8]}
    now = report(more, more, past=past_of(before, FOUR))
    assert shown(now) == {}
    assert {g.group: (g.shown_as, g.why) for g in now.groups} == {"peer": ("", "near_earlier"), "report": ("", "near_earlier")}


def test_the_same_again_is_shown_again() -> None:
    assert shown(report(FOUR, FOUR, past=past_of(report(FOUR, FOUR), FOUR))) == {"peer": 4, "report": 4}


def test_groups_that_differ_by_few_each_are_safe_merged() -> None:
    before = report(FOUR, FOUR)
    more = {"peer": [0, 1, 2, 3, 8, 9], "report": [4, 5, 6, 7, 10, 11]}
    assert shown(report(more, more, past=past_of(before, FOUR))) == {"colleagues": 12}, "four more together"


def test_only_the_question_that_is_near_goes() -> None:
    peers = {"peer": [0, 1, 2, 3]}
    before = report(peers, peers, skip={3: EXPLAINS})
    now = report(peers, peers, past=past_of(before, peers))
    assert (shown(now, LISTENS), shown(now, EXPLAINS), shown(now, DECIDES)) == ({"peer": 4}, {}, {"peer": 4})
    assert not [a for a in now.answers if a.question == EXPLAINS]
    assert not [f for f in now.figures if f.of == EXPLAINS]


def test_self_and_lead_stay() -> None:
    asked = {"self": [20], "manager": [21], "peer": [0, 1, 2]}
    more = {**asked, "peer": [0, 1, 2, 3]}
    now = report(more, more, past=past_of(report(asked, asked), asked))
    assert {a.shown_as for a in now.answers} == {"self", "manager"}


# ---- whoever may have answered


def could_be(cells: Sequence[EarlierCell]) -> Iterator[list[frozenset[UUID]]]:
    """Every choice of who answered, figure by figure."""
    for chosen in product(*(combinations(sorted(cell.asked), cell.answered) for cell in cells)):
        yield [frozenset(who) for who in chosen]


def behind(result: Published, answered: Answered, skip: dict[int, str], question: str) -> list[frozenset[UUID]]:
    """Who stands behind each figure of colleagues to one question."""
    as_shown = {group.group: group.shown_as for group in result.groups}
    gave = {name: frozenset(key(r) for g, raters in answered.items() if as_shown[g] == name for r in raters if skip.get(r) != question) for name in shown(result, question)}
    assert {name: len(who) for name, who in gave.items()} == shown(result, question)
    return list(gave.values())


def pair_of(seed: int) -> tuple[Answered, Answered, Answered, Answered, dict[int, str], dict[int, str]]:
    """Who was asked and answered then, and now: mostly the same people; and who skipped what."""
    chance = random.Random(seed)
    groups = ("peer", "report", "external")[: chance.randint(1, 3)]
    home = {rater: chance.choice(groups) for rater in range(chance.randint(4, 9))}
    moved = {rater: chance.choice(groups) if chance.random() < 0.1 else group for rater, group in home.items()}
    moved |= {rater: chance.choice(groups) for rater in range(20, 20 + chance.choice((0, 1, 1, 2, 4)))}
    return (*_asked(home, chance, 0.85), *_asked(moved, chance, 0.95), _skips(home, chance), _skips(moved, chance))


def _asked(home: dict[int, str], chance: random.Random, share: float) -> tuple[Answered, Answered]:
    asked: Answered = {}
    for rater, group in home.items():
        asked.setdefault(group, []).append(rater)
    return asked, {group: [rater for rater in raters if chance.random() < share] for group, raters in asked.items()}


def _skips(home: dict[int, str], chance: random.Random) -> dict[int, str]:
    return {rater: chance.choice(KEYS) for rater in home if chance.random() < 0.1}


def leaks(seed: int, *, knows_past: bool) -> tuple[bool, int]:
    """Whether, for some choice of who answered then, the total of few follows; and in how many choices both reports showed something."""
    asked_then, then, asked_now, now, skipped_then, skipped_now = pair_of(seed)
    past = past_of(report(then, asked_then, skip=skipped_then), asked_then)
    after = report(now, asked_now, past=past if knows_past else None, skip=skipped_now)
    tried = 0
    for question in set(KEYS) & set(past.cells):
        told = behind(after, now, skipped_now, question)
        for chosen in could_be(past.cells[question][0]) if told else ():
            tried += 1
            if follows(frozenset((*told, *chosen))):
                return True, tried
    return False, tried


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 2**32))
def test_no_few_raters_follow_from_two_reports(seed: int) -> None:
    assert not leaks(seed, knows_past=True)[0]


def test_that_is_said_of_many_pairs_and_would_be_seen() -> None:
    """The control: the same pairs, published as if there had been no first report."""
    pairs = [(leaks(seed, knows_past=True)[1], leaks(seed, knows_past=False)[0]) for seed in range(150)]
    assert sum(tried > 0 for tried, _leaks in pairs) > 30
    assert sum(is_leaky for _tried, is_leaky in pairs) > 60


@lru_cache(maxsize=10_000)
def follows(rows: frozenset[frozenset[UUID]]) -> bool:
    """Whether a total of fewer than three does."""
    everybody = sorted(frozenset().union(*rows))
    return bool(derive(np.array([[who in row for who in everybody] for row in rows], dtype=np.int64), k=3))
