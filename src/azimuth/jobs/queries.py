"""Answers about the worker."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker

SILENCE = timedelta(seconds=60)  # without a sign of life: the worker is taken for stopped


@dataclass(frozen=True, slots=True)
class WorkerHealth:
    """When a worker last gave a sign of life (None: none is known), and how many jobs wait or run."""

    seen_at: datetime | None
    waiting: int
    running: int

    def is_alive(self, at: datetime) -> bool:
        """Whether a worker was heard of within the last minute."""
        return self.seen_at is not None and at - self.seen_at < SILENCE


def worker_health() -> WorkerHealth:
    """How the worker is: for `azimuth doctor` and for pages on which somebody waits."""
    last = ProcrastinateWorker.objects.order_by("-last_heartbeat").first()
    return WorkerHealth(
        seen_at=last.last_heartbeat if last else None,
        waiting=ProcrastinateJob.objects.filter(status="todo").count(),
        running=ProcrastinateJob.objects.filter(status="doing").count(),
    )
