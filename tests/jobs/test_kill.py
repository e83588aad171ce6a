"""A worker killed with -9 in the middle of a task: the same end as without."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from types import SimpleNamespace

import pytest
from django.db import connection

from azimuth.jobs import actions, queries, running, tasks, worker
from azimuth.jobs.models import Job
from azimuth.jobs.progress import Interrupted
from tests.jobs import kill, little_tasks

pytestmark = pytest.mark.django_db(transaction=True)
MODULES = [little_tasks.__name__]


@pytest.fixture
def job(now: datetime) -> Job:
    """Counts five stars."""
    return actions.start("tests.stars", key="stars", title="Counting stars", by=None, at=now, number=5)


def end_of(job: Job) -> tuple[str, dict[str, int], int, int, int]:
    job.refresh_from_db()
    return job.state, job.result, job.done, Job.objects.filter(task="star").count(), queries.worker_health().waiting


WELL = ("done", {"stars": 5}, 5, 5, 0)


def test_a_worker_process_runs_what_is_queued_and_stops_on_term(job: Job) -> None:
    assert kill.steps_of("tests.stars", modules=MODULES) > 5
    assert end_of(job) == WELL
    assert queries.worker_health() == queries.WorkerHealth(None, 0, 0)


@pytest.mark.parametrize("at_step", [1, 2, 9, 20])
def test_a_kill_changes_nothing_in_the_end(job: Job, at_step: int) -> None:
    kill.run_and_kill("tests.stars", at_step, modules=MODULES)
    assert end_of(job)[0] == "running"
    assert kill.finish() == 1
    assert end_of(job) == WELL


def test_another_worker_rescues_it(job: Job) -> None:
    kill.run_and_kill("tests.stars", 9, modules=MODULES)
    kill.steps_of("tests.stars", modules=MODULES)
    assert end_of(job) == WELL


def test_a_task_that_ends_before_the_step_is_told(job: Job) -> None:
    with pytest.raises(AssertionError, match=r"tests\.stars ended after \d+ statements"):
        kill.run_and_kill("tests.stars", 10_000, modules=MODULES)


def test_a_kill_after_the_end_was_written_runs_nothing_again(job: Job) -> None:
    worker.drain()
    with connection.cursor() as cursor:  # what is left when the process dies between our mark and the queue's
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status)"
            " VALUES ('default', 'jobs.run', jsonb_build_object('name', 'tests.stars', 'job_id', %s::text, 'arguments', '{}'::jsonb), 'doing')",
            [str(job.pk)],
        )
    assert kill.finish() == 1
    assert end_of(job) == WELL


def test_a_job_that_kills_its_worker_is_given_up(job: Job) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', attempts = %s", [worker.DEADLY])
    assert worker.rescue(stalled_after=0) == 1
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert "again and again" in job.note
    assert worker.drain() == 0


# ---- by the clock: one runs, one may wait


def waiting() -> int:
    return queries.worker_health().waiting


def test_a_killed_run_by_the_clock_does_not_bar_the_one_that_waits() -> None:
    actions.nudge("tests.endless")
    kill.run_and_kill("tests.endless", 3, modules=MODULES)
    actions.nudge("tests.endless")  # the next minute, before anybody has noticed
    assert worker.rescue(stalled_after=0) == 1
    assert queries.worker_health() == queries.WorkerHealth(queries.worker_health().seen_at, waiting=1, running=0)
    kill.run_and_stop("tests.endless", 3, modules=MODULES)
    assert waiting() == 1, "interrupted, it waits again"


@pytest.mark.parametrize("another_waits", [True, False])
@pytest.mark.parametrize("fault", [ValueError("no stars"), Interrupted(), running.Busy()])
def test_a_run_by_the_clock_that_ends_badly_comes_again_once(fault: BaseException, another_waits: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(progress: tasks.Progress) -> None:
        raise fault

    monkeypatch.setitem(tasks.TASKS, "tests.faulty", fail)
    if another_waits:
        actions.nudge("tests.faulty")
    context = SimpleNamespace(job=SimpleNamespace(attempts=0), should_abort=lambda: False)
    worker._run(context, "tests.faulty", None, {})
    assert waiting() == 1


def test_a_job_that_ends_badly_comes_back_as_itself(job: Job) -> None:
    context = SimpleNamespace(job=SimpleNamespace(attempts=0), should_abort=lambda: True)
    with pytest.raises(Interrupted):
        worker._run(context, "tests.stars", str(job.pk), {"number": 5})


def test_a_job_never_runs_twice_at_once(job: Job) -> None:
    holder = running.Side(str(job.pk))
    holder.take()
    with pytest.raises(running.Busy):
        worker.drain()
    holder.close()
    assert queries.worker_health().waiting == 1
    assert worker.drain() == 1
    assert end_of(job) == WELL


def test_watchers_see_progress_while_the_work_is_in_a_transaction(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import transaction

    seen: list[tuple[int, int, str]] = []
    other = connection.copy()

    def look() -> None:
        with other.cursor() as cursor:
            cursor.execute("SELECT done, total, note FROM jobs_job WHERE key = 'long'")
            seen.append(cursor.fetchone())

    def long(progress: tasks.Progress) -> None:
        with transaction.atomic():
            progress.report(1, 4, "Under way")
            look()

    monkeypatch.setitem(tasks.TASKS, "tests.long", long)
    actions.start("tests.long", key="long", title="Long", by=None, at=now)
    worker.drain()
    other.close()
    assert seen == [(1, 4, "Under way")]


def test_a_worker_asked_to_stop_puts_long_work_back(now: datetime) -> None:
    job = actions.start("tests.endless", key="endless", title="Endless", by=None, at=now)
    kill.run_and_stop("tests.endless", 3, modules=MODULES)
    job.refresh_from_db()
    assert job.state == Job.State.WAITING
    assert queries.worker_health() == queries.WorkerHealth(None, waiting=1, running=0)


def test_a_stopping_worker_puts_the_job_back(job: Job, run: Callable[..., None]) -> None:
    with pytest.raises(running.Interrupted):
        run("tests.stars", str(job.pk), {"number": 5}, is_stopping=lambda: True)
    job.refresh_from_db()
    assert job.state == Job.State.WAITING
    run("tests.stars", str(job.pk), {"number": 5})
    assert end_of(job)[:4] == WELL[:4]


def test_a_passing_fault_of_the_database_is_tried_again(now: datetime, run: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError

    def lose(progress: tasks.Progress) -> None:
        raise OperationalError("the connection was lost")

    monkeypatch.setitem(tasks.TASKS, "tests.lose", lose)
    job = actions.start("tests.lose", key="lose", title="Lose", by=None, at=now)
    with pytest.raises(OperationalError):
        run("tests.lose", str(job.pk), {}, attempt=1)
    job.refresh_from_db()
    assert job.state == Job.State.WAITING
    run("tests.lose", str(job.pk), {}, attempt=running.PATIENCE)
    job.refresh_from_db()
    assert job.state == Job.State.FAILED


@pytest.fixture
def run() -> Callable[..., None]:
    """One run, as the worker does it."""
    return running.run
