"""Tasks for the tests of the worker itself; they write into the table of jobs, which is at hand."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import transaction

from azimuth.jobs.models import Job
from azimuth.jobs.tasks import TASKS, Progress, task

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)

if "tests.stars" not in TASKS:

    @task("tests.stars")
    def stars(progress: Progress, *, number: int) -> dict[str, int]:
        """Make so many rows, each in a transaction of its own; finds those that are there already."""
        for n in progress.each(range(number), number, "Counting"):
            with transaction.atomic():
                Job.objects.get_or_create(key=f"star {n}", defaults={"task": "star", "title": f"Star {n}", "created_at": LONG_AGO})
        return {"stars": Job.objects.filter(task="star").count()}

    @task("tests.endless")
    def endless(progress: Progress) -> None:
        """Look at the table again and again, until interrupted."""
        while True:
            Job.objects.count()
            progress.advance()
