"""Which sealed rows a transaction may touch: the database's own policies read two settings that only these set.

Both live and die with a transaction, so that a pooled connection never carries them to the next request.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction

from azimuth.ballots.models import Box, Holder, SealedSheet


@contextmanager
def as_holder(holder: Holder) -> Iterator[None]:
    """Inside, this holder's own sheets can be read and, while their box is open, saved; nobody else's."""
    with _setting("azimuth.person", str(holder.pk)):
        yield


@contextmanager
def counting(box: Box) -> Iterator[None]:
    """Inside, the sheets of a closed, uncounted box can be read and deleted; of an open one nothing is seen."""
    with _setting("azimuth.count", str(box.pk)):
        yield


@contextmanager
def _setting(name: str, value: str) -> Iterator[None]:
    is_inside = connection.in_atomic_block
    with transaction.atomic():
        _set(name, value)
        yield
        if is_inside:  # else it ends with the transaction; on an exception the roll-back to the savepoint does the same
            _set(name, "")


def _set(name: str, value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select set_config(%s, %s, true)", [name, value])


@dataclass(frozen=True, slots=True)
class RowSecurity:
    """Whether the database keeps sealed sheets apart for the role we connect with."""

    is_forced: bool
    is_bypassed: bool

    @property
    def problem(self) -> str:
        """What is wrong, and how to mend it; "" when nothing is."""
        if self.is_bypassed:
            return (
                "The database role Azimuth uses may see every row (superuser or BYPASSRLS). "
                "Use an ordinary role, or run: ALTER ROLE … NOSUPERUSER NOBYPASSRLS;"
            )
        if not self.is_forced:
            return "Row-level security of the sealed sheets is off. Run: azimuth migrate ballots 0002, then azimuth migrate."
        return ""


def state() -> RowSecurity:
    """Read from the catalogue what really holds; `azimuth doctor` shows it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select c.relrowsecurity and c.relforcerowsecurity, r.rolsuper or r.rolbypassrls "
            "from pg_class c, pg_roles r where c.oid = %s::regclass and r.rolname = current_user",
            [SealedSheet._meta.db_table],
        )
        is_forced, is_bypassed = cursor.fetchone()
    return RowSecurity(is_forced, is_bypassed)
