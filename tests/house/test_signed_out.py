"""Signed out while typing, or the database away for a moment: the text comes back, is sent again, and is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from azimuth.people.models import Person
from tests.cast import Cast
from tests.house.filling import forms_of
from tests.house.permissions import rows
from tests.house.stage import Stage
from tests.house.twice import doers, prepared
from tests.house.visits import path_of, words_of

SignIn = Callable[[Person], Client]
OURS = {"Sec-Fetch-Site": "same-origin"}
TEXT = "She explains why,\nnot only what: “because …” – <b>always</b> & without =1+1.  Two spaces."
LONG = {  # where people write much, and the field they write it in ("" = the first that begins with text-)
    "reviews:answer": "text-", "reviews:decline": "reason", "reviews:return-list": "note", "reviews:nominate-external": "name", "reviews:acknowledge": "comment",
    "reviews:choose-growth": "note-", "questionnaires:add-question": "text", "questionnaires:edit-section": "description", "questionnaires:import": "text",
    "competencies:new": "definition", "people:edit": "job_title",
}


def typed(name: str, stage: Stage, as_person: SignIn) -> tuple[str, Client, dict[str, Any], str]:
    """The address, who writes, everything in the form with the text in it, and the text."""
    row = rows()[name]
    path, client = path_of(row, stage), as_person(getattr(stage.cast, doers(row)[0]))
    sent = prepared(row, stage, client)
    assert sent is not None
    field = next(key for key in [*sent, LONG[name]] if key.startswith(LONG[name]))
    return path, client, {**sent, field: TEXT}, field


def given_back(path: str, response: Any, sent: dict[str, Any]) -> dict[str, list[str]]:
    """What the page of an answer would send again; it must be what was typed."""
    (form,) = [form for form in forms_of(path, response.content.decode()) if form.action == path and form.is_post]
    held = {key: [value.replace("\r\n", "\n") for value in values] for key, values in form.filled().items()}
    for key, value in sent.items():
        if key != "csrfmiddlewaretoken":
            assert held[key] == [str(one) for one in (value if isinstance(value, list) else [value])], key
    return held


@pytest.fixture
def stage(cast: Cast) -> Stage:
    built = Stage(cast, timezone.now())
    built["questionnaire"]
    return built


@pytest.mark.parametrize("name", LONG)
def test_after_signing_in_the_text_is_back_and_is_kept(name: str, stage: Stage, as_person: SignIn) -> None:
    path, client, sent, _field = typed(name, stage, as_person)
    for word in words_of(rows()[name]).values():
        stage[word]

    page = Client().post(path, sent, headers=OURS)

    assert page.status_code == 403
    again = given_back(path, page, sent)
    assert client.post(path, again).status_code == (422 if name == "questionnaires:import" else 302)


def test_while_the_database_is_away_the_page_holds_the_text_and_sends_it_later(stage: Stage, as_person: SignIn) -> None:
    path, client, sent, field = typed("reviews:answer", stage, as_person)
    client.raise_request_exception = False

    def restart(execute: Callable[..., Any], query: str, values: Any, many: bool, context: Any) -> Any:
        if "ballots_" in query:
            raise OperationalError("terminating connection due to administrator command")
        return execute(query, values, many, context)

    with connection.execute_wrapper(restart):
        away = client.post(path, sent, headers=OURS)

    assert (away.status_code, away["Retry-After"]) == (503, "5")
    assert b"Traceback" not in away.content
    assert b"administrator command" not in away.content
    assert client.post(path, given_back(path, away, sent)).status_code == 302
    (form,) = [form for form in forms_of(path, client.get(path).content.decode()) if form.action == path and form.texts]
    assert form.filled()[field] == [TEXT.replace("  ", "  ").strip()]
