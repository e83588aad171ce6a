"""Counting the queries of a page."""

from __future__ import annotations

from collections.abc import Callable

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext


def assert_constant_queries(client: Client, path: str, grow: Callable[[], object], *, at_most: int = 12) -> None:
    """The page asks the same number of questions, `at_most` so many, before and after `grow` made its list longer.

    The first visit is not counted: it notes in the session that somebody was here.
    """
    assert client.get(path).status_code == 200, f"{path} cannot be seen"
    before = _count(client, path)
    grow()
    after = _count(client, path)
    assert len(after) == len(before), f"{path} asked {len(before)} questions before, {len(after)} after:\n" + _list(after)
    assert len(after) <= at_most, f"{path} asks {len(after)} questions, at most {at_most}:\n" + _list(after)


def _count(client: Client, path: str) -> CaptureQueriesContext:
    with CaptureQueriesContext(connection) as asked:
        response = client.get(path)
        assert response.status_code == 200
        if response.streaming:
            b"".join(response.streaming_content)  # type: ignore[arg-type]
    return asked


def _list(asked: CaptureQueriesContext) -> str:
    return "\n".join(f"  {query['sql'][:300]}" for query in asked.captured_queries)
