"""The database as an installation sees it: reachable, empty or not, as new as this version."""

from __future__ import annotations

import hashlib
import os
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from azimuth import environment
from azimuth.operations import postgres

if TYPE_CHECKING:
    import psycopg

SOURCE = Path(__file__).resolve().parents[1]
OTHERS = ("django", "django-allauth", "procrastinate")  # their migrations come with their versions
_MARK = "azimuth "


def parameters() -> dict[str, Any]:
    """How psycopg and PostgreSQL's programs reach the database; empty words are left out."""
    where = environment.database() or postgres.connection_settings(environment.data_directory())
    named = {"host": where["HOST"], "port": where["PORT"], "user": where["USER"], "password": where["PASSWORD"], "dbname": where["NAME"]}
    return {name: value for name, value in {**where.get("OPTIONS", {}), **named}.items() if value}


def program_environment(**more: str) -> dict[str, str]:
    """The environment in which PostgreSQL's programs reach the database; passwords stay off the command line."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    words = {"PGDATABASE" if name == "dbname" else f"PG{name.upper()}": str(value) for name, value in parameters().items()}
    options = " ".join(part for part in (words.pop("PGOPTIONS", ""), more.pop("PGOPTIONS", "")) if part)
    return {**ours, **words, **more, "PGOPTIONS": options, "PGAPPNAME": "azimuth"}


def connect() -> psycopg.Connection[Any]:
    """A plain connection, without Django; raises psycopg.OperationalError."""
    import psycopg

    return psycopg.connect(**{"connect_timeout": 10, **parameters()}, autocommit=True)


def is_empty(connection: psycopg.Connection[Any]) -> bool:
    """Whether nothing of ours was ever put into it."""
    return not _one(connection, "SELECT to_regclass('django_migrations') IS NOT NULL")


def is_current(connection: psycopg.Connection[Any]) -> bool:
    """Whether this very version has migrated it: asked at every start, so without loading Django."""
    return not is_empty(connection) and _one(connection, "SELECT obj_description('django_migrations'::regclass)") == _mark(connection)


def mark_current(connection: psycopg.Connection[Any]) -> None:
    """Leave the mark `is_current` looks for; to be called after a whole migration."""
    from psycopg import sql

    connection.execute(sql.SQL("COMMENT ON TABLE django_migrations IS {}").format(_mark(connection)))


def _mark(connection: psycopg.Connection[Any]) -> str:
    files = sorted(str(path.relative_to(SOURCE)) for path in SOURCE.glob("*/migrations/[0-9]*.py"))
    versions = [metadata.version(name) for name in OTHERS]
    applied = _one(connection, "SELECT string_agg(app || '.' || name, ' ' ORDER BY app, name) FROM django_migrations")
    return _MARK + hashlib.sha256(repr((files, versions, applied)).encode()).hexdigest()[:32]


def _one(connection: psycopg.Connection[Any], query: str) -> Any:
    row = connection.execute(query).fetchone()
    return row[0] if row else None
