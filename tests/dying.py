"""A copy of this process that dies: for work that must end the same wherever it was killed."""

from __future__ import annotations

import os
import signal
import traceback
import warnings
from collections.abc import Callable
from typing import Any

from django.db import connection, connections


def dies_before(statement: int, work: Callable[[], object]) -> bool:
    """Do the work in a copy of this process that is killed with -9 just before its n-th statement; False when it ended first.

    For tests whose rows are committed: the copy has a session of its own. Not for work that sets a PDF: the setter's threads are
    not in the copy, which would wait for them for ever.
    """
    connections.close_all()  # else the copy would share them, and its end would end them
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):  # threads of this process hold no lock the copy needs
        child = os.fork()
    if child == 0:
        _do_and_die(statement, work)
    _child, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or status == 0, "the copy failed: see what it printed"
    return os.WIFSIGNALED(status)


def _do_and_die(statement: int, work: Callable[[], object]) -> None:
    steps = iter(range(1, statement))

    def step(execute: Callable[..., Any], query: str, values: Any, many: bool, context: Any) -> Any:
        if next(steps, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(query, values, many, context)

    try:
        connections.close_all()  # one from before a browser's event loop began was hidden from the parent
        with connection.execute_wrapper(step):
            work()
        os._exit(0)
    finally:  # whatever happens, a copy never goes on with the tests of this process
        traceback.print_exc()
        os._exit(1)
