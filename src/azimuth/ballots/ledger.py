"""The release ledger: which groups of subjects may be shown beside all that were shown before, and why. Worker only.

Who is in which group decides, never what anybody answered (statistics.suppression). Cycles that close within NEAR of each other are
taken to have got the same answers (ADR 0039): what one shows counts as an earlier release in the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import numpy as np
from scipy import sparse

from azimuth.ballots.disclosure import NEAR
from azimuth.ballots.models import Box, ReleaseDecision
from azimuth.statistics.manifest import Manifest
from azimuth.statistics.suppression import holds, suppress

Group = frozenset[UUID]


@dataclass(frozen=True)
class Decision:
    """Which groups are shown, with everybody in them and in earlier ones in a fixed order, and the manifest."""

    people: Sequence[UUID]
    shown: Sequence[bool]
    manifest: dict[str, Any]


def decide(groups: Sequence[Group], *, earlier: Sequence[Group], k: int) -> Decision:
    """Show as many as may be shown, large ones first: no fewer than `k` people's total follows from them and the `earlier` ones."""
    people = sorted(frozenset().union(*groups, *earlier))
    place = {person: number for number, person in enumerate(people)}
    weights = [max(1, len(group)) for group in groups]
    release = suppress(_table(groups, place), k=k, weights=weights, released=_table(earlier, place))
    return Decision(people, release.shown.tolist(), release.manifest.row)


def keep(box: Box, decision: Decision, groups: Sequence[Group], *, variables: Sequence[tuple[str, str]], earlier: Iterable[ReleaseDecision], on: date) -> None:
    """Write a decision into the ledger, with all it takes to check it."""
    place = {person: number for number, person in enumerate(decision.people)}
    ReleaseDecision.objects.create(
        box=box, variables=[list(variable) for variable in variables], people=decision.people, manifest=decision.manifest, decided_on=on,
        cells=[sorted(place[person] for person in group) for group in groups], earlier=[kept.pk for kept in earlier],
    )


def near(box: Box) -> list[ReleaseDecision]:
    """What other boxes show that closed within NEAR of this one. Ask within `counting.alone`."""
    if box.closed_on is None:
        raise ValueError("Nothing is released of an open box.")
    others = ReleaseDecision.objects.exclude(box=box).filter(box__closed_on__range=(box.closed_on - NEAR, box.closed_on + NEAR))
    return list(others.order_by("pk"))


def is_true(decision: ReleaseDecision) -> bool:
    """Whether a decision in the ledger still follows from what it names: an audit anew, with other random vectors."""
    earlier = [group for kept in ReleaseDecision.objects.filter(pk__in=decision.earlier).order_by("pk") for group in kept.shown]
    place = {person: number for number, person in enumerate(decision.people)}
    groups = [frozenset(decision.people[number] for number in cell) for cell in decision.cells]
    plain: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in decision.manifest.items()}
    return holds(Manifest(**plain), _table(groups, place), released=_table(earlier, place))


def _table(groups: Sequence[Group], place: dict[UUID, int]) -> sparse.csr_array:
    """(groups, people): one for each who is in it."""
    rows = [number for number, group in enumerate(groups) for _person in group]
    columns = [place[person] for group in groups for person in sorted(group)]
    return sparse.csr_array((np.ones(len(rows), dtype=np.int64), (rows, columns)), shape=(len(groups), len(place)))
