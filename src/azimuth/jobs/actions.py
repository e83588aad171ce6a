"""Starting long work."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from procrastinate.contrib.django import app

from azimuth.jobs.models import Job


class Starter(Protocol):
    """Whoever starts the work."""

    @property
    def pk(self) -> UUID: ...


def start(task: str, *, key: str, title: str, by: Starter | None, at: datetime, next_url: str = "", **arguments: Any) -> Job:
    """Start `task` ("people.apply_import") in the background, in this transaction; the same key starts nothing new.

    Arguments must be JSON values. The task receives them and `job_id`.
    """
    job, created = Job.objects.get_or_create(
        key=key,
        defaults={"task": task, "title": title, "started_by_id": by.pk if by else None, "next_url": next_url, "created_at": at},
    )
    if created:
        app.configure_task(task).defer(job_id=str(job.pk), **arguments)
    return job
