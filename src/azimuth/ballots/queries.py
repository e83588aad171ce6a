"""What a box answers: a rater's own sheet, and nothing else before the count."""

from __future__ import annotations

from uuid import UUID

from azimuth.ballots import vault
from azimuth.ballots.models import Box, Holder, SealedSheet
from azimuth.ballots.row_security import as_holder
from azimuth.ballots.sheets import OpenSheet, unseal


def read_sheet(box: Box, ticket: UUID, *, by: Holder) -> OpenSheet | None:
    """The sheet `by` keeps under this ticket, None when there is none (or it is somebody else's).

    Raises vault.KeyMissing without the box's key, sheets.Unreadable when the row was tampered with.
    """
    with as_holder(by):
        row = SealedSheet.objects.filter(box=box, ticket=ticket).first()
    return unseal(row, vault.read(box)) if row else None
