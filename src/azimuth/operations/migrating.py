"""Bringing the database up to this version, and Django with it."""

from __future__ import annotations

from azimuth.operations import database
from azimuth.operations.trouble import Trouble


def set_up() -> None:
    """Django ready to work on a database of this version; an empty one is migrated first. The server must be running."""
    import django

    django.setup()
    import psycopg

    try:
        with database.connect() as connection:
            is_current, is_empty = database.is_current(connection), database.is_empty(connection)
    except psycopg.OperationalError as error:
        raise Trouble(f"The database does not answer: {str(error).strip()} Look at DATABASE_URL.") from None
    if is_empty:
        migrate()
    elif not is_current and pending():
        raise Trouble("The database is older than this version. Make a backup, then run `azimuth migrate`.")


def pending() -> list[str]:
    """Migrations this version has and the database has not, as "app.name". Django must be set up."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return [f"{migration.app_label}.{migration.name}" for migration, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]


def migrate() -> list[str]:
    """Apply what is pending, one process at a time; returns what was applied. Django must be set up.

    An installation that is new gets the starting library, so that a newcomer finds competencies, scales and questionnaires.
    """
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder
    from django.utils import timezone

    from azimuth.competencies import actions as competencies

    with connection.cursor() as cursor:  # held until this connection closes: commands that start together take turns
        cursor.execute("SELECT pg_advisory_lock(hashtextextended('azimuth.migrate', 0))")
        try:
            todo = pending()
            is_new = not MigrationRecorder(connection).has_table()
            call_command("migrate", verbosity=0, interactive=False)
            if is_new:
                competencies.load_library(at=timezone.now())
        finally:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended('azimuth.migrate', 0))")
    with database.connect() as plain:
        database.mark_current(plain)
    return todo
