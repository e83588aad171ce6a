"""Is it you? Asked before every page that changes how an account is opened; by the strongest thing one has."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from azimuth.notifications.models import Mail
from azimuth.people.models import Account, Person
from azimuth.workspace.security import proof
from tests.cast import Cast
from tests.security.conftest import (
    PASSWORD,
    add_passkey,
    code_of_app,
    codes_of,
    mailed_code,
    options_in,
    sign_in,
)
from tests.security.soft_key import SoftKey

SignIn = Callable[[Person], Client]
PROVE = "/accounts/security/prove/"
GUARDED = [
    "/accounts/security/app/add/", "/accounts/security/app/remove/", "/accounts/security/passkeys/add/", "/accounts/security/passkeys/1/rename/",
    "/accounts/security/passkeys/1/remove/", "/accounts/security/recovery-codes/", "/accounts/password/set/",
]


@pytest.mark.parametrize("path", GUARDED)
@pytest.mark.parametrize("method", ["get", "post"])
def test_without_a_fresh_proof_one_is_asked_and_led_back(cast: Cast, as_person: SignIn, path: str, method: str) -> None:
    response = getattr(as_person(cast.ada), method)(path)
    assert response["Location"].startswith(PROVE)
    assert path.replace("/", "%2F") in response["Location"]


def test_it_counts_for_ten_minutes(cast: Cast, as_person: SignIn) -> None:
    client = as_person(cast.ada)
    for age, status in ((timedelta(minutes=9), 200), (timedelta(minutes=11), 302), (timedelta(minutes=-1), 302)):
        session = client.session
        proof.note(session, timezone.now() - age)
        session.save()
        assert client.get(GUARDED[0]).status_code == status


def test_who_has_just_signed_in_is_not_asked(ada: Account) -> None:
    client = Client()
    sign_in(client, ada)
    assert client.get(GUARDED[0]).status_code == 200


def test_by_password(ada: Account, cast: Cast, as_person: SignIn) -> None:
    client = as_person(cast.ada)
    page = client.get(f"{PROVE}?next={GUARDED[0]}").content.decode()
    assert 'type="password"' in page
    assert "Mail me a code instead" in page
    assert client.post(PROVE, {"password": "wrong wrong wrong"}).status_code == 200
    assert client.get(GUARDED[0]).status_code == 302
    assert client.post(f"{PROVE}?next={GUARDED[0]}", {"password": PASSWORD})["Location"] == GUARDED[0]
    assert client.get(GUARDED[0]).status_code == 200


def test_by_mailed_code_where_there_is_no_password(cast: Cast, as_person: SignIn) -> None:
    client = as_person(cast.ada)
    page = client.get(f"{PROVE}?next={GUARDED[0]}").content.decode()
    assert 'type="password"' not in page
    assert "Mail me a code" in page
    response = client.post(f"{PROVE}?next={GUARDED[0]}", {"mail": "code"})
    assert "Code from the mail" in client.get(response["Location"]).content.decode()
    assert Mail.objects.get().to == "ada@example.org"
    code = mailed_code("ada@example.org")
    assert code not in str(dict(client.session)), "the session keeps a hash only"
    assert client.post(f"{PROVE}?next={GUARDED[0]}", {"mailed": code.lower()})["Location"] == GUARDED[0]
    assert client.get(GUARDED[0]).status_code == 200


def test_a_mailed_code_is_good_for_one_session_ten_minutes_and_three_tries(cast: Cast, as_person: SignIn) -> None:
    client, other = as_person(cast.ada), as_person(cast.ada)
    client.post(PROVE, {"mail": "code"})
    code = mailed_code("ada@example.org")
    assert other.post(PROVE, {"mailed": code}).status_code == 200
    for _try in range(3):
        client.post(PROVE, {"mailed": "BBBB-BBBB"})
    assert client.post(PROVE, {"mailed": code}).status_code == 200
    client.post(PROVE, {"mail": "code"})
    session = client.session
    session["proof_code"] = {**session["proof_code"], "at": session["proof_code"]["at"] - 601}
    session.save()
    assert client.post(PROVE, {"mailed": mailed_code("ada@example.org")}).status_code == 200
    assert client.get(GUARDED[0]).status_code == 302


def test_a_mailed_code_is_good_once(cast: Cast, as_person: SignIn) -> None:
    client = as_person(cast.ada)
    client.post(PROVE, {"mail": "code"})
    code = mailed_code("ada@example.org")
    assert client.post(PROVE, {"mailed": code}).status_code == 302
    assert client.post(PROVE, {"mailed": code}).status_code == 200


def test_mails_are_few(cast: Cast, as_person: SignIn) -> None:
    client = as_person(cast.ada)
    answers = [client.post(PROVE, {"mail": "code"}).status_code for _try in range(6)]
    assert answers == [302] * 5 + [429]
    assert Mail.objects.count() == 5


def test_tries_are_few(ada: Account, cast: Cast, as_person: SignIn) -> None:
    client = as_person(cast.ada)
    for _try in range(10):
        client.post(PROVE, {"password": "wrong wrong wrong"})
    assert client.post(PROVE, {"password": PASSWORD}).status_code == 429


def test_with_a_second_factor_only_that_counts(ada_with_app: Account, cast: Cast, as_person: SignIn) -> None:
    """Else whoever found a session open and reads the mail could take the factor away (abuse A41)."""
    client = as_person(cast.ada)
    page = client.get(PROVE).content.decode()
    assert 'type="password"' not in page
    assert "Mail me a code" not in page
    assert client.post(PROVE, {"password": PASSWORD}).status_code == 200
    assert client.post(PROVE, {"mail": "code"}).status_code == 200
    assert not Mail.objects.exists()
    session = client.session
    code = proof.new_code(session, timezone.now())
    session.save()
    assert client.post(PROVE, {"mailed": code}).status_code == 200
    assert client.get(GUARDED[1]).status_code == 302
    assert client.post(PROVE, {"code": code_of_app()})["Location"] == "/accounts/security/"
    assert client.get(GUARDED[1]).status_code == 200


def test_by_recovery_code_of_which_one_is_told(ada_with_app: Account, cast: Cast, as_person: SignIn) -> None:
    client = as_person(cast.ada)
    assert client.post(PROVE, {"code": codes_of(ada_with_app)[0]}).status_code == 302
    assert "A recovery code was used" in Mail.objects.get().text
    assert len(codes_of(ada_with_app)) == 9


def test_by_passkey(ada: Account, cast: Cast, proven: SignIn, as_person: SignIn, key: SoftKey) -> None:
    add_passkey(proven(cast.ada), key)
    client = as_person(cast.ada)
    page = client.get(PROVE).content.decode()
    assert client.post(PROVE, {"credential": key.use(options_in(page), spoils=True)}).status_code == 200
    page = client.get(PROVE).content.decode()
    assert client.post(PROVE, {"credential": key.use(options_in(page))})["Location"] == "/accounts/security/"
    assert client.get(GUARDED[0]).status_code == 200


@pytest.mark.parametrize("next_url", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_nobody_is_led_elsewhere(ada: Account, cast: Cast, as_person: SignIn, next_url: str) -> None:
    response = as_person(cast.ada).post(f"{PROVE}?next={next_url}", {"password": PASSWORD})
    assert response["Location"] == "/accounts/security/"


def test_nothing_sent_proves_nothing(cast: Cast, ada_with_app: Account, as_person: SignIn) -> None:
    for sent in ({}, {"code": ""}, {"proven": "yes"}, {"mailed": ""}, {"password": ""}):
        client = as_person(cast.ada)
        assert client.post(PROVE, sent).status_code == 200
        assert client.get(GUARDED[0]).status_code == 302


def test_a_proof_does_not_survive_signing_out(ada: Account, cast: Cast) -> None:
    client = Client()
    sign_in(client, ada)
    client.post("/accounts/logout/")
    assert not proof.is_fresh(client.session, timezone.now())


def test_a_first_password_needs_a_proof_and_an_app_protects_it(cast: Cast, ada_with_app: Account, as_person: SignIn, now: Any) -> None:
    ada_with_app.set_unusable_password()
    ada_with_app.save()
    client = as_person(cast.ada)
    client.post("/accounts/password/set/", {"password1": PASSWORD, "password2": PASSWORD})
    ada_with_app.refresh_from_db()
    assert not ada_with_app.has_usable_password()
