"""One run of one task: takes the lock, marks the job, calls the work, writes down how it ended."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import OperationalError, connection
from django.utils import timezone
from django.utils.translation import gettext as _

from azimuth.jobs.models import Job
from azimuth.jobs.progress import Interrupted, Progress
from azimuth.jobs.tasks import TASKS

logger = logging.getLogger(__name__)

PATIENCE = 5  # runs after which a fault of the database is no longer taken for a passing one


class Busy(Exception):
    """The same job is still running elsewhere: try again later."""


class Side:
    """A connection beside the work's own: what is written here is seen at once, and its lock ends with the process.

    Inside a transaction (tests, `drain` in one) there is nothing beside: the same connection serves.
    """

    def __init__(self, lock: str) -> None:
        self._is_own = not connection.in_atomic_block
        self._connection = connection.copy() if self._is_own else connection
        self._lock = lock

    def take(self) -> None:
        """Lock the job against a second run, or raise Busy; a killed process loses its lock with its connection."""
        query = "SELECT 1 WHERE pg_try_advisory_lock(hashtextextended(%s, 0))"
        if self._is_own and self._ask(query, [self._lock]) is None:
            raise Busy

    def close(self) -> None:
        """Let the lock go."""
        if self._is_own:
            self._connection.close()

    def begin(self, job_id: UUID) -> bool:
        """Mark the job as running; False when it is over already or gone."""
        query = "UPDATE jobs_job SET state = 'running', done = 0, note = '' WHERE id = %s AND state IN ('waiting', 'running') RETURNING 1"
        return self._ask(query, [job_id]) is not None

    def progress(self, job_id: UUID, done: int, total: int, note: str) -> None:
        """Write how far it is."""
        self._tell("UPDATE jobs_job SET done = %s, total = %s, note = %s WHERE id = %s", [done, total, note, job_id])

    def end(self, job_id: UUID, state: Job.State, note: str, result: dict[str, Any]) -> None:
        """Write how it ended."""
        query = "UPDATE jobs_job SET state = %s, note = %s, result = %s, finished_at = %s WHERE id = %s"
        self._tell(query, [state.value, note[:300], json.dumps(result), timezone.now(), job_id])

    def back(self, job_id: UUID) -> None:
        """Put it back among the waiting."""
        self._tell("UPDATE jobs_job SET state = 'waiting' WHERE id = %s", [job_id])

    def _ask(self, query: str, values: list[Any]) -> tuple[Any, ...] | None:
        with self._connection.cursor() as cursor:
            cursor.execute(query, values)
            return cursor.fetchone()

    def _tell(self, query: str, values: list[Any]) -> None:
        with self._connection.cursor() as cursor:
            cursor.execute(query, values)


@contextmanager
def _beside(lock: str) -> Iterator[Side]:
    side = Side(lock)
    try:
        side.take()
        yield side
    finally:
        side.close()


def run(
    name: str, job_id: str | None, arguments: dict[str, Any], *, attempt: int = 1,
    is_stopping: Callable[[], bool] = lambda: False, raising: bool = False,
) -> None:
    """Run a task to its end, good or bad; raises only what should bring it back into the queue.

    `attempt` counts from 1. With `raising`, a fault nobody foresaw is raised after it was written down (tests).
    """
    with _beside(job_id or name) as side:
        if job_id is None:
            TASKS[name](Progress(is_stopping=is_stopping), **arguments)
            return
        job = UUID(job_id)
        if not side.begin(job):
            return
        progress = Progress(job, lambda *how_far: side.progress(job, *how_far), is_stopping)
        try:
            result = TASKS[name](progress, **arguments)
        except Interrupted:
            side.back(job)
            raise
        except Exception as error:
            if isinstance(error, OperationalError) and attempt < PATIENCE and not raising:
                side.back(job)
                raise
            side.end(job, Job.State.FAILED, sentence(error), {})
            if not getattr(error, "for_people", False):
                logger.exception("The job %s failed.", name)
                if raising:
                    raise
            return
        progress.flush()
        side.end(job, Job.State.DONE, progress.note, result or {})


def sentence(error: Exception) -> str:
    """What the person who watches is told about a failure."""
    if getattr(error, "for_people", False):
        return str(error)
    return _("Something went wrong on our side, and nothing half-done was kept. Start it again; if it stops once more, tell your administrator.")
