"""What is sent twice is done once: a double click, a reload, a form sent again after the connection broke."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect

View = TypeVar("View", bound=Callable[..., HttpResponseBase])
KEPT = 600  # seconds in which the same page sent again is taken for the same deed


def leaves_no_trace(view: View) -> View:
    """Mark a view that is harmless when sent twice and must keep nothing of what was sent: the answer path."""
    view.leaves_no_trace = True  # type: ignore[attr-defined]
    return view


def once(request: HttpRequest, work: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """Answer a form; sent again from the very same page, it leads where the first one led, and nothing is done.

    Each page we render carries a token of its own in its forms, so equal fields with an equal token are one click, while the same
    words typed into a page opened anew are another. Of two at once the second waits for the first.
    """
    key = _key(request)
    if not key:
        return work()
    with _one_at_a_time(key):
        led_to = cache.get(key)
        if led_to:
            return HttpResponseRedirect(led_to)
        response = work()
        if response.status_code == 302:
            cache.set(key, response["Location"], KEPT)
        return response


def _key(request: HttpRequest) -> str:
    """What this click is known by; nothing where no page of ours with a session sent it."""
    if request.method != "POST" or not request.POST.get("csrfmiddlewaretoken") or not request.session.session_key:
        return ""
    files = sorted((name, str(file), file.size) for name, several in request.FILES.lists() for file in several)
    said = repr((request.session.session_key, request.get_full_path(), sorted(request.POST.lists()), files))
    return "once:" + hashlib.sha256(said.encode(errors="surrogatepass")).hexdigest()


@contextmanager
def _one_at_a_time(key: str) -> Iterator[None]:
    """Hold a lock of the database, which a process that dies gives back."""
    number = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [number])
    try:
        yield
    finally:
        if connection.connection is not None and not connection.connection.broken:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [number])
