"""The end of a box that is not counted: its sheets are destroyed unread, then its key. Worker only.

Killed at any point and run again it ends the same: sheets go in one transaction, the key after them, both at most once.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from azimuth.access.verdict import Refused
from azimuth.audit.actions import record
from azimuth.ballots.actions import start_of
from azimuth.ballots.counting import destroy_key, make_durable
from azimuth.ballots.models import Box, CountedGroup, CountedReliability, SealedSheet
from azimuth.ballots.row_security import counting


def discard_box(box: Box, *, on: date, with_sheets: Callable[[], None] | None = None) -> None:
    """Destroy every sheet of a closed box unread, and its key; `with_sheets()` runs in the sheets' transaction: there the
    owner forgets states and tickets of the raters.

    Raises Refused while the box is open, and once its count has begun. Refuses to run inside somebody's transaction
    (RuntimeError): the key would be gone before the sheets are.
    """
    with transaction.atomic(durable=True):
        fresh = Box.objects.select_for_update(no_key=True).get(pk=box.pk)
        if fresh.is_open:
            raise Refused(_("Answers are still being taken: close the round first."))
        if fresh.is_counted or _is_begun(fresh):
            raise Refused(_("The answers of this round are being counted already."))
        if not fresh.is_discarded:
            _destroy_sheets(fresh, on, with_sheets)
    destroy_key(fresh, on=on)


def _is_begun(box: Box) -> bool:
    """Whether the count has opened sheets: to measure, or for a subject."""
    return CountedReliability.objects.filter(box=box).exists() or CountedGroup.objects.filter(box=box).exists()


def _destroy_sheets(box: Box, on: date, with_sheets: Callable[[], None] | None) -> None:
    with counting(box):
        SealedSheet.objects.filter(box=box).delete()
        if with_sheets:
            with_sheets()
    box.discarded_on = on
    box.save(update_fields=["discarded_on"])
    record("ballots.discard", box, by=None, at=start_of(on))
    make_durable()
