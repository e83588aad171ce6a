"""Many at once: one job, one unbroken chain."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

import pytest
from django.db import connection

from azimuth.audit import actions as audit
from azimuth.audit.queries import verify_chain
from azimuth.jobs import actions, queries
from azimuth.jobs.models import Job

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 8


def at_once(work: Callable[[int], object]) -> list[object]:
    """Do it in many threads, each with its own connection, all begun at the same moment."""
    gate = Barrier(MANY)

    def one(number: int) -> object:
        gate.wait()
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(MANY) as pool:
        return list(pool.map(one, range(MANY)))


def test_the_same_key_started_by_many_is_one_job(now: datetime) -> None:
    found = at_once(lambda number: actions.start("tests.nothing", key="one", title="One", by=None, at=now).pk)
    assert len(set(found)) == 1
    assert queries.worker_health().waiting == 1


def test_a_failed_job_started_again_by_many_waits_once(now: datetime) -> None:
    job = actions.start("tests.nothing", key="one", title="One", by=None, at=now)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    Job.objects.update(state=Job.State.FAILED)
    at_once(lambda number: actions.start("tests.nothing", key="one", title="One", by=None, at=now))
    job.refresh_from_db()
    assert job.state == Job.State.WAITING
    assert queries.worker_health().waiting == 1


def test_many_wake_a_task_once(db: None) -> None:
    at_once(lambda number: actions.nudge("tests.nothing"))
    assert queries.worker_health().waiting == 1


def test_what_many_record_is_one_unbroken_chain(now: datetime) -> None:
    at_once(lambda number: [audit.record("reviews.update", by=None, at=now, fields=[str(number)]) for _time in range(25)])
    report = verify_chain()
    assert (report.is_whole, report.rows) == (True, 25 * MANY)
