"""Starting long work."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from django.db import transaction
from procrastinate import tasks as queue
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.manager import JobManager

from azimuth.jobs.models import Job

# The queue through Django's own connection: what is started is part of the transaction around it, in the worker too,
# where Procrastinate's app speaks through a pool of its own.
QUEUE = JobManager(DjangoConnector())
RUN = "jobs.run"


class Starter(Protocol):
    """Whoever starts the work."""

    @property
    def pk(self) -> UUID: ...


@transaction.atomic
def start(task: str, *, key: str, title: str, by: Starter | None, at: datetime, next_url: str = "", **arguments: Any) -> Job:
    """Start `task` ("people.apply_import") in the background, in this transaction, and return what one can watch.

    The same key starts nothing new while its job waits, runs or is done; a failed job is started again, with the
    arguments of now. Arguments must be JSON values; the task receives them after its `progress`.
    """
    job, created = Job.objects.get_or_create(
        key=key,
        defaults={
            "task": task, "title": title, "started_by_id": by.pk if by else None, "next_url": next_url,
            "created_at": at, "arguments": arguments,
        },
    )
    if created:
        _enqueue(job)
        return job
    return _again(job.pk, arguments)


def nudge(task: str, *, pause: int = 0) -> None:
    """Run a scheduled task soon (in `pause` seconds), beside its schedule; at most one run waits. Call it after the commit, not in a transaction."""
    try:
        with transaction.atomic():
            later = {"schedule_in": {"seconds": pause}} if pause else {}
            call = queue.configure_task(name=RUN, job_manager=QUEUE, lock=task, queueing_lock=task, **later)
            call.defer(name=task, job_id=None, arguments={})
    except AlreadyEnqueued:
        pass  # one waits already: it will see what we wanted seen


def restart(job: Job, *, by: Starter, at: datetime) -> Job:
    """Start a failed job again as it was; one that has not failed is left alone."""
    return _again(job.pk, job.arguments)


def forget_old(*, before: datetime) -> int:
    """Delete jobs that were over before this moment; returns how many."""
    return Job.objects.filter(finished_at__lt=before).delete()[0]


@transaction.atomic
def _again(pk: UUID, arguments: dict[str, Any]) -> Job:
    job = Job.objects.select_for_update().get(pk=pk)
    if job.state == Job.State.FAILED:
        job.state, job.done, job.total, job.note, job.finished_at = Job.State.WAITING, 0, 0, "", None
        job.arguments = arguments
        job.save()
        _enqueue(job)
    return job


def _enqueue(job: Job) -> None:
    call = queue.configure_task(name=RUN, job_manager=QUEUE)
    call.defer(name=job.task, job_id=str(job.pk), arguments=job.arguments)
