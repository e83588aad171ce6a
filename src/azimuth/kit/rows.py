"""Many new rows at once, several times as fast as bulk_create: a launch writes ten thousand notices and as many mails."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection, models
from django.db.models.expressions import DatabaseDefault

BATCH = 5000


def insert(rows: Sequence[models.Model]) -> None:
    """Insert new rows of one model; where one conflicts with a row that is there, that one stays. Keys the database gives are not read back."""
    if not rows:
        return
    table = rows[0]._meta
    fields: list[Any] = [field for field in table.concrete_fields if not _is_left_to_database(field, rows[0])]
    columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    arrays = ", ".join(f"%s::{_kind(field)}[]" for field in fields)
    query = f"INSERT INTO {connection.ops.quote_name(table.db_table)} ({columns}) SELECT * FROM unnest({arrays}) ON CONFLICT DO NOTHING"  # noqa: S608  names, no values
    with connection.cursor() as cursor:
        for start in range(0, len(rows), BATCH):
            cursor.execute(query, [_column(field, rows[start : start + BATCH]) for field in fields])


def _is_left_to_database(field: Any, row: models.Model) -> bool:
    """Whether the database gives the value: a generated column, its default, a counted key."""
    if field.generated or isinstance(getattr(row, field.attname), DatabaseDefault):
        return True
    return field.primary_key and getattr(row, field.attname) is None


def _kind(field: Any) -> str:
    return str(field.rel_db_type(connection)).partition("(")[0]  # without a length: a cast to varchar(n) would cut off in silence


def _column(field: Any, rows: Sequence[models.Model]) -> list[Any]:
    values = [field.pre_save(row, add=True) for row in rows]
    return [field.get_db_prep_save(value, connection) for value in values] if isinstance(field, models.JSONField) else values
