"""Answers about the log: is the chain whole, and the log as a file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection
from django.db.models import QuerySet

from azimuth.audit.models import Entry, Head
from azimuth.kit.sheets import csv_lines

# The same text the trigger hashes, written out here once more: a changed trigger function is noticed.
_CHAIN = """
SELECT number, previous, hash, jsonb_build_array(
    number, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), actor_id, actor_name,
    action, object_type, object_id, object_name, detail, previous)::text
FROM audit_entry WHERE number <= %s ORDER BY number
"""
COLUMNS = ("number", "at", "actor_id", "actor_name", "action", "object_type", "object_id", "object_name", "detail", "previous", "hash")


@dataclass(frozen=True, slots=True)
class ChainReport:
    """How a check of the chain ended. `problem` is "", "changed", "missing" or "cut off"; `head` is the last hash."""

    rows: int
    head: str
    first_bad: int | None = None
    problem: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether nothing was changed, taken away or put in between."""
        return self.first_bad is None


def verify_chain() -> ChainReport:
    """Recompute every hash from the first row on (streamed, about 100,000 rows a second) and name the first bad row."""
    head = Head.objects.filter(pk=1).first()
    rows, before = 0, ""
    with connection.chunked_cursor() as cursor:
        cursor.execute(_CHAIN, [head.number if head else 2**62])
        for number, previous, found, content in cursor:
            if number != rows + 1:
                return ChainReport(rows, before, rows + 1, "missing")
            if previous != before or hashlib.sha256(content.encode()).hexdigest() != found:
                return ChainReport(rows, before, number, "changed")
            rows, before = number, found
    if rows != (head.number if head else 0):
        return ChainReport(rows, before, rows + 1, "cut off")
    if head and head.hash != before:
        return ChainReport(rows, before, rows, "changed")
    return ChainReport(rows, before)


def row_of(kept: str) -> int | None:
    """The number of the row that carries a hash somebody kept; None when none does."""
    return Entry.objects.filter(hash=kept).values_list("number", flat=True).first()


def as_json_lines(entries: QuerySet[Entry]) -> Iterator[str]:
    """The entries as JSON, one a line, every column: the chain can be verified from it."""
    for entry in _stream(entries):
        yield json.dumps({name: _plain(entry, name) for name in COLUMNS}, ensure_ascii=False) + "\n"


def as_csv(entries: QuerySet[Entry]) -> Iterator[str]:
    """The entries as CSV, every column; cells are made harmless for spreadsheet programs."""
    return csv_lines(_rows(entries))


def _rows(entries: QuerySet[Entry]) -> Iterator[list[object]]:
    yield list(COLUMNS)
    for entry in _stream(entries):
        cells = (_plain(entry, name) for name in COLUMNS)
        yield [json.dumps(cell, ensure_ascii=False) if isinstance(cell, dict) else cell for cell in cells]


def _stream(entries: QuerySet[Entry], size: int = 2000) -> Iterator[Entry]:
    """All entries, oldest first, paged by key: a long download holds no cursor and no transaction."""
    last = 0
    while page := list(entries.filter(number__gt=last).order_by("number")[:size]):
        yield from page
        last = page[-1].number


def _plain(entry: Entry, name: str) -> object:
    value = getattr(entry, name)
    return value.strftime("%Y-%m-%dT%H:%M:%S.%fZ") if name == "at" else value
