"""A fault in any view: the page says nothing of it, and the log nothing of what somebody wrote or who they are."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest
from django.db import DataError, connection
from django.http import HttpResponse

from azimuth.operations import logs
from tests.abuse.walk import UUID, Doors, stages, undone
from tests.cast import Cast
from tests.house.filling import form_to
from tests.house.visits import first_who_may, path_of

CANARY = "canary-5d0e"
OF_EVERY_PAGE = re.compile(r"django_session|usersessions_|people_account|people_grant|shared_cache|SAVEPOINT|people_person.+LIMIT 21|set_config|notifications_notice")


@contextmanager
def broken_database(*, at: int) -> Iterator[list[str]]:
    """The statement a view comes to as its own fails, and says what it was given, as PostgreSQL does of rows."""
    failed: list[str] = []
    seen = [0]

    def fail(execute: Callable[..., Any], query: str, values: Any, many: bool, context: Any) -> Any:
        seen[0] += not OF_EVERY_PAGE.search(query)
        if seen[0] < at or failed:
            return execute(query, values, many, context)
        failed.append(query)
        raise DataError(f"value is out of range\nDETAIL:  Failing row contains ({CANARY}, {values}).\nCONTEXT:  COPY, line 1: \"{CANARY}\"")

    with connection.execute_wrapper(fail):
        yield failed


def written_by(caplog: pytest.LogCaptureFixture) -> str:
    """What the log would hold, as it is written here and in production."""
    return "\n".join(formatter.format(record) for record in caplog.records for formatter in (logs.Lines(), logs.Json()))


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_fault_in_any_view_tells_nobody_what_was_typed(cast: Cast, now: datetime, caplog: pytest.LogCaptureFixture, method: str) -> None:
    """A22, A23: a canary in what was sent and in the row the database quotes, at the first statement of each view: neither page nor log hold it,
    nor a session, a personal link or the key of anything."""
    doors, broken, faults = Doors(cast), 0, []
    for stage, those in stages(cast, now, method):
        for row in those:
            client, path = doors[first_who_may(row, method) or "nobody"], path_of(row, stage)
            with undone():
                page = client.get(path, row.query) if method == "post" and "get" in row.cells else None
            form = form_to(path, [(path, page.content.decode())]) if page is not None and not page.streaming else None
            sent = ({**form.filled(), **dict.fromkeys(form.texts, CANARY)} if form else {"note": CANARY}) | row.form
            caplog.clear()
            with undone(), broken_database(at=1) as failed:
                response = client.get(path, {"q": CANARY, "note": CANARY}) if method == "get" else client.post(path, sent)
            broken += bool(failed)
            if response.status_code == 500:
                faults += [f"{row.name}: {word}" for word in told(response, written_by(caplog), client.cookies)]
    assert broken > 60
    assert not faults, "\n".join(faults)


def told(response: HttpResponse, log: str, cookies: Any) -> Iterator[str]:
    """What should not have been said."""
    assert "DataError" in log, "the fault itself is logged, or this proves nothing"
    if CANARY in response.content.decode():
        yield "the page holds the canary"
    if CANARY in log:
        yield "the log holds the canary"
    if UUID.search(log):
        yield f"the log holds a key: {UUID.search(log)}"
    yield from (f"the log holds the cookie {name}" for name, cookie in cookies.items() if cookie.value and cookie.value in log)
