"""Whether somebody has answered shows in no time, no size and no number of questions to the database (abuse A14)."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Sequence

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from azimuth.people.models import Person
from azimuth.reviews.models import Assignment, ReviewCycle, Subject
from tests.attacks.test_oracle import _undone
from tests.attacks.test_traces import fields, rater_and_form
from tests.cast import Cast

SignIn = Callable[[Person], Client]
TRIES, ROUNDS = 3, 20


def p_value(one: Sequence[float], other: Sequence[float], *, seed: int = 1) -> float:
    """How often shuffled labels differ in their medians as much as the true ones do."""
    chance, both = random.Random(seed), [*one, *other]
    seen = abs(statistics.median(one) - statistics.median(other))
    hits = 0
    for _ in range(999):
        chance.shuffle(both)
        hits += abs(statistics.median(both[: len(one)]) - statistics.median(both[len(one) :])) >= seen
    return (hits + 1) / 1000


def watched(cast: Cast, assignment: Assignment, as_person: SignIn) -> list[tuple[Client, str]]:
    """What the subject and HR look at again and again while they wait."""
    subject = Subject.objects.get(pk=assignment.subject_id)
    cycle = f"/reviews/cycles/{subject.cycle_id}/"
    return [
        (as_person(cast.ada), "/reviews/"), (as_person(cast.ada), f"/reviews/answer/{assignment.pk}/"), (as_person(cast.eve), f"{cycle}raters/{subject.pk}/"),
    ]


def test_waiting_takes_the_same_time_whoever_has_answered(launched: ReviewCycle, cast: Cast, as_person: SignIn) -> None:
    """A14: processor time of each page, taken in turns with and without Cleo's answer. By chance one page in a hundred differs; three times in a row none does."""
    rater, assignment = rater_and_form(launched)
    pages = watched(cast, assignment, as_person)
    suspects = list(range(len(pages)))
    for seed in range(TRIES):
        times: dict[tuple[int, bool], list[float]] = {}
        for turn in range(4):
            with _undone(launched):
                answers = turn % 2 == 1
                if answers:
                    as_person(rater).post(f"/reviews/answer/{assignment.pk}/", fields(launched) | {"submit": "1"})
                for number in suspects * ROUNDS if seed else suspects * (ROUNDS // 2):
                    client, path = pages[number]
                    began = time.process_time()
                    client.get(path)
                    times.setdefault((number, answers), []).append(time.process_time() - began)
        suspects = [number for number in suspects if p_value(times[number, False], times[number, True], seed=seed) <= 0.01]
        if not suspects:
            return
    pytest.fail(f"slower or quicker once somebody has answered: {[pages[number][1] for number in suspects]}")


def test_neither_size_nor_questions_tell(launched: ReviewCycle, cast: Cast, as_person: SignIn) -> None:
    """A14: the same bytes and the same number of statements."""
    rater, assignment = rater_and_form(launched)
    pages = watched(cast, assignment, as_person)

    def look() -> list[tuple[int, int]]:
        found = []
        for client, path in pages:
            client.get(path)
            with CaptureQueriesContext(connection) as asked:
                found.append((len(client.get(path).content), len(asked)))
        return found

    before = look()
    as_person(rater).post(f"/reviews/answer/{assignment.pk}/", fields(launched) | {"submit": "1"})
    assert look() == before


def test_the_judge_sees_a_millisecond() -> None:
    """The control: a page that took a millisecond more would be found, and noise alone would not."""
    chance = random.Random(3)
    quick, slow = ([0.01 + shift + abs(chance.gauss(0, 0.0005)) for _ in range(50)] for shift in (0, 0.001))
    assert p_value(quick, slow) <= 0.01
    assert p_value(quick, [0.01 + abs(chance.gauss(0, 0.0005)) for _ in range(50)]) > 0.01
