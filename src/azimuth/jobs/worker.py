"""The worker: takes jobs from the queue, keeps schedules, rescues what a killed worker left."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

from django.db import connection, transaction
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext as _
from procrastinate import BaseRetryStrategy, JobContext, RetryDecision, sql
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.jobs import Job as QueuedJob
from procrastinate.jobs import Status

from azimuth.jobs import running
from azimuth.jobs.actions import QUEUE, RUN, nudge
from azimuth.jobs.models import Job
from azimuth.jobs.progress import Interrupted
from azimuth.jobs.tasks import SCHEDULES

logger = logging.getLogger(__name__)

HEARTBEAT = 5.0        # seconds between two signs of life of a worker
STALLED_AFTER = 20.0   # seconds without one after which its jobs are given to others
GRACE = 5.0            # seconds a stopping worker lets its jobs run before it asks them to pause
FAILED_PAUSE = 60      # seconds until a scheduled task that failed is tried again
DEADLY = 8             # runs that ended with the death of the worker before a job is given up


class _Again(BaseRetryStrategy):
    """When a run that raised comes back: at once if it was interrupted, else after a growing pause."""

    def get_retry_decision(self, *, exception: BaseException, job: QueuedJob) -> RetryDecision:
        if isinstance(exception, Interrupted):
            return RetryDecision()
        return RetryDecision(retry_in={"seconds": min(5 * 2**job.attempts, 600)})


def _run(context: JobContext, name: str, job_id: str | None, arguments: dict[str, Any], timestamp: int = 0) -> None:
    """The one task the queue knows; it runs ours by name.

    A run by the clock that failed or was interrupted does not come back as itself: a later run may wait already, the queue
    holds no two that wait for one schedule, and this one would be stuck with the lock that one needs.
    """
    try:
        running.run(name, job_id, arguments, attempt=context.job.attempts + 1, is_stopping=context.should_abort)
    except (Exception, Interrupted) as error:
        if job_id is not None:
            raise
        if not isinstance(error, (Interrupted, running.Busy)):
            logger.exception("The scheduled task %s failed; it is tried again in a minute.", name)
        nudge(name, pause=0 if isinstance(error, Interrupted) else FAILED_PAUSE)


def discover() -> None:
    """Import every app's tasks and tell the queue of the schedules; web processes never do."""
    autodiscover_modules("tasks")
    if RUN not in app.tasks:
        app.task(name=RUN, pass_context=True, retry=_Again())(_run)
    known = {key[1] for key in app.periodic_registry.periodic_tasks}
    for schedule in SCHEDULES.values():
        if schedule.task not in known:
            app.periodic_registry.register_task(
                task=app.tasks[RUN], cron=schedule.cron, periodic_id=schedule.task,
                configure_kwargs={
                    "lock": schedule.task, "queueing_lock": schedule.task,
                    "task_kwargs": {"name": schedule.task, "job_id": None, "arguments": {}},
                },
            )


def run(*, concurrency: int = 2, heartbeat: float = HEARTBEAT, stalled_after: float = STALLED_AFTER, grace: float = GRACE) -> None:
    """Work until asked to stop by TERM or INT; a job that is interrupted goes back into the queue."""
    discover()
    asyncio.run(_serve(concurrency, heartbeat, stalled_after, grace))


async def _serve(concurrency: int, heartbeat: float, stalled_after: float, grace: float) -> None:
    with app.replace_connector(app.connector.get_worker_connector()):
        async with app.open_async():
            rescuer = asyncio.create_task(_rescue_forever(heartbeat, stalled_after))
            try:
                await app.run_worker_async(
                    concurrency=concurrency, delete_jobs="successful", update_heartbeat_interval=heartbeat,
                    stalled_worker_timeout=stalled_after, shutdown_graceful_timeout=grace,
                    fetch_job_polling_interval=heartbeat,  # new jobs are announced; those that come back are found by looking
                )
            finally:
                rescuer.cancel()


async def _rescue_forever(pause: float, stalled_after: float) -> None:
    while True:
        try:
            await asyncio.to_thread(_rescue_apart, stalled_after)
        except Exception:
            logger.exception("Looking for stalled jobs failed; trying again.")
        await asyncio.sleep(pause)


def _rescue_apart(stalled_after: float) -> None:
    try:
        rescue(stalled_after=stalled_after)
    finally:
        connection.close()


def rescue(*, stalled_after: float) -> int:
    """Put jobs of workers without a sign of life for so many seconds back into the queue; returns how many.

    A job that has taken its worker down with it too often is given up, with a reason the watcher reads.
    """
    with transaction.atomic():
        _one_rescuer_at_a_time()
        rows = QUEUE.connector.execute_query_all(
            sql.queries["select_stalled_jobs_by_heartbeat"], queue=None, task_name=None, seconds_since_heartbeat=stalled_after
        )
        for row in rows:
            call = json.loads(row["args"])
            if row["attempts"] >= DEADLY:
                _give_up(row, call)
            elif call["job_id"] is None and ProcrastinateJob.objects.filter(status="todo", queueing_lock=call["name"]).exists():
                _finish(row["id"])  # a later run waits for its lock, and does what is left
            else:
                logger.warning("Rescued a job of a worker that is gone: %s", call["name"])
                _retry(row["id"])
    return len(rows)


def _one_rescuer_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('azimuth.jobs.rescue', 0))")


def _give_up(row: dict[str, Any], call: dict[str, Any]) -> None:
    reason = _("This work stopped the worker again and again and was given up. Tell your administrator.")
    if call["job_id"]:
        Job.objects.filter(pk=call["job_id"]).update(state=Job.State.FAILED, note=reason)
    logger.error("Gave up a job that stopped the worker %s times: %s", row["attempts"], call["name"])
    _finish(row["id"])


def drain(*, raising: bool = True) -> int:
    """Run what waits in the queue here and now, until nothing is due; returns how many ran.

    For commands that work without a worker beside them, and for tests. Sees the jobs of the transaction it stands in.
    """
    discover()
    count = 0
    while (row := QUEUE.connector.execute_query_one(sql.queries["fetch_job"], queues=None, worker_id=None))["id"] is not None:
        count += 1
        call = json.loads(row["args"])
        try:
            running.run(call["name"], call["job_id"], call["arguments"], attempt=running.PATIENCE, raising=raising)
        except running.Busy:
            _retry(row["id"])
            raise
        except Exception:
            _finish(row["id"])
            raise
        _finish(row["id"])
    return count


def _retry(job: int) -> None:
    QUEUE.connector.execute_query(
        sql.queries["retry_job"], job_id=job, retry_at=None, new_priority=None, new_queue_name=None, new_lock=None
    )


def _finish(job: int) -> None:
    QUEUE.connector.execute_query(sql.queries["finish_job"], job_id=job, status=Status.SUCCEEDED.value, delete_job=True)
