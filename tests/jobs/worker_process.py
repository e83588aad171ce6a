"""A real worker for kill tests: it halts at a chosen database statement of a chosen task and says so through a pipe.

Started by tests/jobs/kill.py. Nothing sleeps: the parent reads the pipe until "halt" or "end" comes, the halted task waits for
ever, and the parent kills the process.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import threading
from collections.abc import Callable
from typing import Any


def main() -> None:
    """Set Django up on the test's database, wrap the task, work until killed or told to stop."""
    order = json.loads(sys.argv[1])
    os.environ["DJANGO_SETTINGS_MODULE"] = "azimuth.settings"
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = order["database"]
    for name, value in order["settings"].items():
        setattr(settings, name, value)
    django.setup()
    from procrastinate.contrib.django import app

    from azimuth.jobs import tasks, worker

    worker.discover()
    app.periodic_registry.periodic_tasks.clear()  # only what the test queued
    tasks.SCHEDULES.clear()
    for module in order["modules"]:
        importlib.import_module(module)
    tasks.TASKS[order["task"]] = halting(tasks.TASKS[order["task"]], order["at_step"], order["containing"], order["pipe"])
    worker.run(heartbeat=order["heartbeat"], stalled_after=order["stalled_after"], grace=0.1)


def halting(work: Callable[..., Any], at_step: int, containing: str, pipe: int) -> Callable[..., Any]:
    """The task, halting before its n-th statement (0: never; -n: only saying so), and telling how many there were when it ends.

    Only statements with the words `containing` count.
    """
    from django.db import connection

    def run(progress: Any, **arguments: Any) -> Any:
        count = 0

        def step(execute: Callable[..., Any], query: str, values: Any, many: bool, context: Any) -> Any:
            nonlocal count
            count += containing in query
            if count == abs(at_step) and containing in query:
                os.write(pipe, b"halt\n")
                if at_step > 0:
                    threading.Event().wait()
            return execute(query, values, many, context)

        with connection.execute_wrapper(step):
            result = work(progress, **arguments)
        os.write(pipe, f"end {count}\n".encode())
        return result

    return run


if __name__ == "__main__":
    main()
