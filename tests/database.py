"""The database of the tests: the embedded server unless DATABASE_URL names one; migrated once, copied for each xdist worker."""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
import pytest_django
from django.conf import settings
from django.db import connection
from django.test.utils import setup_databases, teardown_databases

from azimuth import environment
from azimuth.operations import postgres

# Nothing a test writes may reach the vault, the secret or the database of an installation, nor what its processes write.
DATA = environment.data_directory()
DATA = DATA if DATA.name == "test" else DATA / "test"
os.environ["AZIMUTH_DATA"] = str(DATA)
settings.DATA, settings.STATIC_ROOT, settings.VAULT_URL = DATA, DATA / "static", f"file://{quote(str(DATA))}/vault"
_server = contextlib.ExitStack()
if not environment.text("DATABASE_URL"):
    _server.enter_context(postgres.running(DATA, for_tests=True))
    where = postgres.connection_settings(DATA)
    os.environ["DATABASE_URL"] = (
        f"postgresql://azimuth:{where['PASSWORD']}@/azimuth?{urlencode({'host': where['HOST'], 'port': where['PORT']})}"
    )
    settings.DATABASES["default"].update({**where, "OPTIONS": settings.DATABASES["default"]["OPTIONS"]})

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID", "")


@pytest.fixture(scope="session", name="test_database")
def database_of_this_process(
    request: pytest.FixtureRequest, django_test_environment: None, django_db_blocker: pytest_django.DjangoDbBlocker,
    django_db_keepdb: bool, django_db_createdb: bool,
) -> Iterator[None]:
    """A migrated database for this process, gone afterwards (`--reuse-db` keeps it)."""
    keep = django_db_keepdb and not django_db_createdb
    with django_db_blocker.unblock():
        created = None if WORKER else setup_databases(verbosity=0, interactive=False, keepdb=keep)
        if WORKER:
            _copy_of_template()
    yield
    with django_db_blocker.unblock():
        if created and not django_db_keepdb:
            teardown_databases(created, verbosity=0)
        if WORKER:
            connection.close()  # a test may have lost it; what tidies up takes a session of its own
            _end_other_sessions()
            connection.settings_dict["NAME"] = _template_name()
            connection.creation.destroy_test_db(_template_name(), verbosity=0, suffix=WORKER)


def _copy_of_template() -> None:
    """The first worker to come migrates a template; each one works on a copy of its own."""
    with (Path(tempfile.gettempdir()) / f"azimuth-{os.getuid()}-{RUN}.lock").open("w+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if lock.seek(0, os.SEEK_END) == 0:
            setup_databases(verbosity=0, interactive=False)
            connection.close()
            lock.write("made")
            lock.flush()
        connection.settings_dict["NAME"] = _template_name()
        connection.creation.clone_test_db(WORKER, verbosity=0)
    connection.settings_dict["NAME"] = f"{_template_name()}_{WORKER}"


def _end_other_sessions() -> None:
    """A thread of a page that was left in the middle may still hold one; it is named, and ended: a database in use is not dropped."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select application_name, state, left(query, 200), pg_terminate_backend(pid, 5000) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'"
        )
        for session in cursor.fetchall():
            logging.getLogger(__name__).warning("A session outlived the tests: %s", session)


def _template_name() -> str:
    return f"test_{(environment.database() or {})['NAME']}"


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """After all workers have gone: drop the template and let the server go."""
    if not WORKER and getattr(session.config.option, "numprocesses", None):
        from azimuth.operations import database  # imported here: a run without workers needs none of it

        with contextlib.suppress(Exception), database.connect() as plain:  # the outcome of the tests stands, whatever this does
            plain.execute(f'DROP DATABASE IF EXISTS "{_template_name()}"')
    _server.close()
