"""Strengths and priorities: clear ones stand out, ties stay ties, order never matters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azimuth.statistics.ranking import Ranking, Tie, Topic, rank


def topic(name: str, mean: float, half: float = 0.1) -> Topic:
    return Topic(name, mean, mean - half, mean + half)


@st.composite
def topic_lists(draw: st.DrawFn) -> list[Topic]:
    found = []
    for number in range(draw(st.integers(0, 9))):
        mean = draw(st.integers(4, 20)) / 4
        half = draw(st.sampled_from([None, 0.0, 0.1, 0.4, 1.0]))
        bounds = (None, None) if half is None else (max(1, mean - half), min(5, mean + half))
        found.append(Topic(f"t{number}", mean, *bounds))
    return found


def test_clear_differences_rank_from_both_ends_in_turn() -> None:
    topics = [topic(name, mean) for name, mean in zip("abcdef", (5, 4.5, 4, 3.5, 3, 2.5), strict=True)]
    assert rank(topics, k=2) == Ranking((Tie(("a",)), Tie(("b",))), (Tie(("f",)), Tie(("e",))))
    assert rank(topics[:4], k=3) == Ranking((Tie(("a",)), Tie(("b",))), (Tie(("d",)), Tie(("c",))))
    assert rank(topics[:3], k=3) == Ranking((Tie(("a",)),), (Tie(("c",)),))


def test_a_tie_is_never_broken_even_beyond_k() -> None:
    topics = [topic("d", 4.5), topic("c", 4.4), topic("b", 4.45), topic("a", 4.5), topic("z", 2)]
    found = rank(topics, k=2)
    assert found == Ranking((Tie(("a", "b", "c", "d")),), (Tie(("z",)),))
    assert found.stands_out


def test_strengths_stop_at_k_while_priorities_go_on() -> None:
    topics = [topic("a", 5), topic("b", 5), topic("x", 2), topic("y", 1), topic("m", 3), topic("n", 4)]
    assert rank(topics, k=2) == Ranking((Tie(("a", "b")),), (Tie(("y",)), Tie(("x",))))


def test_priorities_stop_at_k_while_strengths_go_on() -> None:
    topics = [topic("a", 5), topic("b", 4), topic("x", 1), topic("y", 1)]
    assert rank([*topics, topic("m", 3)], k=2) == Ranking((Tie(("a",)), Tie(("b",))), (Tie(("x", "y")),))


def test_nothing_stands_out_where_the_ends_are_not_apart() -> None:
    found = rank([topic("a", 4, 0.5), topic("b", 3.8, 0.5), topic("c", 3.6, 0.5)])
    assert found == Ranking((), ())
    assert not found.stands_out


def test_tied_with_both_ends_is_neither() -> None:
    found = rank([topic("a", 4.5, 0.2), topic("wide", 3.5, 1.5), topic("z", 2.5, 0.2)])
    assert found == Ranking((Tie(("a",)),), (Tie(("z",)),))


def test_one_rater_is_never_clear() -> None:
    assert rank([Topic("a", 5), Topic("b", 1)]) == Ranking((), ())


def test_equal_means_are_equal_whatever_their_intervals() -> None:
    found = rank(
        [topic("sure", 4.5, 0.01), topic("unsure", 4.5, 0.6), topic("near", 4.2, 0.1), topic("low", 2)]
    )
    assert found.strengths == (Tie(("near", "sure", "unsure")),)


def test_nothing_to_rank() -> None:
    assert rank([]) == Ranking((), ())


@pytest.mark.parametrize(("topics", "k"), [([topic("a", 1)], 0), ([topic("a", 1), topic("a", 2)], 3)])
def test_nonsense_is_refused(topics: list[Topic], k: int) -> None:
    with pytest.raises(ValueError, match="once"):
        rank(topics, k=k)


@given(topic_lists(), st.randoms(use_true_random=False), st.integers(1, 4))
def test_order_changes_nothing(topics: list[Topic], random: object, k: int) -> None:
    shuffled = list(topics)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert rank(shuffled, k=k) == rank(topics, k=k)


@given(topic_lists(), st.integers(1, 4))
def test_turning_the_scale_swaps_strengths_and_priorities(topics: list[Topic], k: int) -> None:
    turned = [
        Topic(
            t.name, 6 - t.mean, None if t.high is None else 6 - t.high, None if t.low is None else 6 - t.low
        )
        for t in topics
    ]
    found, back = rank(topics, k=k), rank(turned, k=k)
    assert (back.strengths, back.priorities) == (found.priorities, found.strengths)


@given(topic_lists(), st.integers(1, 4))
def test_every_topic_is_named_once_and_equals_stand_together(topics: list[Topic], k: int) -> None:
    found = rank(topics, k=k)
    places = {
        name: (side, i)
        for side in ("strengths", "priorities")
        for i, tie in enumerate(getattr(found, side))
        for name in tie.names
    }
    assert len(places) == sum(len(tie.names) for tie in found.strengths + found.priorities)
    assert all(tie.names for tie in found.strengths + found.priorities)
    for one in topics:
        for other in topics:
            if (one.mean, one.low, one.high) == (other.mean, other.low, other.high):
                assert places.get(one.name) == places.get(other.name)
            if one.mean > other.mean and one.name in places and other.name in places:
                assert not (places[one.name][0] == "priorities" and places[other.name][0] == "strengths")
