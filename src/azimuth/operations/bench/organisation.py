"""An organisation and the figures one would like to publish about it, as memberships: who would be in which figure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

REPORTS = (5, 10)                    # direct reports of one head: at least, and fewer than
VALUES = (2, 5, 4, 3, 6, 5)          # how many values each of six attributes has
SKEW = 0.6                           # each value is so much as common as the one before
RESPONSE = 0.78


@dataclass(frozen=True)
class Wanted:
    """`cells`: (figures, people who answered) in 0 and 1; `cuts`: which of them are cuts by an attribute."""

    cells: npt.NDArray[np.bool_]
    cuts: npt.NDArray[np.bool_]


def wanted(people: int, *, seed: int, least: int = 5, cuts_from: int = 50) -> Wanted:
    """Totals of everybody below each head and of the direct team, and cuts of those by six attributes.

    A total has at least `least` who answered, a cut also, and it is made only where `cuts_from` or more answered.
    """
    random = np.random.default_rng(seed)
    head = _heads(people, random)
    attributes = [random.choice(number, people, p=_skewed(number)) for number in VALUES]
    answered = random.random(people) < RESPONSE
    nodes = [node[answered] for node in _nodes(head)]
    nodes = [node for node in nodes if node.sum() >= least]
    values = [(codes == value)[answered] for codes in attributes for value in range(codes.max() + 1)]
    cuts = [node & value for node in nodes if node.sum() >= cuts_from for value in values]
    cuts = [cut for cut in cuts if cut.sum() >= least]
    return Wanted(np.array([*nodes, *cuts]), np.repeat([False, True], [len(nodes), len(cuts)]))


def _heads(people: int, random: np.random.Generator) -> npt.NDArray[np.int64]:
    """The head of each person, level by level; the first has none (-1)."""
    head = np.full(people, -1, dtype=np.int64)
    taken = 1
    for person in range(people):
        reports = int(random.integers(*REPORTS))
        head[taken : taken + reports] = person
        taken += reports
        if taken >= people:
            break
    return head


def _nodes(head: npt.NDArray[np.int64]) -> list[npt.NDArray[np.bool_]]:
    """For each head, everybody below; and the direct reports alone where there are others."""
    below = np.eye(len(head), dtype=bool)
    for person in range(len(head) - 1, 0, -1):
        below[head[person]] |= below[person]
    np.fill_diagonal(below, val=False)
    heads = np.unique(head[1:])
    return [*below[heads], *(head == one for one in heads if below[one].sum() > (head == one).sum())]


def _skewed(number: int) -> npt.NDArray[np.float64]:
    shares = SKEW ** np.arange(number)
    return shares / shares.sum()
