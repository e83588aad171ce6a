"""What may be run in the background, by name, and what runs by the clock.

The contract of a task: it may be killed with -9 at any point and run again, and the end is the same. So it looks first
what is left to do, does it in transactions that are whole in themselves, and finds nothing to do the second time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar, TypeVar

from django.utils import timezone

from azimuth.jobs import actions
from azimuth.jobs.progress import Progress

Work = Callable[..., "dict[str, Any] | None"]
W = TypeVar("W", bound=Work)


class Failed(Exception):
    """The work cannot be done as things stand; the message is for the person who watches."""

    for_people: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class Schedule:
    """A task that runs by the clock, without arguments."""

    task: str
    cron: str


KEPT = timedelta(days=90)
TASKS: dict[str, Work] = {}
SCHEDULES: dict[str, Schedule] = {}


def task(name: str) -> Callable[[W], W]:
    """Register `def work(progress: Progress, *, ...)` under "app.verb"; what it returns becomes the job's result.

    The function receives the arguments given to `jobs.actions.start` and may return a dict of JSON values.
    """

    def register(work: W) -> W:
        if name in TASKS and TASKS[name] is not work:
            msg = f"Two tasks are called {name!r}."
            raise ValueError(msg)
        TASKS[name] = work
        work.task_name = name  # type: ignore[attr-defined]
        return work

    return register


def every(cron: str) -> Callable[[W], W]:
    """Run a task by the clock (five fields, UTC); stands above `@task`. Nobody watches it: no Job, no result.

    Write it as a sweep: do what is due by now, never what is due at this minute, for a worker may have been down.
    Two runs of one schedule never overlap, and at most one waits.
    """

    def register(work: W) -> W:
        name = work.task_name  # type: ignore[attr-defined]
        SCHEDULES[name] = Schedule(name, cron)
        return work

    return register


@every("17 3 * * *")
@task("jobs.forget_old")
def forget_old(progress: Progress) -> None:
    """Forget jobs that ended long ago."""
    actions.forget_old(before=timezone.now() - KEPT)


__all__ = ["SCHEDULES", "TASKS", "Failed", "Progress", "Schedule", "Work", "every", "task"]
