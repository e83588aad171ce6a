"""While somebody must add a second factor, no address of the site opens but those that lead to one."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from azimuth.people.models import Person
from azimuth.workspace.security.middleware import OPEN_GUARDS, OPEN_PAGES
from tests.cast import Cast
from tests.house.permissions import METHODS, Row, addresses, rows
from tests.house.stage import Stage
from tests.house.visits import path_of, visit

SignIn = Callable[[Person], Client]
SHUT = [row for name, row in rows().items() if addresses()[name].guard not in OPEN_GUARDS and name not in OPEN_PAGES]
# Open to all by nature, and to whoever lacks a factor: signing in and out, language and look, health. None shows what only people inside may see.
OPEN_TO_ALL = {
    "welcome", "account_login", "account_logout", "account_inactive", "account_request_login_code", "account_confirm_login_code", "mfa_authenticate",
    "account_reset_password", "account_confirm_password_reset_code", "account_complete_password_reset", "account_password_reset_completed",
    "demo", "demo-enter", "security:use-passkey", "workspace:alive", "workspace:ready", "workspace:theme", "workspace:language", "kit:gallery",
    "notifications:reminders-by-link",  # by the proof in a mail
    "notifications:mailbox", "notifications:mail",  # of the demo, absent elsewhere
    "reviews:outside", "reviews:outside-answer", "reviews:outside-decline", "reviews:outside-language", "reviews:outside-thanks",  # by a link alone
}


@pytest.mark.parametrize("row", SHUT, ids=str)
def test_nothing_opens_and_nothing_is_done(row: Row, cast: Cast, now: datetime, as_person: SignIn, settings: Any) -> None:
    path = path_of(row, Stage(cast, now))
    settings.REQUIRE_SECOND_FACTOR = "privileged"
    for actor, method in itertools.product(("iris", "finn", "eve", "jon"), METHODS):
        with transaction.atomic():
            response = visit(as_person(getattr(cast, actor)), row, method, path)
            transaction.set_rollback(True)
        assert response.status_code == 302, f"{method} {path} as {actor} answers {response.status_code}"
        assert response["Location"] == "/accounts/security/"


def test_what_stays_open_is_known_by_name() -> None:
    assert {name for name, address in addresses().items() if address.guard in OPEN_GUARDS} == OPEN_TO_ALL, "may whoever lacks a factor open it?"
    assert set(addresses()) >= OPEN_PAGES, "middleware.OPEN_PAGES names an address that is gone"
    assert len(SHUT) > 80


@pytest.mark.parametrize("name", sorted(OPEN_PAGES))
def test_what_must_stay_open_does(name: str, cast: Cast, now: datetime, as_person: SignIn, settings: Any) -> None:
    row = rows()[name]
    path = path_of(row, Stage(cast, now))
    settings.REQUIRE_SECOND_FACTOR = "everybody"
    for method in row.cells:
        led_to = visit(as_person(cast.ada), row, method, path).get("Location", "")
        assert led_to == "" or led_to.startswith("/accounts/security/prove/") or name in {"security:end-session", "security:end-sessions"}
