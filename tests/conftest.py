"""What every test may lean on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import hypothesis
import pytest
import pytest_django
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import translation

from azimuth.operations import words
from azimuth.people.models import Person
from tests import cast as stage
from tests.browser import browser, context, page, page_without_script, site  # noqa: F401  fixtures
from tests.database import database_of_this_process, pytest_sessionfinish  # noqa: F401  pytest finds them here
from tests.hands import hands  # noqa: F401  a fixture
from tests.smtp import Office, office

hypothesis.settings.register_profile("house", deadline=None)  # a busy machine is no fault of the code
hypothesis.settings.load_profile("house")

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

EMPTY_QUEUE = "TRUNCATE procrastinate_jobs, procrastinate_events, procrastinate_periodic_defers, procrastinate_workers"


@pytest.fixture(autouse=True, scope="session")
def _plain_static_files() -> None:
    """Hashed names need collectstatic; tests read the files themselves."""
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True, scope="session")
def _words() -> None:
    """Pages of tests speak the catalogues as they are now."""
    words.compile_all()


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """A request leaves its reader's language behind in the process: the next test begins in English again."""
    with translation.override("en"):
        yield


@pytest.fixture(scope="session")
def django_db_setup(test_database: None, django_db_blocker: pytest_django.DjangoDbBlocker) -> None:
    """Transactional tests empty all tables; the log's triggers against emptying rest while tests run (test_append_only wakes them)."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER audit_never_emptied")
        cursor.execute("ALTER TABLE audit_head DISABLE TRIGGER audit_head_never_emptied")
        cursor.execute(EMPTY_QUEUE)
    connection.close()


@pytest.fixture(autouse=True)
def _empty_queue(request: pytest.FixtureRequest, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[None]:
    """Transactional tests empty Django's own tables only: the queue's are not among them."""
    yield
    marker = request.node.get_closest_marker("django_db")
    if (marker and marker.kwargs.get("transaction")) or "transactional_db" in request.fixturenames:
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(EMPTY_QUEUE)


@pytest.fixture(autouse=True)
def vault_directory(tmp_path: Path) -> Iterator[Path]:
    """Keys of tests lie in the test's own directory."""
    before, folder = settings.VAULT_URL, tmp_path / "the vault"
    settings.VAULT_URL = f"file://{folder}"
    yield folder
    settings.VAULT_URL = before


@pytest.fixture(autouse=True)
def _mail_at_any_hour() -> Iterator[None]:
    """Tests run at night and on Sundays too; those about quiet hours set their own."""
    before = settings.QUIET_HOURS, settings.QUIET_DAYS
    settings.QUIET_HOURS, settings.QUIET_DAYS = None, frozenset()
    yield
    settings.QUIET_HOURS, settings.QUIET_DAYS = before


@pytest.fixture
def cast(db: None) -> stage.Cast:
    """The cast, fresh for this test."""
    return stage.assemble()


@pytest.fixture
def now() -> datetime:
    """A Monday morning."""
    return NOW


@pytest.fixture
def as_person() -> Callable[[Person], Client]:
    """A browserless client signed in as somebody."""

    def sign_in(person: Person) -> Client:
        client = Client()
        client.force_login(person.account)
        return client

    return sign_in


@pytest.fixture
def run_jobs(db: None) -> Callable[..., int]:
    """Runs what waits in the queue, inside this test's transaction; returns how many jobs ran.

    A fault nobody foresaw is raised here; `run_jobs(raising=False)` leaves it to the job's row, as a worker would.
    """
    from azimuth.jobs import worker

    return worker.drain


@pytest.fixture
def smtp(settings: pytest_django.Settings) -> Iterator[Office]:
    """A real mail server in this process, and the outbox leading to it."""
    with office() as keeper:
        settings.SMTP_URL = keeper.url
        settings.EMAIL_BACKEND = "azimuth.notifications.outbox.Outbox"
        yield keeper
