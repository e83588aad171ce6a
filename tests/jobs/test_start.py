"""Starting work, running it inline, and how it ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest

from azimuth.access.verdict import Refused
from azimuth.jobs import actions, tasks
from azimuth.jobs.models import Job
from tests.cast import Cast

Drain = Callable[..., int]


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """A task "tests.work" whose behaviour the test chooses by `do`; what it received is in `seen`."""
    book: dict[str, Any] = {"seen": [], "do": lambda progress: {"rows": 3}}

    def run(progress: tasks.Progress, **arguments: Any) -> dict[str, Any] | None:
        book["seen"].append(arguments)
        return book["do"](progress)

    monkeypatch.setitem(tasks.TASKS, "tests.work", run)
    return book


def start(cast: Cast, now: datetime, key: str = "one", **arguments: Any) -> Job:
    return actions.start("tests.work", key=key, title="Counting stars", by=cast.ada, at=now, next_url="/stars/", **arguments)


def test_runs_with_its_arguments_and_keeps_the_result(cast: Cast, now: datetime, run_jobs: Drain, work: dict[str, Any]) -> None:
    job = start(cast, now, sky="north")
    assert job.state == Job.State.WAITING
    assert job.started_by_id == cast.ada.pk
    assert run_jobs() == 1
    job.refresh_from_db()
    assert (job.state, job.result, job.next_url) == (Job.State.DONE, {"rows": 3}, "/stars/")
    assert job.finished_at is not None
    assert work["seen"] == [{"sky": "north"}]


def test_the_same_key_is_the_same_job(cast: Cast, now: datetime, run_jobs: Drain, work: dict[str, Any]) -> None:
    assert start(cast, now) == start(cast, now)
    assert run_jobs() == 1
    assert start(cast, now).state == Job.State.DONE
    assert run_jobs() == 0


def test_progress_is_written(cast: Cast, now: datetime, run_jobs: Drain, work: dict[str, Any]) -> None:
    def half(progress: tasks.Progress) -> None:
        assert list(progress.each("abcd", 4, "letters")) == list("abcd")

    work["do"] = half
    job = start(cast, now)
    run_jobs()
    job.refresh_from_db()
    assert (job.done, job.total, job.note, job.percent) == (4, 4, "letters", 100)


@pytest.mark.parametrize("refusal", [tasks.Failed("The sky is cloudy."), Refused("The sky is cloudy.")])
def test_a_refusal_is_its_sentence(cast: Cast, now: datetime, run_jobs: Drain, work: dict[str, Any], refusal: Exception) -> None:
    def refuse(progress: tasks.Progress) -> None:
        raise refusal

    work["do"] = refuse
    job = start(cast, now)
    run_jobs()
    job.refresh_from_db()
    assert (job.state, job.note) == (Job.State.FAILED, "The sky is cloudy.")


def test_a_fault_tells_no_details(cast: Cast, now: datetime, run_jobs: Drain, work: dict[str, Any], caplog: pytest.LogCaptureFixture) -> None:
    def break_down(progress: tasks.Progress) -> None:
        raise KeyError("secret")

    work["do"] = break_down
    job = start(cast, now)
    run_jobs(raising=False)
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert "secret" not in job.note
    assert "secret" in caplog.text


def test_a_fault_reaches_the_test(cast: Cast, now: datetime, run_jobs: Drain, work: dict[str, Any]) -> None:
    work["do"] = lambda progress: {}["nothing"]
    start(cast, now)
    with pytest.raises(KeyError):
        run_jobs()


def test_what_failed_can_be_started_again(cast: Cast, now: datetime, run_jobs: Drain, work: dict[str, Any]) -> None:
    def refuse(progress: tasks.Progress) -> None:
        raise tasks.Failed("Not yet.")

    work["do"] = refuse
    job = start(cast, now, try_number=1)
    run_jobs()
    work["do"] = lambda progress: None
    assert start(cast, now, try_number=2).state == Job.State.WAITING
    assert run_jobs() == 1
    job.refresh_from_db()
    assert (job.state, job.note, job.result) == (Job.State.DONE, "", {})
    assert work["seen"] == [{"try_number": 1}, {"try_number": 2}]


def test_restart_leaves_alone_what_has_not_failed(cast: Cast, now: datetime, run_jobs: Drain, work: dict[str, Any]) -> None:
    job = start(cast, now)
    run_jobs()
    assert actions.restart(job, by=cast.ada, at=now).state == Job.State.DONE
    assert run_jobs() == 0


def test_work_rolled_back_was_never_started(cast: Cast, now: datetime, run_jobs: Drain, work: dict[str, Any]) -> None:
    from django.db import transaction

    with transaction.atomic():
        start(cast, now)
        transaction.set_rollback(True)
    assert run_jobs() == 0
    assert not Job.objects.exists()


def test_old_jobs_are_forgotten(cast: Cast, now: datetime, run_jobs: Drain, work: dict[str, Any]) -> None:
    from datetime import timedelta

    start(cast, now)
    run_jobs()
    finished = Job.objects.get().finished_at
    assert finished is not None
    assert actions.forget_old(before=finished) == 0
    assert actions.forget_old(before=finished + timedelta(seconds=1)) == 1


def test_jobs_are_seen_by_their_starter_and_administrators(cast: Cast, now: datetime, work: dict[str, Any]) -> None:
    start(cast, now)
    seers = {name for name in ("ada", "bo", "dan", "eve", "finn", "iris", "jon") if Job.objects.visible_to(getattr(cast, name)).exists()}
    assert seers == {"ada", "finn", "iris"}


def test_two_tasks_may_not_share_a_name() -> None:
    tasks.task("tests.twin")(lambda progress: None)
    with pytest.raises(ValueError, match=r"tests\.twin"):
        tasks.task("tests.twin")(lambda progress: None)
    del tasks.TASKS["tests.twin"]
