"""`azimuth migrate`."""

from __future__ import annotations

import argparse

from azimuth.operations import database, postgres
from azimuth.operations.trouble import Trouble


def migrate(args: argparse.Namespace) -> int:
    """Bring the database up to this version; with --check only say whether that is needed (exit 1)."""
    import psycopg

    with postgres.running():
        try:
            with database.connect() as connection:
                is_current = database.is_current(connection)
        except psycopg.OperationalError as error:
            raise Trouble(f"The database does not answer: {str(error).strip()} Look at DATABASE_URL.") from None
        if is_current:
            print("The database is of this version: nothing to do.")
            return 0
        return _with_django(only_look=args.check)


def _with_django(*, only_look: bool) -> int:
    import django

    from azimuth.operations import migrating

    django.setup()
    if only_look:
        todo = migrating.pending()
        print("\n".join(todo) or "The database is of this version: nothing to do.")
        return 1 if todo else 0
    done = migrating.migrate()
    print(f"The database is now of this version ({len(done)} steps)." if done else "The database is of this version: nothing to do.")
    return 0
