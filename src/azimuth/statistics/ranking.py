"""Strengths and priorities, with ties as ties: no topic is put before another that is not clearly lower."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from azimuth.statistics.intervals import Difference, recovered


@dataclass(frozen=True)
class Topic:
    """A competency's or an item's mean of others with its interval; no bounds means one rater."""

    name: str
    mean: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Tie:
    """Topics between which no clear difference was found; listed by name, which says nothing about rank."""

    names: tuple[str, ...]


@dataclass(frozen=True)
class Ranking:
    """The highest and the lowest topics in ties, from the outside in; both empty when nothing stands out."""

    strengths: tuple[Tie, ...]
    priorities: tuple[Tie, ...]

    @property
    def stands_out(self) -> bool:
        """Whether any topic is clearly above another."""
        return bool(self.strengths)


def rank(topics: Sequence[Topic], *, k: int = 3) -> Ranking:
    """The top and the bottom `k` topics, in ties that are never broken.

    A tie starts at the highest mean left and takes in every topic that is not clearly below it: the interval of their
    difference, recovered from the two intervals, includes zero. From below likewise. A topic tied with both ends belongs
    to neither. Ties are added whole, from both ends in turn, until `k` topics are reached (there may be more) or what is
    left between the ends is not clearly apart; when the highest of all is not clearly above the lowest, nothing stands
    out. The order of `topics` has no influence. Raises ValueError for a name given twice or k < 1.
    Source: `intervals.recovered`; whole ties instead of places are this house's rule.
    """
    if k < 1 or len({topic.name for topic in topics}) < len(topics):
        raise ValueError("Every topic once, and at least one of them.")
    strengths: list[Tie] = []
    priorities: list[Tie] = []
    left = set(topics)
    while left:
        highest, lowest = _level(left, top=True), _level(left, top=False)
        if lowest & _ends(left, top=True) or (_size(strengths) >= k and _size(priorities) >= k):
            break
        for ties, level in ((strengths, highest - lowest), (priorities, lowest - highest)):
            if _size(ties) < k:
                ties.append(Tie(tuple(sorted(topic.name for topic in level))))
        left -= highest | lowest
    return Ranking(tuple(strengths), tuple(priorities))


def _size(ties: list[Tie]) -> int:
    return sum(len(tie.names) for tie in ties)


def _ends(topics: set[Topic], *, top: bool) -> set[Topic]:
    """The topics at the highest (or lowest) mean."""
    edge = (max if top else min)(topic.mean for topic in topics)
    return {topic for topic in topics if topic.mean == edge}


def _level(topics: set[Topic], *, top: bool) -> set[Topic]:
    """The topics tied with the highest (or lowest) mean; where several share that mean, tied with any of them."""
    ends = _ends(topics, top=top)
    return {topic for topic in topics if any(not _differ(topic, end) for end in ends)}


def _differ(one: Topic, other: Topic) -> bool:
    """Whether the difference of two topics is clear of zero."""
    if one.low is None or one.high is None or other.low is None or other.high is None:
        return False
    difference: Difference = recovered((one.mean, one.low, one.high), (other.mean, other.low, other.high))
    return difference.excludes_zero
