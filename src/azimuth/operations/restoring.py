"""Bringing a backup back: all of the database in one transaction, then the keys."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from azimuth.operations import backup, database, postgres
from azimuth.operations.trouble import Trouble

if TYPE_CHECKING:
    import psycopg

EMPTY_SCHEMA = "DROP SCHEMA public CASCADE; CREATE SCHEMA public"
OTHERS_IN_IT = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"""
SEND_THEM_AWAY = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename = current_user"""
NOT_BEFORE_17 = b"SET transaction_timeout = 0;"  # newer programs write it, older servers do not know it


@dataclass(frozen=True)
class Restored:
    """How it went: keys laid into the vault, and keys left out because their box was counted here meanwhile."""

    keys: int
    destroyed: int


def restore(found: backup.Backup, *, replace: bool) -> Restored:
    """Put a backup in place of what is there; when anything fails, the old state stays. The server must be running; raises Trouble."""
    with database.connect() as connection:
        if not replace:
            _refuse_what_is_there(connection)
        destroyed = _destroyed_keys(connection)
        is_old = connection.info.server_version < 170000
        if replace:
            connection.execute(SEND_THEM_AWAY)
    script = found.dump.with_name("restore.sql")
    _write_script(found.dump, script, is_old=is_old)
    done = subprocess.run(
        [postgres.binary("psql"), "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", "--output=/dev/null",
         f"--command={EMPTY_SCHEMA}", f"--file={script}"],
        env=database.program_environment(PGOPTIONS="-c client_min_messages=warning"), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )
    if done.returncode:
        raise Trouble(f"The database could not be restored, and is as it was: {done.stderr.strip()[-600:]}")
    keys = {name: content for name, content in (found.keys or {}).items() if name.removesuffix(".key") not in destroyed}
    return Restored(backup.put_keys_back(keys) if keys else 0, len(found.keys or {}) - len(keys))


def _refuse_what_is_there(connection: psycopg.Connection[Any]) -> None:
    row = connection.execute(OTHERS_IN_IT).fetchone()
    if row and row[0]:
        raise Trouble(f"The database is in use ({row[0]} connections). Stop Azimuth first, or say --replace. Nothing was changed.")
    if not database.is_empty(connection) and _has_rows(connection):
        raise Trouble("The database is not empty. To replace what is in it, say --replace; make a backup of it first. Nothing was changed.")


def _has_rows(connection: psycopg.Connection[Any]) -> bool:
    for table in ("people_person", "people_account"):  # a starting library alone is nothing to lose
        there = connection.execute("SELECT to_regclass(%s) IS NOT NULL", [table]).fetchone()
        if there and there[0] and connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone():  # noqa: S608 fixed names
            return True
    return False


def _destroyed_keys(connection: psycopg.Connection[Any]) -> set[str]:
    """Boxes whose key was destroyed here: no backup may bring such a key back."""
    there = connection.execute("SELECT to_regclass('ballots_box') IS NOT NULL").fetchone()
    if not there or not there[0]:
        return set()
    return {str(key) for (key,) in connection.execute("SELECT id FROM ballots_box WHERE key_destroyed_on IS NOT NULL").fetchall()}


def _write_script(dump: Path, script: Path, *, is_old: bool) -> None:
    """The backup as SQL."""
    raw = script.with_name("raw.sql") if is_old else script
    done = subprocess.run(
        [postgres.binary("pg_restore"), "--no-owner", "--no-privileges", f"--file={raw}", dump],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )
    if done.returncode:
        raise Trouble(f"pg_restore cannot read the backup: {done.stderr.strip()[-600:]} Nothing was changed.")
    if is_old:
        with raw.open("rb") as lines, script.open("wb") as kept:
            kept.writelines(line for line in lines if line.rstrip() != NOT_BEFORE_17)
