"""Kills a real worker with -9 in the middle of a task, at a chosen statement, without sleeping.

    @pytest.mark.django_db(transaction=True)
    def test_a_killed_launch_ends_the_same(cast, now):
        prepare(); jobs.start("reviews.launch", ...)
        kill.run_and_kill("reviews.launch", at_step=7)     # a worker process runs it up to its 7th statement, then dies
        kill.finish()                                      # the job is rescued and run to its end, here
        assert ...                                         # the same end state as without the kill

`kill.steps_of(task)` runs it whole in a worker process and tells how many statements it sent, so that a test can try several:
`for step in kill.spread(kill.steps_of(...))`. Transactional tests only: the worker sees what is committed.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings as here
from django.db import connection

from azimuth.jobs import worker
from azimuth.jobs.progress import Progress
from azimuth.jobs.tasks import TASKS
from tests.dying import dies_before

ROOT = Path(__file__).parents[2]
LIMIT = 60  # seconds after which a silent worker process is given up


def run_and_kill(task: str, at_step: int, *, containing: str = "", modules: Sequence[str] = (), settings: dict[str, Any] | None = None) -> None:
    """Let a worker process run what is queued up to the n-th database statement of `task` (with these words in it), then kill it with -9."""
    with _process(task, at_step, modules, settings or {}, containing) as (process, said):
        assert said == "halt", f"{task} ended after {said.removeprefix('end ')} statements, before statement {at_step}"
        process.kill()
        process.wait()
    _until_its_locks_are_gone()


def steps_of(task: str, *, modules: Sequence[str] = (), settings: dict[str, Any] | None = None) -> int:
    """Let a worker process run `task` to its end and stop it with TERM; returns how many statements the task sent."""
    with _process(task, 0, modules, settings or {}) as (process, said):
        process.send_signal(signal.SIGTERM)
        assert process.wait(LIMIT) == 0, "the worker did not end well after TERM"
    return int(said.removeprefix("end "))


def run_and_stop(task: str, at_step: int, *, modules: Sequence[str] = (), settings: dict[str, Any] | None = None) -> None:
    """Let a worker process run up to the n-th statement of `task`, then ask it to stop with TERM; the task goes on meanwhile."""
    with _process(task, -at_step, modules, settings or {}) as (process, said):
        assert said == "halt"
        process.send_signal(signal.SIGTERM)
        assert process.wait(LIMIT) == 0, "the worker did not end well after TERM"


def kill_again_and_again(task: str, **arguments: Any) -> int:
    """Run a task in a process of its own that is killed with -9 before its first statement, again before its second, later and later,
    until it comes through; returns how often it was killed.

    Cheap, since the process is a copy of this one: for tasks by the clock, which nobody watches. It skips the worker around the task.
    """
    worker.discover()
    kills, at_step = 0, 1
    while dies_before(at_step, lambda: TASKS[task](Progress(), **arguments)):
        kills, at_step = kills + 1, at_step + 1 + at_step // 3
    return kills


def finish() -> int:
    """Rescue what the killed worker left and run all that waits, in this process; returns how many jobs ran."""
    worker.rescue(stalled_after=0)
    return worker.drain()


def spread(steps: int, at_most: int = 5) -> list[int]:
    """First, last and some statements between."""
    return sorted({1 + round(number * (steps - 1) / (at_most - 1)) for number in range(at_most)})


@contextmanager
def _process(task: str, at_step: int, modules: Sequence[str], settings: dict[str, Any], containing: str = "") -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    read, write = os.pipe()
    order = {
        "database": connection.settings_dict["NAME"], "task": task, "at_step": at_step, "containing": containing, "pipe": write, "modules": list(modules),
        "settings": {"VAULT_URL": here.VAULT_URL, "QUIET_HOURS": None, "QUIET_DAYS": [], **settings}, "heartbeat": 0.2, "stalled_after": 1.0,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.jobs.worker_process", json.dumps(order)], cwd=ROOT, pass_fds=[write],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}, stderr=subprocess.PIPE,
    )
    os.close(write)
    try:
        with os.fdopen(read) as pipe:
            said = pipe.readline().strip()
        if not said:
            process.kill()
            assert process.stderr is not None
            raise AssertionError(f"The worker process died before it came to {task}:\n{process.stderr.read().decode()}")
        yield process, said
    finally:
        process.kill()
        process.wait()
        if process.stderr:
            process.stderr.close()


def _until_its_locks_are_gone() -> None:
    """Wait until the database has noticed the death: its sessions give their advisory locks and transactions back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT objid, classid FROM pg_locks WHERE locktype = 'advisory' AND database ="
                       " (SELECT oid FROM pg_database WHERE datname = current_database()) AND objsubid = 1")
        for low, high in cursor.fetchall():
            key = (high << 32) | low
            key = key - 2**64 if key >= 2**63 else key
            cursor.execute("SELECT pg_advisory_lock(%s)", [key])
            cursor.execute("SELECT pg_advisory_unlock(%s)", [key])
