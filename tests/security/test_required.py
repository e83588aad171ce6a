"""Where a second factor is required: who lacks one is led to adding one and can open nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from azimuth.people.actions import grants
from azimuth.people.models import Account, Person
from azimuth.people.states import Role
from azimuth.workspace.security import actions, proof
from azimuth.workspace.security.policies import must_have_factor
from tests.cast import Cast
from tests.security.conftest import SECRET, add_passkey, code_of_app, sign_in, with_password
from tests.security.soft_key import SoftKey
from tests.security.test_add_app import token_and_secret

SignIn = Callable[[Person], Client]
PAGE = "/accounts/security/"


@pytest.fixture
def required(settings: Any) -> Any:
    """The installation asks everybody with a role for a second factor."""
    settings.REQUIRE_SECOND_FACTOR = "privileged"
    return settings


@pytest.mark.parametrize(("asked_of", "whom"), [
    ("nobody", set()), ("privileged", {"eve", "finn", "iris", "jon"}), ("everybody", {"ada", "bo", "cleo", "dan", "eve", "finn", "iris", "jon"}),
])
def test_who_must_have_one(cast: Cast, settings: Any, asked_of: str, whom: set[str]) -> None:
    settings.REQUIRE_SECOND_FACTOR = asked_of
    assert {name for name in ("ada", "bo", "cleo", "dan", "eve", "finn", "iris", "jon") if must_have_factor(getattr(cast, name))} == whom


def test_from_the_sign_in_to_the_page_one_wanted(required: Any, cast: Cast) -> None:
    client = Client()
    response = sign_in(client, with_password(cast.iris), next="/people/import/")
    assert response["Location"] == "/people/import/"
    assert client.get("/people/import/")["Location"] == PAGE
    page = client.get(PAGE).content.decode()
    assert "Add a second factor to go on" in page
    assert 'class="rail__link"' not in page, "places that do not open are not shown"
    assert "Find somebody" not in page
    assert "Sign out" in page
    assert "/help/" in page
    assert client.get("/people/").status_code == 302, "nothing else opens"
    client.get("/people/import/")
    token, secret = token_and_secret(client.get("/accounts/security/app/add/").content.decode())
    codes = client.post("/accounts/security/app/add/", {"token": token, "code": code_of_app(secret)}, follow=True).content.decode()
    assert 'href="/people/import/"' in codes
    assert client.get("/people/import/").status_code == 200
    assert 'class="rail__link"' in client.get(PAGE).content.decode()


def test_a_passkey_is_as_good(required: Any, cast: Cast, proven: SignIn, key: SoftKey) -> None:
    client = proven(cast.iris)
    assert client.get("/settings/").status_code == 302
    response = add_passkey(client, key)
    assert response["Location"] == "/accounts/security/recovery-codes/?next=%2Fsettings%2F"
    assert client.get("/settings/").status_code == 200


def test_recovery_codes_alone_are_no_factor(required: Any, cast: Cast, as_person: SignIn) -> None:
    Authenticator.objects.create(user=cast.iris.account, type="recovery_codes", data={"seed": "x", "used_mask": 0})
    assert as_person(cast.iris).get("/people/")["Location"] == PAGE


def test_a_role_given_while_signed_in_holds_from_the_next_request(required: Any, cast: Cast, as_person: SignIn, now: datetime) -> None:
    client = as_person(cast.ada)
    assert client.get("/people/").status_code == 200
    grants.give(cast.ada, role=Role.AUDITOR, unit=None, starts_on=now.date(), ends_on=None, by=cast.iris, at=now)
    assert client.get("/people/")["Location"] == PAGE


def test_who_has_one_notices_nothing_and_the_setting_costs_one_query(required: Any, cast: Cast, as_person: SignIn, settings: Any) -> None:
    actions.add_app(cast.iris.account, secret=SECRET, by=cast.iris, at=timezone.now())
    client, counts = as_person(cast.iris), []
    for asked_of in ("nobody", "nobody", "privileged"):
        settings.REQUIRE_SECOND_FACTOR = asked_of
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/people/").status_code == 200
        counts.append(len(seen))
    assert counts[2] <= counts[1] + 1


def test_those_without_a_role_notice_nothing(required: Any, cast: Cast, as_person: SignIn) -> None:
    assert as_person(cast.bo).get("/people/").status_code == 200


def test_what_was_typed_is_kept(required: Any, cast: Cast, as_person: SignIn) -> None:
    text = "A long name of a unit somebody typed before the rule came"
    response = as_person(cast.iris).post("/people/units/new/", {"name": text}, headers={"sec-fetch-site": "same-origin"})
    page = response.content.decode()
    assert response.status_code == 403
    assert text in page
    assert "Add a second factor (opens in a new tab)" in page
    assert PAGE in page
    foreign = as_person(cast.iris).post("/people/units/new/", {"name": text}, headers={"sec-fetch-site": "cross-site"})
    assert foreign["Location"] == PAGE


def test_scripts_hear_that_they_may_not(required: Any, cast: Cast, as_person: SignIn) -> None:
    client = as_person(cast.iris)
    response = client.get("/people/", headers={"HX-Request": "true"})
    assert (response.status_code, response["HX-Redirect"]) == (401, PAGE)
    response = client.post("/people/preferences/", headers={"X-Autosave": "1"})
    assert response.status_code == 401
    assert "HX-Redirect" not in response


def test_the_last_factor_cannot_be_removed(required: Any, cast: Cast, proven: SignIn, key: SoftKey) -> None:
    client = proven(cast.iris)
    actions.add_app(cast.iris.account, secret=SECRET, by=cast.iris, at=timezone.now())
    page = client.get("/accounts/security/app/remove/").content.decode()
    assert "this is your last" in page
    assert client.post("/accounts/security/app/remove/").status_code == 403
    add_passkey(client, key)
    assert "this is your last" not in client.get("/accounts/security/app/remove/").content.decode()
    assert client.post("/accounts/security/app/remove/").status_code == 302
    passkey = Authenticator.objects.get(type="webauthn")
    assert client.post(f"/accounts/security/passkeys/{passkey.pk}/remove/").status_code == 403
    assert Authenticator.objects.filter(type="webauthn").exists()


def test_after_a_reset_one_is_added_anew(required: Any, cast: Cast) -> None:
    account = with_password(cast.iris)
    actions.add_app(account, secret=SECRET, by=cast.iris, at=timezone.now())
    actions.reset_factors(cast.iris, by=cast.finn, at=timezone.now())
    client = Client()
    sign_in(client, account)
    assert client.get("/")["Location"] == PAGE


def test_a_session_found_open_cannot_add_a_factor_without_a_proof(required: Any, cast: Cast, as_person: SignIn) -> None:
    client = as_person(cast.iris)
    assert client.get("/accounts/security/app/add/")["Location"].startswith("/accounts/security/prove/")
    assert client.get("/accounts/security/prove/").status_code == 200
    session = client.session
    proof.note(session, timezone.now())
    session.save()
    assert client.get("/accounts/security/app/add/").status_code == 200


def test_everybody_means_accounts_of_everybody(cast: Cast, ada: Account, settings: Any) -> None:
    settings.REQUIRE_SECOND_FACTOR = "everybody"
    client = Client()
    sign_in(client, ada)
    assert client.get("/")["Location"] == PAGE
