"""What cycles that close near this one show of the same subjects already, from what is counted and who was asked. Worker only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from azimuth.ballots.disclosure import NEAR
from azimuth.ballots.earlier import EarlierCell, Past, cells_of
from azimuth.ballots.models import CountedFigure, CountedGroup
from azimuth.reviews import overlap
from azimuth.reviews.models import Assignment, ExternalRater, ReviewCycle

Cells = Mapping[UUID, Mapping[str, Sequence[EarlierCell]]]


def near(cycle: ReviewCycle) -> list[ReviewCycle]:
    """Other cycles whose boxes closed within NEAR of this one's, and that asked some of the same on the same scale."""
    if cycle.box is None or cycle.box.closed_on is None:
        return []
    day = cycle.box.closed_on
    others = ReviewCycle.objects.exclude(pk=cycle.pk).filter(box__closed_on__range=(day - NEAR, day + NEAR), box__discarded_on=None)
    return [other for other in others.select_related("box").order_by("pk") if overlap.of(cycle.snapshot, other.snapshot).can_compare]


def pasts(cycle: ReviewCycle, others: Sequence[ReviewCycle], people: Sequence[UUID]) -> dict[UUID, Past]:
    """For each of these subjects of whom colleagues' figures are shown in other cycles: those figures. Four queries a cycle."""
    found: dict[UUID, dict[str, list[Sequence[EarlierCell]]]] = defaultdict(lambda: defaultdict(list))
    minimum: dict[UUID, int] = defaultdict(int)
    for other in others:
        same = overlap.of(cycle.snapshot, other.snapshot).same
        for about, cells in _cells(other, people, _outsiders(cycle)).items():
            minimum[about] = max(minimum[about], other.minimum)
            for now, then in same.items():
                if then in cells:
                    found[about][now].append(cells[then])
    return {about: Past(cells, minimum[about]) for about, cells in found.items()}


def _cells(other: ReviewCycle, people: Sequence[UUID], outsiders: Mapping[str, UUID]) -> Cells:
    """Per subject and item of the other cycle, the figures of colleagues it shows."""
    shown_as: dict[UUID, dict[str, str]] = defaultdict(dict)
    for about, group, name in CountedGroup.objects.filter(box=other.box, about__in=people).values_list("about_id", "group", "shown_as"):
        shown_as[about][group] = name
    asked: dict[UUID, list[tuple[str, UUID]]] = defaultdict(list)
    rows = Assignment.objects.asked().filter(subject__cycle=other, subject__person__in=people)
    for about, group, rater, external, email in rows.values_list("subject__person_id", "group", "rater_id", "external_id", "external__email"):
        asked[about].append((group, rater or outsiders.get((email or "").lower(), external)))
    figures: dict[UUID, list[tuple[str, str, int]]] = defaultdict(list)
    for about, of, name, n in CountedFigure.objects.filter(box=other.box, about__in=people).values_list("about_id", "of", "shown_as", "n"):
        figures[about].append((str(of), name, n))
    return {about: cells_of(shown_as[about], asked[about], figures[about]) for about in shown_as}


def _outsiders(cycle: ReviewCycle) -> Mapping[str, UUID]:
    """Raters from outside by address: each cycle knows them by a key of its own."""
    return {email.lower(): key for key, email in ExternalRater.objects.filter(cycle=cycle).values_list("pk", "email")}
