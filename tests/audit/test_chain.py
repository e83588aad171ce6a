"""The log is append-only, chained by the database, and a check names the first bad row."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest
from django.db import IntegrityError, connection, transaction

from azimuth.audit import actions, queries
from azimuth.audit.models import Entry, Head
from azimuth.people.models import Person
from tests.cast import Cast

Tamper = Callable[[str], None]


@pytest.fixture
def log(cast: Cast, now: datetime) -> list[Entry]:
    """Nine entries."""
    return [actions.record("reviews.update", cast.ada, by=cast.iris, at=now, fields=[f"ü{n}", "b"]) for n in range(8)] + [
        actions.record("reviews.counted", by=None, at=now)
    ]


def sql(query: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(query)


@contextmanager
def triggers_off() -> Iterator[None]:
    """What an intruder who owns the tables can do."""
    for table in ("audit_entry", "audit_head"):
        sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    yield
    for table in ("audit_entry", "audit_head"):
        sql(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def test_an_entry_holds_what_happened(cast: Cast, log: list[Entry], now: datetime) -> None:
    entry = Entry.objects.earliest("number")
    assert (entry.actor_id, entry.actor_name, entry.action) == (str(cast.iris.pk), "Iris Okafor", "reviews.update")
    assert (entry.object_type, entry.object_id, entry.object_name) == ("people.person", str(cast.ada.pk), "Ada Novak")
    assert (entry.at, entry.detail, entry.number, entry.previous) == (now, {"fields": ["ü0", "b"]}, 1, "")
    assert len(entry.hash) == 64


def test_a_whole_chain_is_whole(log: list[Entry]) -> None:
    report = queries.verify_chain()
    assert report.is_whole
    assert report == queries.ChainReport(9, Head.objects.get().hash)


def test_an_empty_log_is_whole(db: None) -> None:
    assert queries.verify_chain() == queries.ChainReport(0, "")


def test_numbers_have_no_gaps_after_a_rollback(cast: Cast, log: list[Entry], now: datetime) -> None:
    with transaction.atomic():
        actions.record("reviews.close", by=cast.iris, at=now)
        transaction.set_rollback(True)
    assert actions.record("reviews.close", by=cast.iris, at=now).number == 10
    assert queries.verify_chain().is_whole


def test_the_time_zone_of_the_session_does_not_matter(log: list[Entry]) -> None:
    sql("SET LOCAL TIME ZONE 'Asia/Kathmandu'")
    assert queries.verify_chain().is_whole


def test_a_hash_given_by_the_client_is_ignored(log: list[Entry], now: datetime) -> None:
    Entry.objects.create(at=now, action="reviews.close", previous="f" * 64, hash="0" * 64)
    Entry.objects.bulk_create([Entry(at=now, action="reviews.close"), Entry(at=now, action="reviews.release")])
    assert queries.verify_chain() == queries.ChainReport(12, Head.objects.get().hash)


@pytest.mark.parametrize(
    "query",
    [
        "UPDATE audit_entry SET actor_name = 'Nobody' WHERE number = 3",
        "UPDATE audit_entry SET hash = hash",
        "DELETE FROM audit_entry WHERE number = 3",
        "DELETE FROM audit_head",
        "UPDATE audit_head SET number = 3",
    ],
)
def test_rows_stay_as_they_are(log: list[Entry], query: str) -> None:
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        sql(query)
    assert queries.verify_chain().is_whole


@pytest.mark.parametrize(("table", "trigger"), [("audit_entry", "audit_never_emptied"), ("audit_head", "audit_head_never_emptied")])
def test_the_table_cannot_be_emptied(log: list[Entry], table: str, trigger: str) -> None:
    sql(f"ALTER TABLE {table} ENABLE TRIGGER {trigger}")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        sql(f"TRUNCATE {table}")


@pytest.mark.parametrize(
    "column", ["at", "actor_id", "actor_name", "action", "object_type", "object_id", "object_name", "detail", "previous", "hash"]
)
@pytest.mark.parametrize("number", [1, 5, 9])
def test_a_change_of_any_column_is_found(log: list[Entry], column: str, number: int) -> None:
    """A55: edits."""
    new = {"at": "at + interval '1 microsecond'", "detail": "'{}'"}.get(column, "'x'")
    if column == "detail" and number == 9:
        new = """'{"a": 1}'"""
    with triggers_off():
        sql(f"UPDATE audit_entry SET {column} = {new} WHERE number = {number}")
    report = queries.verify_chain()
    assert (report.first_bad, report.problem) == (number, "changed")


@pytest.mark.parametrize(("gone", "problem"), [(1, "missing"), (5, "missing"), (9, "cut off")])
def test_a_missing_row_is_found(log: list[Entry], gone: int, problem: str) -> None:
    """A55: deletions."""
    with triggers_off():
        sql(f"DELETE FROM audit_entry WHERE number = {gone}")
    report = queries.verify_chain()
    assert (report.first_bad, report.problem) == (gone, problem)


def test_a_cut_is_found_after_the_log_went_on(cast: Cast, log: list[Entry], now: datetime) -> None:
    with triggers_off():
        sql("DELETE FROM audit_entry WHERE number >= 8")
    assert actions.record("reviews.close", by=cast.iris, at=now).number == 10
    report = queries.verify_chain()
    assert (report.first_bad, report.problem) == (8, "missing")


def test_a_swap_is_found(log: list[Entry]) -> None:
    with triggers_off():
        sql("UPDATE audit_entry SET number = -1 WHERE number = 4")
        sql("UPDATE audit_entry SET number = 4 WHERE number = 5")
        sql("UPDATE audit_entry SET number = 5 WHERE number = -1")
    assert queries.verify_chain().first_bad == 4


def test_a_chain_whose_end_was_written_anew_is_found(log: list[Entry]) -> None:
    with triggers_off():
        sql("UPDATE audit_head SET hash = repeat('0', 64)")
    assert queries.verify_chain() == queries.ChainReport(9, Entry.objects.latest("number").hash, 9, "changed")


@pytest.mark.slow
def test_a_hundred_thousand_rows_are_checked_in_seconds(db: None) -> None:
    sql(
        "INSERT INTO audit_entry (at, actor_id, actor_name, action, object_type, object_id, object_name, detail, previous, hash)"
        " SELECT now(), '', 'Iris Okafor', 'reviews.update', '', '', '', jsonb_build_object('n', n), '', ''"
        " FROM generate_series(1, 100000) n"
    )
    begun = time.perf_counter()
    assert queries.verify_chain().rows == 100_000
    assert time.perf_counter() - begun < 10


@pytest.mark.parametrize(
    ("viewer", "seen"),
    [("ada", 0), ("bo", 0), ("eve", 0), ("gus", 0), ("jon", 10), ("iris", 9), ("finn", 1)],
)
def test_who_sees_what(cast: Cast, log: list[Entry], now: datetime, viewer: str, seen: int) -> None:
    actions.record("audit.download", by=cast.jon, at=now, form="csv")
    person: Person = getattr(cast, viewer)
    assert Entry.objects.visible_to(person).count() == seen
