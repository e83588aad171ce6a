"""The judge of the linking attack: a leak is seen, luck is not mistaken for one."""

from __future__ import annotations

import random
import uuid

import pytest

from azimuth.operations.linking.scoring import Unit, score
from azimuth.operations.linking.strategies import AnswerClue, RaterClue, predict


def crowd(seed: int, *, units: int = 40, size: int = 6, points: int = 0) -> list[Unit]:
    """Units whose answers lie in the order their raters came in; with `points`, scores that repeat."""
    chance = random.Random(seed)
    made = []
    for _ in range(units):
        raters = tuple(str(uuid.UUID(int=chance.getrandbits(128))) for _ in range(size))
        gave = tuple(chance.randrange(points) if points else f"text {chance.random()}" for _ in raters)
        answers = tuple(str(uuid.UUID(int=chance.getrandbits(128))) for _ in raters)
        made.append(Unit(str(uuid.UUID(int=chance.getrandbits(128))), "q", "peer", answers, gave, raters, gave))
    return made


def clues(units: list[Unit], seed: int, *, leak: bool) -> tuple[list[AnswerClue], list[RaterClue]]:
    """A pile of noise, and with `leak` one clue that gives the order away."""
    chance = random.Random(seed)
    answers = [AnswerClue(f"noise {n}", "noise", {key: chance.random() for unit in units for key in unit.answers}) for n in range(8)]
    raters = [RaterClue(f"noise {n}", "none", in_general={key: [chance.random()] for unit in units for key in unit.raters}) for n in range(30)]
    if leak:
        answers.append(AnswerClue("xmin", "xmin", {key: place for unit in units for place, key in enumerate(unit.answers)}))
        raters.append(RaterClue("arrival", "xmin", about={(unit.about, key): [place] for unit in units for place, key in enumerate(unit.raters)}))
    return answers, raters


@pytest.mark.parametrize("points", [0, 5])
def test_a_leak_among_much_noise_is_found(points: int) -> None:
    units = crowd(1, points=points)
    names, predictions = predict(units, *clues(units, 2, leak=True), seed=3)
    found = score(units, names, predictions, seed=4, rounds=199)
    assert found.accuracy == 1.0
    assert found.p_value == 1 / 200
    assert "xmin" in found.strategy


@pytest.mark.parametrize("points", [0, 5])
def test_luck_is_not_taken_for_skill(points: int) -> None:
    """Of forty honest crowds about one in a hundred may look guilty; a test that forgot the many tries would convict nearly all."""
    guilty = 0
    for seed in range(40):
        units = crowd(seed, units=12, points=points)
        found = score(units, *predict(units, *clues(units, seed, leak=False), seed=seed), seed=seed, rounds=199)
        assert found.accuracy > found.chance, "the best of many tries looks better than chance"
        guilty += found.p_value <= 0.01
    assert guilty <= 3


def test_chance_counts_doubles() -> None:
    unit = Unit("a", "q", "peer", ("1", "2", "3", "4"), (5, 5, 5, 1), ("w", "x", "y", "z"), (5, 1, 5, 5))
    assert unit.chance == (9 + 1) / 4


def test_equal_values_are_joined_whatever_their_order() -> None:
    units = crowd(7, units=20)
    chance = random.Random(8)
    moment = {key: chance.random() for unit in units for key in unit.answers}
    answers = [AnswerClue("time", "time", moment)]
    raters = [RaterClue("time", "time", about={
        (unit.about, rater): [chance.random(), moment[key]] for unit in units for rater, key in zip(unit.raters, unit.answers, strict=True)
    })]
    found = score(units, *predict(units, answers, raters, seed=1), seed=1, rounds=99)
    assert found.accuracy > 0.95
    assert "nearest" in found.strategy


def test_without_any_clue_there_is_only_the_lot() -> None:
    units = crowd(9)
    names, predictions = predict(units, [], [], seed=1)
    assert names == ["by lot"]
    assert score(units, names, predictions, seed=1, rounds=99).p_value > 0.01


def test_nothing_to_score_is_said() -> None:
    with pytest.raises(ValueError, match="Nothing to score"):
        score([], [], predict(crowd(1), [], [], seed=1)[1], seed=1)
