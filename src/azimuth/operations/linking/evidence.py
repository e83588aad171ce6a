"""A full copy of an installation at one moment: every row with its hidden columns, the dump, the files, the WAL, the logs."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from azimuth.operations import postgres

SEGMENT = 16 * 2**20


@dataclass(frozen=True, slots=True)
class Row:
    """One row as the table's owner of owners sees it."""

    table: str
    place: int
    xmin: int
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Copy:
    """Rows in the order they lie on the disk; `stacks` are heaps of bytes in which something might be found, by name."""

    rows: list[Row]
    stacks: dict[str, bytes] = field(default_factory=dict)

    def table(self, name: str) -> list[Row]:
        """The rows of one table."""
        return [row for row in self.rows if row.table == name]


def take(home: Path, database: str, *, wal_from: int, logs: list[Path]) -> Copy:
    """Copy everything of one database of the embedded server in `home`; `wal_from` as `wal_position` gave it."""
    stacks = {"dump": _dump(home, database), "log": b"".join(log.read_bytes() for log in logs if log.exists())}
    with psycopg.connect(**{**postgres.superuser_settings(home), "dbname": database}, autocommit=True) as connection:
        connection.execute("checkpoint")
        rows = [row for table in _tables(connection) for row in _rows(connection, table)]
        stacks |= _files(connection, home / "data")
        stacks["wal"] = _wal(connection, home / "data" / "pg_wal", wal_from)
    return Copy(rows, stacks)


def prepare(home: Path) -> None:
    """Let the server keep every WAL file, as an installation with archiving does, and not wait for a disk nobody will read."""
    with psycopg.connect(**postgres.superuser_settings(home), autocommit=True) as connection:
        connection.execute("alter system set wal_keep_size = '8GB'")
        connection.execute("alter system set fsync = off")
        connection.execute("select pg_reload_conf()")


def wal_position(home: Path) -> int:
    """Where the WAL stands, in bytes since the beginning of time."""
    with psycopg.connect(**postgres.superuser_settings(home), autocommit=True) as connection:
        return _position(connection)


def _position(connection: psycopg.Connection[Any]) -> int:
    row = connection.execute("select (pg_current_wal_lsn() - '0/0'::pg_lsn)::bigint").fetchone()
    return int(row[0]) if row else 0


def _tables(connection: psycopg.Connection[Any]) -> list[str]:
    found = connection.execute("select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by relname")
    return [row[0] for row in found]


def _rows(connection: psycopg.Connection[Any], table: str) -> list[Row]:
    query = sql.SQL("select xmin::text::bigint as _xmin, t.* from {} t order by ctid").format(sql.Identifier(table))
    with connection.cursor(row_factory=dict_row) as cursor:
        found = cursor.execute(query).fetchall()
    return [Row(table, place, values.pop("_xmin"), values) for place, values in enumerate(found)]


def _files(connection: psycopg.Connection[Any], data: Path) -> dict[str, bytes]:
    """The files of tables and long values, and of the indexes on the path of an answer: dead rows lie there for long."""
    found = connection.execute(
        "select c.relname, pg_relation_filepath(c.oid) from pg_class c join pg_namespace n on n.oid = c.relnamespace "
        "where (c.relkind = 'r' or (c.relkind = 'i' and c.relname ~ '^(ballots|reviews|counted|assignment)')) and n.nspname = 'public' "
        "or c.relkind = 't' and c.oid >= 16384"
    )
    return {f"file of {name}": (data / path).read_bytes() for name, path in found if (data / path).exists()}


def _wal(connection: psycopg.Connection[Any], folder: Path, begin: int) -> bytes:
    end = _position(connection)
    row = connection.execute("select timeline_id from pg_control_checkpoint()").fetchone()
    timeline = int(row[0]) if row else 1
    whole = bytearray()
    for number in range(begin // SEGMENT, end // SEGMENT + 1):
        high, low = divmod(number, 2**32 // SEGMENT)
        whole += (folder / f"{timeline:08X}{high:08X}{low:08X}").read_bytes()
    start = begin // SEGMENT * SEGMENT
    return bytes(whole[begin - start : end - start])


def _dump(home: Path, database: str) -> bytes:
    """As text, with the rights to see every row: more than a backup of ours holds."""
    known = postgres.superuser_settings(home)
    made = subprocess.run(
        [postgres.binary("pg_dump"), "--host", str(known["host"]), "--port", str(known["port"]), "--username", str(known["user"]), "--no-owner", database],
        env={**os.environ, "PGPASSWORD": str(known["password"])}, capture_output=True, check=True,
    )
    return made.stdout
