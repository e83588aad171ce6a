"""What somebody may put into an address or a form that no page of ours put there, and what it must never change."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from datetime import datetime

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.abuse.walk import UUID, Doors, Picture, field_names, stages, undone
from tests.cast import Cast
from tests.house.permissions import ROOT, Row, addresses, rows
from tests.house.stage import Stage
from tests.house.visits import first_who_may, path_of, visit, words_of

CHANGING = re.compile(r'(name="csrfmiddlewaretoken" value=|"X-CSRFToken": ?)"[^"]+"|data-(idle|whole)="\d+"|\d\d:\d\d(:\d\d)?')

# What pages read from the address, each tested where it lives. Everything else is an attempt.
KNOWN = {
    "action", "after", "app", "before", "c", "coach", "coached", "code", "collection", "days", "declined", "export", "gone", "group", "key", "kind", "language",
    "lead", "list", "location", "next", "open", "person", "prefix", "q", "saved", "show", "sort", "state", "submitted", "tab", "unit", "viewer", "weight", "who",
}
ASKED = {"expand", "fields", "filter", "include", "order", "order_by", "ordering", "page_size", "rater_id", "search", "select", "with", "by", "author", "format"}
PUBLIC = ("every part of a page", "the handbook", "one chapter")  # nothing of anybody stands there
READ = {"reviews:extend": {"rater", "subject"}}  # who gets more time: somebody asked in this cycle

# POSTs of mail programs and of people without a cookie: the address itself is the proof, and no session is looked at.
NO_TOKEN = {"notifications:reminders-by-link", "reviews:outside", "reviews:outside-answer", "reviews:outside-decline", "reviews:outside-language"}

NAMES_ANYBODY = {"reviews:remove-rater"}  # whoever works here may be named as somebody not to ask


def content_of(response: HttpResponse) -> str:
    """The whole body, streamed or not."""
    return (b"".join(response.streaming_content) if response.streaming else response.content).decode(errors="replace")  # type: ignore[attr-defined]


def shown(response: HttpResponse, value: str) -> tuple[int, str]:
    """Status and body without tokens and clocks, and without what was asked: links and forms carry the address on."""
    kept = re.sub(rf'[?&](amp;)?[\w-]+={re.escape(value)}(?=[&"#])|<input type="hidden" name="[\w-]+" value="{re.escape(value)}">\s*', "", content_of(response))
    return response.status_code, re.sub(r'(href|hx-get|action)="([^"?&]*)(\?|&amp;)?', r'\1="\2?', CHANGING.sub("", kept))


def test_what_no_page_reads_changes_no_page(cast: Cast, now: datetime) -> None:
    """A17: `?rater=`, `?ordering=rater`, `?expand=`: no name of any field of any table narrows, sorts or widens what a page shows."""
    doors, value = Doors(cast), "zz9"
    attempts = dict.fromkeys(sorted((field_names() | ASKED) - KNOWN), value)
    assert {"rater", "rater_id", "ticket", "password"} <= set(attempts)
    differing = []
    for stage, those in stages(cast, now, "get"):
        for row in those:
            if row.object.startswith(PUBLIC):
                continue
            client, path = doors[first_who_may(row, "get") or "nobody"], path_of(row, stage)
            with undone():
                plain = shown(client.get(path, row.query), value)
            with undone():
                tried = {name: value for name, value in attempts.items() if name not in READ.get(row.name, ())}
                asked = shown(client.get(path, {**tried, **row.query}), value)
            if plain != asked and asked[0] != 400:
                differing.append(row.name)
    assert not differing


def test_the_comparison_sees_a_page_that_reads_what_it_should_not(cast: Cast) -> None:
    """The control of A17: a parameter that is read makes a difference."""
    client = Doors(cast)["ada"]
    assert shown(client.get("/people/"), "x") != shown(client.get("/people/", {"q": "Cleo"}), "x")


def elsewhere(stage: Stage, row: Row) -> Iterator[str]:
    """The address with one of its keys exchanged: by one nothing has, and by that of something else that exists."""
    keys = {name: stage.key(word) for name, word in words_of(row).items()}
    others = [str(uuid.uuid4()), str(stage.cast.dan.pk)]
    for name, key in keys.items():
        if UUID.fullmatch(key) and sum(bool(UUID.fullmatch(other)) for other in keys.values()) > 1:
            yield from (reverse(row.name, kwargs={**keys, name: other}) for other in others)


@pytest.mark.parametrize("method", ["get", "post"])
def test_keys_of_different_things_open_nothing_together(cast: Cast, now: datetime, method: str) -> None:
    """A30: a foreign key in an address is a missing one, also beside a key one may use. Taking somebody off who is not there changes nothing."""
    doors, tried, faults = Doors(cast), 0, []
    for stage, those in stages(cast, now, method):
        before = Picture()
        for row in those:
            actor = first_who_may(row, method)
            for path in elsewhere(stage, row) if actor and row.name not in NAMES_ANYBODY else ():
                tried += 1
                with undone():
                    response = visit(doors[str(actor)], row, method, path)
                    if response.status_code != 404 and (method == "get" or before.now() != before.rows):
                        faults.append(f"{method.upper()} {row.name} {path}: {response.status_code}")
    assert tried > 10
    assert not faults, "\n".join(faults)


def test_every_post_wants_a_token_of_ours(cast: Cast) -> None:
    """A45: a form of a foreign page is refused everywhere before anything is looked up, signing in and out included."""
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.iris.account)
    site, let_in = addresses(), set()
    for row in rows().values():
        if "post" in row.cells:
            parts = re.findall(r"<(\w+):(\w+)>", site[row.name].route)
            values = {name: {"uuid": str(uuid.uuid4()), "int": "1"}.get(kind, "wrong") for kind, name in parts}
            response = strict.post(reverse(row.name, kwargs=values), row.form)
            if response.status_code != 403:
                let_in.add(row.name)
    assert let_in <= NO_TOKEN


def test_a_page_that_opens_beside_ours_cannot_reach_back() -> None:
    """A45: whatever opens in a tab of its own gets no hold of ours."""
    tags = [tag for path in (ROOT / "src").rglob("*.html") for tag in re.findall(r'<a [^>]*\starget="_blank"[^>]*>', path.read_text("utf-8"))]
    assert tags
    assert [tag for tag in tags if "noopener" not in tag] == []
