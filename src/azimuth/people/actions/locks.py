"""One writer at a time where a check over many rows must still hold at the commit."""

from __future__ import annotations

from enum import IntEnum

from django.db import connection


class Lock(IntEnum):
    """What can be held: the numbers are PostgreSQL advisory locks and must not change."""

    LINES = 7_360_001  # reporting lines and units: no two moves may close a loop together
    GRANTS = 7_360_002  # the last administrator must not leave by two doors
    FIRST_RUN = 7_360_003  # an installation is claimed once


def hold(lock: Lock) -> None:
    """Wait for the lock and keep it to the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int(lock)])
