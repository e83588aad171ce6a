"""The database goes away for a moment: a friendly page, and nothing that was typed is lost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client

TEXT = "A long paragraph about somebody's work, written with care, while the database was being restarted."


@pytest.fixture
def away(transactional_db: None) -> Iterator[None]:
    """Nobody answers where the database should be."""
    connection.close()
    before = dict(connection.settings_dict)
    connection.settings_dict |= {"HOST": "127.0.0.1", "PORT": "1"}
    yield
    connection.close()
    connection.settings_dict.clear()
    connection.settings_dict.update(before)


def somebody() -> Client:
    """A browser with a session cookie, whatever it is worth."""
    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = "0123456789abcdefghijklmnopqrstuv"
    return client


def test_a_page_says_that_it_comes_back(away: None) -> None:
    answer = somebody().get("/reviews/?show=all")

    assert answer.status_code == 503
    assert answer["Retry-After"] == "5"
    assert "What was saved before is safe." in answer.text
    assert 'href="/reviews/?show=all"' in answer.text


def test_what_was_typed_into_our_form_is_held_and_sent_again(away: None) -> None:
    answer = somebody().post("/reviews/answer/7b1c7f0e-9c3c-4d5a-8f57-0d6a4b1f2a3c/", {"text-1": TEXT, "seen": "3"}, headers={"Sec-Fetch-Site": "same-origin"})

    assert answer.status_code == 503
    assert answer.text.count("somebody&#x27;s work") == 2
    assert '<input type="hidden" name="seen" value="3">' in answer.text
    assert "csrfmiddlewaretoken" in answer.text


@pytest.mark.parametrize(("fields", "site"), [({"password": "a secret"}, "same-origin"), ({"text-1": TEXT}, "cross-site")])
def test_secrets_and_what_a_foreign_page_sent_are_not_handed_back(away: None, fields: dict[str, str], site: str) -> None:
    answer = somebody().post("/accounts/login/", fields, headers={"Sec-Fetch-Site": site})

    assert answer.status_code in {403, 503}
    assert not any(value in answer.text for value in fields.values())
