"""How much one request may ask of us (abuse A54). Caps of files are tested with imports, of workbooks and YAML with their readers, of the disclosure search with statistics."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from azimuth.kit.search import plain
from azimuth.operations import logs
from azimuth.people.models import Person
from tests.cast import Cast

SignIn = Callable[[Person], Client]

NASTY = {
    "one letter": "a" * 200_000, "brackets": "([{<" * 50_000, "half a key": "0123abcd-" * 25_000, "spaces": " " * 200_000, "lines": "DETAIL:\n" * 25_000,
    "combining": "a" + "\u0301" * 100_000, "link": "/reviews/outside/" * 12_000, "markdown": "**[a](b)_`" * 20_000, "digits": "9" * 200_000,
}


def seconds(work: Callable[[], object]) -> float:
    """Processor time of a piece of work."""
    began = time.process_time()
    work()
    return time.process_time() - began


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY)
def test_no_pattern_of_ours_takes_longer_than_the_text_is_long(text: str) -> None:
    """A54: what is cleaned for the log, and folded for the search, costs by length and no more, however it is made up."""
    assert seconds(lambda: logs.scrubbed(text)) < 1
    assert seconds(lambda: plain(text)) < 1


@pytest.mark.parametrize("path", ["/search/", "/people/", "/people/suggest/", "/reviews/cycles/", "/audit/", "/help/"])
def test_a_search_for_very_much_is_as_quick_as_any(cast: Cast, as_person: SignIn, path: str) -> None:
    """A54: words beyond what a search takes are not looked for."""
    client = as_person(cast.iris)
    client.get(path, {"q": "Ada"})
    for text in ("Ada " * 5_000, "%_\\" * 5_000, "a" * 20_000):
        assert seconds(lambda text=text: client.get(path, {"q": text}).content) < 1  # type: ignore[misc]


def test_a_form_heavier_than_any_of_ours_is_refused_unread(cast: Cast, as_person: SignIn) -> None:
    """A54: more than five megabytes of fields, or more fields than any form has."""
    client = as_person(cast.ada)
    client.raise_request_exception = False
    assert client.post(reverse("people:preferences"), {"language": "a" * (6 * 2**20)}).status_code == 400
    assert client.post(reverse("people:preferences"), {f"field{n}": "1" for n in range(6_000)}).status_code == 400
