"""The deeds around a box: open it, save a sheet into it, close it. Counting is the worker's (counting.py)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _
from nacl.public import PrivateKey

from azimuth.access.verdict import Denied, Refused
from azimuth.audit.actions import record
from azimuth.ballots import vault
from azimuth.ballots.models import Box, Holder
from azimuth.ballots.policies import can_answer
from azimuth.ballots.queries import read_sheet
from azimuth.ballots.row_security import as_holder
from azimuth.ballots.sheets import OpenSheet, seal
from azimuth.people.models import Person

_INSERT = """
insert into ballots_sealedsheet (ticket, box_id, holder_id, version, blob) values (%s, %s, %s, 1, %s)
on conflict (ticket) do nothing returning version
"""
_UPDATE = "update ballots_sealedsheet set blob = %s, version = version + 1 where ticket = %s and box_id = %s and version = %s returning version"


class StaleSheet(Refused):
    """Another tab or device saved in between; `current` is what is stored now, so that both can be shown."""

    def __init__(self, current: OpenSheet) -> None:
        super().__init__(_("This form was saved in another window or on another device in the meantime. Both versions are below: keep what is right, then save again."))
        self.current = current


def open_box(
    *, purpose: str, readers: Iterable[str], minimum: int, comment_minimum: int, sheet_size: int, closes_at: datetime,
    by: Person | None, on: date,
) -> Box:
    """Make a box with a new key pair; from here on what was promised can only be tightened.

    The private key is on the vault's disk before the box exists: a crash in between leaves a key without a box, never
    a box without a key. `sheet_size` comes from sheets.sheet_size_for(snapshot).
    """
    key, box_id = PrivateKey.generate(), uuid.uuid4()
    vault.store(box_id, key)
    with transaction.atomic():
        box = Box.objects.create(
            id=box_id, purpose=purpose, readers=sorted(readers), minimum=minimum, comment_minimum=comment_minimum,
            sheet_size=sheet_size, public_key=bytes(key.public_key), closes_at=closes_at, opened_on=on,
        )
        record("ballots.open", box, by=by, at=start_of(on), purpose=purpose, readers=box.readers, minimum=minimum, comment_minimum=comment_minimum)
    return box


def save_sheet(box: Box, ticket: uuid.UUID, sheet: Mapping[str, Any], *, by: Holder, seen: int | None) -> int:
    """Seal and store a sheet, draft or final alike; returns its new version.

    `seen` is the version `by` last read, None when there was none. Raises Denied (closed, or no key), StaleSheet and
    SheetTooLong. Writes no audit row and tells nobody: the moment of saving must not be found anywhere.
    """
    with as_holder(by):
        _hold_open(box)
        can_answer(Box.objects.get(pk=box.pk)).enforce()
        blob = seal(box, ticket, by.pk, sheet)
        version = _store(box, ticket, by, blob, seen)
    if version is not None:
        return version
    current = read_sheet(box, ticket, by=by)
    if current is None:
        raise Denied(_("This form is not yours to fill in."))
    raise StaleSheet(current)


def close_box(box: Box, *, by: Person | None, on: date) -> Box:
    """Close a box for good; waits for sheets being saved at this moment. Closing twice is closing once."""
    with transaction.atomic():
        _hold_closed(box)
        fresh = Box.objects.select_for_update().get(pk=box.pk)
        if fresh.is_open:
            fresh.closed_on = on
            fresh.save(update_fields=["closed_on"])
            record("ballots.close", fresh, by=by, at=start_of(on))
    return fresh


def extend_box(box: Box, *, closes_at: datetime, by: Person | None, on: date) -> Box:
    """Move the deadline later, while the box is open: the one promise that may move, because it opens nothing to anybody."""
    with transaction.atomic():
        fresh = Box.objects.select_for_update().get(pk=box.pk)
        if not fresh.is_open or closes_at < fresh.closes_at:
            raise Refused(_("The deadline can only be moved later, and only while answers are still taken."))
        fresh.closes_at = closes_at
        fresh.save(update_fields=["closes_at"])
        record("ballots.extend", fresh, by=by, at=start_of(on), closes_on=closes_at.date().isoformat())
    return fresh


def start_of(day: date) -> datetime:
    """The day as audit wants it: nothing in this path is known finer."""
    return datetime.combine(day, time.min, tzinfo=UTC)


def _store(box: Box, ticket: uuid.UUID, by: Holder, blob: bytes, seen: int | None) -> int | None:
    """The new version, or None when something else is stored than was seen."""
    with connection.cursor() as cursor:
        if seen is not None:
            cursor.execute(_UPDATE, [blob, ticket, box.pk, seen])
            if row := cursor.fetchone():
                return row[0]
        cursor.execute(_INSERT, [ticket, box.pk, by.pk, blob])
        row = cursor.fetchone()
    return row[0] if row else None


def _hold_open(box: Box) -> None:
    """Savers share a lock that closing takes alone: an acknowledged sheet is never left out of the count."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock_shared(%s)", [_lock(box)])


def _hold_closed(box: Box) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [_lock(box)])


def _lock(box: Box) -> int:
    return int.from_bytes(box.pk.bytes[:8], signed=True)
