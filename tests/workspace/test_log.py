"""The page of the log: who sees what, search, files, the check of the chain."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import connection
from django.test import Client

from azimuth.audit import actions
from azimuth.audit.models import Entry
from azimuth.people.models import Person
from tests.cast import Cast
from tests.queries import assert_constant_queries

SignIn = Callable[[Person], Client]


@pytest.fixture
def log(cast: Cast, now: datetime) -> None:
    """A deed of HR and one that concerns security."""
    actions.record("reviews.release", cast.ada, by=cast.iris, at=now, released=3)
    actions.record("audit.download", by=cast.jon, at=now, form="csv")


@pytest.mark.parametrize(("who", "sees"), [("jon", {"Released reports", "Downloaded the log"}), ("iris", {"Released reports"}), ("finn", {"Downloaded the log"})])
def test_each_sees_their_part(cast: Cast, log: None, as_person: SignIn, who: str, sees: set[str]) -> None:
    page = as_person(getattr(cast, who)).get("/audit/").content.decode().split("<table")[1]
    assert {words for words in ("Released reports", "Downloaded the log") if words in page} == sees


def test_others_find_nothing(cast: Cast, log: None, as_person: SignIn) -> None:
    for path in ("/audit/", "/audit/chain/"):
        assert as_person(cast.bo).get(path).status_code == 404
    assert as_person(cast.bo).post("/audit/download/").status_code == 404
    assert as_person(cast.iris).get("/audit/chain/").status_code == 404


def test_search_by_person_action_and_time(cast: Cast, log: None, as_person: SignIn) -> None:
    jon = as_person(cast.jon)
    assert "Ada Novak" in rows(jon, q="ada")
    assert "Ada Novak" in rows(jon, q="Iris")
    assert "Ada Novak" not in rows(jon, q="Dan")
    assert "Ada Novak" not in rows(jon, action="audit.download")
    assert "Ada Novak" in rows(jon, action="reviews.release")
    assert "Ada Novak" not in rows(jon, days="1")


def rows(client: Client, **query: str) -> str:
    page = client.get("/audit/", query).content.decode()
    return page.split('id="log"')[1].split("</footer>")[0]


def test_the_page_asks_the_same_questions_for_many_rows(cast: Cast, log: None, now: datetime, as_person: SignIn) -> None:
    def grow() -> None:
        for _n in range(60):
            actions.record("reviews.close", by=cast.iris, at=now, early=True)

    assert_constant_queries(as_person(cast.jon), "/audit/", grow)
    assert "after=" in as_person(cast.jon).get("/audit/").content.decode()


def test_the_log_as_json_lines_carries_every_hash(cast: Cast, log: None, as_person: SignIn) -> None:
    response = as_person(cast.jon).post("/audit/download/", {"form": "jsonl"})
    assert response["Content-Disposition"] == 'attachment; filename="azimuth-log.jsonl"'
    lines = [json.loads(line) for line in b"".join(response.streaming_content).splitlines()]
    assert [line["action"] for line in lines] == ["reviews.release", "audit.download", "audit.download"]
    assert [line["hash"] for line in lines] == list(Entry.objects.order_by("number").values_list("hash", flat=True))
    assert lines[0]["at"] == "2026-03-02T09:00:00.000000Z"
    assert lines[0]["detail"] == {"released": 3}


def test_the_log_as_csv_is_narrowed_and_harmless(cast: Cast, log: None, now: datetime, as_person: SignIn) -> None:
    cast.dan.name = "=Dan()"
    actions.record("reviews.close", by=cast.dan, at=now, early=True)
    response = as_person(cast.iris).post("/audit/download/?action=reviews.close", {"form": "csv"})
    text = b"".join(response.streaming_content).decode()
    assert "'=Dan()" in text
    assert "reviews.release" not in text
    assert "audit.download" not in text


def test_taking_the_log_is_recorded(cast: Cast, as_person: SignIn) -> None:
    as_person(cast.finn).post("/audit/download/", {"form": "anything"})
    entry = Entry.objects.get()
    assert (entry.action, entry.actor_name, entry.detail) == ("audit.download", "Finn Aaltonen", {"form": "csv"})


def test_a_download_is_not_got(cast: Cast, as_person: SignIn) -> None:
    assert as_person(cast.jon).get("/audit/download/").status_code == 405


def test_the_check_says_all_is_well(cast: Cast, log: None, as_person: SignIn) -> None:
    page = as_person(cast.jon).get("/audit/chain/").content.decode()
    assert "The log is whole" in page
    assert Entry.objects.latest("number").hash in page


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("UPDATE audit_entry SET actor_name = 'Nobody' WHERE number = 1", "Row 1 is not as it was written."),
        ("DELETE FROM audit_entry WHERE number = 1", "Row 1 is missing."),
        ("DELETE FROM audit_entry WHERE number = 2", "The log ends too early: row 2"),
    ],
)
def test_the_check_names_the_bad_row(cast: Cast, log: None, as_person: SignIn, query: str, words: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
        cursor.execute(query)
        cursor.execute("ALTER TABLE audit_entry ENABLE TRIGGER USER")
    assert words in as_person(cast.finn).get("/audit/chain/").content.decode()
