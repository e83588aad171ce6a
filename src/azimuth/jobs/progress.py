"""How far a job is: written beside the work, so that watchers see it while the work's transaction is still open."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar
from uuid import UUID

T = TypeVar("T")
Writer = Callable[[int, int, str], None]

EVERY = 0.5  # seconds between two writes at least


class Interrupted(BaseException):
    """The worker is asked to stop: the job goes back into the queue. Not an Exception, so that tasks let it pass."""


def _nowhere(done: int, total: int, note: str) -> None:
    """Where the progress of scheduled work goes: nobody watches."""


def _never() -> bool:
    return False


class Progress:
    """Given to every task. Reports are cheap: they are written twice a second at most."""

    def __init__(self, job_id: UUID | None = None, write: Writer = _nowhere, is_stopping: Callable[[], bool] = _never) -> None:
        self.job_id = job_id
        self.done, self.total, self.note = 0, 0, ""
        self._write, self._is_stopping = write, is_stopping
        self._written_at = 0.0

    def report(self, done: int | None = None, total: int | None = None, note: str | None = None) -> None:
        """Say how far the work is; `note` is a short phrase for the person. Raises Interrupted when the worker must stop."""
        if self._is_stopping():
            raise Interrupted
        self.done = self.done if done is None else done
        self.total = self.total if total is None else total
        self.note = self.note if note is None else note[:300]
        if time.monotonic() - self._written_at >= EVERY:
            self.flush()

    def advance(self, steps: int = 1, note: str | None = None) -> None:
        """Say that so many more steps are done."""
        self.report(self.done + steps, note=note)

    def each(self, things: Iterable[T], total: int, note: str | None = None) -> Iterator[T]:
        """Go through `things`, reporting each one done."""
        self.report(0, total, note)
        for thing in things:
            yield thing
            self.advance()

    def flush(self) -> None:
        """Write what was reported, now."""
        self._written_at = time.monotonic()
        self._write(self.done, self.total, self.note)
