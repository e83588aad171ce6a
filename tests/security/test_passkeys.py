"""Passkeys: added, named, removed, and used alone or as the second step; by a key made of Python."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone

from azimuth.access.verdict import Refused
from azimuth.audit.models import Entry
from azimuth.notifications.models import Mail
from azimuth.people.models import Account, Person
from azimuth.workspace.security import actions
from tests.cast import Cast
from tests.security.conftest import add_passkey, code_of_app, codes_of, is_in, options_in, sign_in
from tests.security.soft_key import SoftKey

SignIn = Callable[[Person], Client]
ADD, USE, STEP = "/accounts/security/passkeys/add/", "/accounts/login/passkey/", "/accounts/login/second-step/"
GARBAGE = ["", "null", "[]", "7", '"x"', "{}", "{", "[" * 5000, "[" * 50_000, '{"id": 1}', '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {}}',
           '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"userHandle": "AA"}}', '{"response": []}', '{"response": {"userHandle": 7}}',
           '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "e30", "attestationObject": "oA", "authenticatorData": "AA", "signature": "AA"}}']


@pytest.fixture
def with_key(ada: Account, cast: Cast, proven: SignIn, key: SoftKey) -> Account:
    """Ada with a passkey on a blue key."""
    add_passkey(proven(cast.ada), key)
    Mail.objects.all().delete()
    return ada


def asked(client: Client) -> dict[str, Any]:
    """What the sign-in page tells the browser."""
    return client.post(USE).json()


def test_a_passkey_is_added_and_only_what_verifies_it_is_kept(ada: Account, cast: Cast, proven: SignIn, key: SoftKey) -> None:
    client = proven(cast.ada)
    options = options_in(client.get(ADD).content.decode())
    assert options["publicKey"]["authenticatorSelection"]["userVerification"] == "required"
    sent = json.loads(key.make(options)) | {"curious": "x" * 500, "authenticatorAttachment": "platform"}
    sent["response"]["publicKey"] = "more"
    response = client.post(ADD, {"name": "Blue key", "credential": json.dumps(sent)}, follow=True)
    assert "Keep these now" in response.content.decode()
    passkey = Authenticator.objects.get(type="webauthn")
    assert set(passkey.data) == {"name", "credential"}
    assert "curious" not in str(passkey.data)
    assert set(passkey.data["credential"]["response"]) == {"clientDataJSON", "attestationObject", "transports"}
    assert Entry.objects.get(action="workspace.add_passkey").detail == {}
    assert "A passkey was added" in Mail.objects.get().text
    assert "Blue key" not in Mail.objects.get().text
    page = client.get("/accounts/security/").content.decode()
    assert "Blue key" in page
    assert "not used yet" in page


def test_the_browser_is_told_which_keys_it_has_already(with_key: Account, cast: Cast, proven: SignIn) -> None:
    options = options_in(proven(cast.ada).get(ADD).content.decode())
    assert len(options["publicKey"]["excludeCredentials"]) == 1
    assert options["publicKey"]["rp"]["name"] == "Azimuth"


def test_it_signs_in_alone(with_key: Account, key: SoftKey) -> None:
    client = Client()
    response = client.post(USE, {"credential": key.use(asked(client)), "next": "/people/"})
    assert response["Location"] == "/people/"
    assert is_in(client)
    assert Authenticator.objects.get(type="webauthn").last_used_at is not None
    assert "last used on" in client.get("/accounts/security/").content.decode()
    assert client.get("/accounts/security/app/add/").status_code == 200, "signing in counts as a proof"


def test_it_is_a_second_step(with_key: Account, key: SoftKey) -> None:
    client = Client()
    assert sign_in(client, with_key)["Location"] == STEP
    page = client.get(STEP).content.decode()
    assert "need JavaScript" in page
    assert "Recovery code" in page
    response = client.post(STEP, {"credential": key.use(options_in(page))})
    assert response["Location"] == "/"
    assert is_in(client)


def test_a_passkey_alone_replaces_the_password_where_a_step_is_asked(with_key: Account, cast: Cast) -> None:
    client = Client()
    sign_in(client, with_key)
    assert client.get("/")["Location"].startswith("/accounts/login/")
    client.post(STEP, {"code": codes_of(with_key)[0]})
    assert is_in(client)


@pytest.mark.parametrize("next_url", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_nobody_is_led_elsewhere(with_key: Account, key: SoftKey, next_url: str) -> None:
    client = Client()
    assert client.post(USE, {"credential": key.use(asked(client)), "next": next_url})["Location"] == "/"


def test_signing_in_takes_the_challenge_of_this_session_once(with_key: Account, key: SoftKey) -> None:
    client, other = Client(), Client()
    used = key.use(asked(client))
    asked(other)
    assert other.post(USE, {"credential": used}).status_code == 403
    assert Client().post(USE, {"credential": used}).status_code == 403
    assert client.post(USE, {"credential": used}).status_code == 302
    client.post("/accounts/logout/")
    assert client.post(USE, {"credential": used}).status_code == 403
    assert not is_in(client)


def test_a_broken_signature_and_a_claim_to_be_somebody_else_open_nothing(with_key: Account, cast: Cast, key: SoftKey) -> None:
    client = Client()
    assert client.post(USE, {"credential": key.use(asked(client), spoils=True)}).status_code == 403
    for owner in (cast.iris.account.pk.hex.encode(), b"nobody", b"\xff\xfe", b""):
        assert client.post(USE, {"credential": key.use(asked(client), owner=owner)}).status_code == 403
    assert not is_in(client)


def test_a_key_that_did_not_ask_for_finger_or_pin_is_refused(ada: Account, cast: Cast, proven: SignIn, with_key: Account, key: SoftKey) -> None:
    careless = SoftKey(verifies=False)
    assert "could not be added" in add_passkey(proven(cast.ada), careless).content.decode()
    key.flags &= ~0x04
    client = Client()
    assert client.post(USE, {"credential": key.use(asked(client))}).status_code == 403
    sign_in(client, with_key)
    client.post(STEP, {"credential": key.use(options_in(client.get(STEP).content.decode()))})
    assert not is_in(client)


@pytest.mark.parametrize("origin", ["https://evil.example", "http://testserver", "https://testserver.evil.example"])
def test_a_passkey_lured_to_another_site_is_refused(with_key: Account, key: SoftKey, origin: str) -> None:
    client, key.origin = Client(), origin
    assert client.post(USE, {"credential": key.use(asked(client))}).status_code == 403
    assert not is_in(client)


@pytest.mark.parametrize("sent", GARBAGE, ids=lambda sent: sent[:30])
def test_garbage_opens_and_adds_nothing(with_key: Account, cast: Cast, proven: SignIn, sent: str) -> None:
    client = Client()
    asked(client)
    assert client.post(USE, {"credential": sent}).status_code == 403
    sign_in(client, with_key)
    client.get(STEP)
    assert client.post(STEP, {"credential": sent}).status_code == 200
    assert not is_in(client)
    inside = proven(cast.ada)
    inside.get(ADD)
    assert inside.post(ADD, {"name": "X", "credential": sent}).status_code == 200
    assert inside.post("/accounts/security/prove/", {"credential": sent}).status_code == 200
    assert Authenticator.objects.filter(type="webauthn").count() == 1


@pytest.mark.parametrize("part", ["clientDataJSON", "authenticatorData", "signature", "userHandle"])
@pytest.mark.parametrize("wrong", [None, 7, [], {}, "", "%%%", "AAAA", "é", "A" * 3000])
def test_every_part_of_an_answer_may_be_anything(with_key: Account, key: SoftKey, part: str, wrong: object) -> None:
    client = Client()
    sent = json.loads(key.use(asked(client)))
    sent["response"][part] = wrong
    assert client.post(USE, {"credential": json.dumps(sent)}).status_code == 403


@pytest.mark.parametrize("part", ["clientDataJSON", "attestationObject"])
@pytest.mark.parametrize("wrong", [None, 7, [], {}, "", "%%%", "AAAA", "oWNmbXQA", "A" * 3000])
def test_every_part_of_a_new_passkey_may_be_anything(ada: Account, cast: Cast, proven: SignIn, key: SoftKey, part: str, wrong: object) -> None:
    client = proven(cast.ada)
    sent = json.loads(key.make(options_in(client.get(ADD).content.decode())))
    sent["response"][part] = wrong
    page = client.post(ADD, {"name": "Blue key", "credential": json.dumps(sent)}).content.decode()
    assert "could not be added" in page
    assert 'value="Blue key"' in page


def test_who_is_signed_in_stays_who_they_are(with_key: Account, cast: Cast, as_person: SignIn, key: SoftKey) -> None:
    client = as_person(cast.bo)
    assert client.post(USE)["Location"] == "/"
    stranger = Client()
    used = key.use(asked(stranger))
    assert client.post(USE, {"credential": used})["Location"] == "/"
    assert str(client.session["_auth_user_id"]) == str(cast.bo.account.pk)


def test_a_flood_is_slowed(with_key: Account) -> None:
    client = Client()
    for _try in range(30):
        client.post(USE)
    assert client.post(USE).status_code == 429


def test_who_left_is_not_let_in_by_passkey(with_key: Account, cast: Cast, key: SoftKey, now: Any) -> None:
    Person.objects.filter(pk=cast.ada.pk).update(ended_on=now.date())
    client = Client()
    assert client.post(USE, {"credential": key.use(asked(client))})["Location"] == "/accounts/inactive/"
    assert not is_in(client)


def test_renamed(with_key: Account, cast: Cast, proven: SignIn) -> None:
    client, passkey = proven(cast.ada), Authenticator.objects.get(type="webauthn")
    url = f"/accounts/security/passkeys/{passkey.pk}/rename/"
    for bad in ("", " ", "x" * 61):
        assert client.post(url, {"name": bad}).status_code == 200
    assert 'value="Blue key"' in client.get(url).content.decode()
    client.post(url, {"name": "<b>🔑</b>\u202e"})
    passkey.refresh_from_db()
    assert passkey.data["name"] == "<b>🔑</b>"
    assert "credential" in passkey.data
    assert "<b>🔑" not in client.get("/accounts/security/").content.decode()


def test_removed(with_key: Account, cast: Cast, proven: SignIn, key: SoftKey) -> None:
    client, passkey = proven(cast.ada), Authenticator.objects.get(type="webauthn")
    other = SoftKey()
    add_passkey(client, other, "Laptop")
    client.post(f"/accounts/security/passkeys/{passkey.pk}/remove/")
    assert Authenticator.objects.filter(type="recovery_codes").exists(), "the laptop is left, and so are the codes"
    stranger = Client()
    assert stranger.post(USE, {"credential": key.use(asked(stranger))}).status_code == 403
    assert stranger.post(USE, {"credential": other.use(asked(stranger))}).status_code == 302
    last = Authenticator.objects.get(type="webauthn")
    assert "only second factor" in client.get(f"/accounts/security/passkeys/{last.pk}/remove/").content.decode()
    client.post(f"/accounts/security/passkeys/{last.pk}/remove/")
    assert not Authenticator.objects.exists()
    assert Entry.objects.filter(action="workspace.remove_passkey").count() == 2
    assert client.post(f"/accounts/security/passkeys/{last.pk}/remove/").status_code == 404


@pytest.mark.parametrize("who", ["cleo", "iris", "finn"])
@pytest.mark.parametrize("deed", ["rename", "remove"])
def test_those_of_others_are_absent(with_key: Account, cast: Cast, proven: SignIn, who: str, deed: str) -> None:
    passkey = Authenticator.objects.get(type="webauthn")
    client = proven(getattr(cast, who))
    for key in (passkey.pk, Authenticator.objects.get(type="recovery_codes").pk, 10**9):
        assert client.get(f"/accounts/security/passkeys/{key}/{deed}/").status_code == 404
        assert client.post(f"/accounts/security/passkeys/{key}/{deed}/", {"name": "Mine"}).status_code == 404
    assert Authenticator.objects.get(pk=passkey.pk).data["name"] == "Blue key"


def test_twenty_are_enough(with_key: Account, cast: Cast) -> None:
    for number in range(19):
        actions.add_passkey(with_key, name=str(number), credential={}, by=cast.ada, at=timezone.now())
    with pytest.raises(Refused):
        actions.add_passkey(with_key, name="one more", credential={}, by=cast.ada, at=timezone.now())


def test_an_app_beside_it_shows_both_on_the_page(with_key: Account, cast: Cast, key: SoftKey) -> None:
    actions.add_app(with_key, secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", by=cast.ada, at=timezone.now())
    client = Client()
    sign_in(client, with_key)
    page = client.get(STEP).content.decode()
    assert "Code of your authenticator app" in page
    assert "Use a passkey" in page
    client.post(STEP, {"code": code_of_app()})
    assert is_in(client)
