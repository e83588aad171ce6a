"""Accounts with second factors, and browserless clients at every step of signing in."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from azimuth.notifications.models import Mail
from azimuth.people.models import Account, Person
from azimuth.workspace.security import actions, proof
from azimuth.workspace.security.queries import factors_of
from tests.cast import Cast
from tests.security.soft_key import SoftKey

PASSWORD = "seven quiet compasses"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def _fresh_limits(db: None) -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def code_of_app(secret: str = SECRET, step: int = 1) -> str:
    """What the app shows: now (step 1), half a minute ago (0), soon (2)."""
    return format_hotp_value(hotp_value(secret, list(yield_hotp_counters_from_time())[step]))


def codes_of(account: Account) -> list[str]:
    """The recovery codes that are left."""
    return list(factors_of(account).codes.wrap().get_unused_codes())


def with_password(person: Person) -> Account:
    """The person's account, with a password."""
    account = person.account
    account.set_password(PASSWORD)
    account.save()
    return account


def mailed_code(address: str) -> str:
    """The code of the last mail to an address."""
    return re.search(r"Your code: (\S+)", Mail.objects.filter(to=address, text__contains="Your code").latest("queued_at").text)[1]  # type: ignore[index]


def sign_in(client: Client, account: Account, **more: str) -> Any:
    """The first step, by password."""
    return client.post("/accounts/login/", {"login": account.email, "password": PASSWORD, **more})


def is_in(client: Client) -> bool:
    """Whether the client is signed in, all steps done."""
    return "_auth_user_id" in client.session and client.get("/people/preferences/").status_code == 200


def options_in(page: str) -> dict[str, Any]:
    """What the page tells the browser to ask a passkey for."""
    return json.loads(html.unescape(re.search(r'data-options="([^"]+)"', page)[1]))  # type: ignore[index]


@pytest.fixture
def ada(cast: Cast) -> Account:
    """Ada with a password and no second factor."""
    return with_password(cast.ada)


@pytest.fixture
def ada_with_app(ada: Account, cast: Cast) -> Account:
    """Ada with an authenticator app and ten recovery codes."""
    actions.add_app(ada, secret=SECRET, by=cast.ada, at=timezone.now())
    Mail.objects.all().delete()
    return ada


@pytest.fixture
def proven(as_person: Callable[[Person], Client]) -> Callable[[Person], Client]:
    """A client signed in as somebody who has just proven that it is them."""

    def sign_in_proven(person: Person) -> Client:
        client = as_person(person)
        session = client.session
        proof.note(session, timezone.now())
        session.save()
        return client

    return sign_in_proven


@pytest.fixture
def key() -> SoftKey:
    """A security key in Python."""
    return SoftKey()


def add_passkey(client: Client, key: SoftKey, name: str = "Blue key") -> Any:
    """Add a passkey as a browser would."""
    options = options_in(client.get("/accounts/security/passkeys/add/").content.decode())
    return client.post("/accounts/security/passkeys/add/", {"name": name, "credential": key.make(options)})
