"""Opening the submitted sheets of one subject, during the count and nowhere else. Worker only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import ngettext
from nacl.public import PrivateKey

from azimuth.access.verdict import Refused
from azimuth.ballots.earlier import NOTHING, Past
from azimuth.ballots.models import Box, SealedSheet
from azimuth.ballots.sheets import OpenSheet, Unreadable, unseal


class LostSheets(Refused):
    """Sheets that should be in the box are not, or are there and nobody's; counting on would lose answers silently."""


@dataclass(frozen=True, slots=True, repr=False)
class SubjectSheets:
    """Whose sheets belong to one subject: per group how many were asked, and the tickets of submitted sheets and drafts; what is shown already."""

    about: UUID
    invited: Mapping[str, int]
    submitted: Mapping[str, Sequence[UUID]]
    drafts: Sequence[UUID] = field(default=())
    past: Past = NOTHING

    @classmethod
    def gather(
        cls, about: UUID, asked: Iterable[tuple[str, UUID | None, bool]], *, unopened: Iterable[UUID] = (), past: Past = NOTHING
    ) -> SubjectSheets:
        """From one (group, ticket, whether submitted) per rater who was asked; what lies under `unopened` is destroyed like a draft."""
        invited: dict[str, int] = {}
        submitted: dict[str, list[UUID]] = {}
        drafts = list(unopened)
        for group, ticket, is_submitted in asked:
            invited[group] = invited.get(group, 0) + 1
            if ticket and is_submitted:
                submitted.setdefault(group, []).append(ticket)
            elif ticket:
                drafts.append(ticket)
        return cls(about, invited, submitted, drafts, past)

    @property
    def tickets(self) -> list[UUID]:
        """Every ticket of this subject."""
        return [*self.drafts, *(ticket for group in self.submitted.values() for ticket in group)]


def opened(box: Box, subject: SubjectSheets, key: PrivateKey, *, accept_lost: bool) -> Iterator[tuple[UUID, str, OpenSheet]]:
    """(holder, group, sheet) of every submitted sheet, in no order to rely on; drafts stay shut.

    Raises LostSheets at the end when some are missing or damaged, unless `accept_lost`.
    """
    group_of = {ticket: group for group, tickets in subject.submitted.items() for ticket in tickets}
    lost = len(group_of)
    for row in SealedSheet.objects.filter(box=box, ticket__in=list(group_of)):
        try:
            yield row.holder, group_of[row.ticket], unseal(row, key)
        except Unreadable:
            continue
        lost -= 1
    if lost and not accept_lost:
        raise LostSheets(
            ngettext(
                "%(lost)d submitted answer sheet is missing or damaged. Restore a backup made before the round closed, or count without it.",
                "%(lost)d submitted answer sheets are missing or damaged. Restore a backup made before the round closed, or count without them.",
                lost,
            ) % {"lost": lost}
        )
