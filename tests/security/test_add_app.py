"""An authenticator app: added with a picture and a first code, removed again; only after a fresh proof."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core import signing
from django.test import Client
from django.utils import timezone

from azimuth.access.verdict import Denied, Refused
from azimuth.audit.models import Entry
from azimuth.notifications.models import Mail
from azimuth.people.models import Account, Person
from azimuth.workspace.security import actions, forms
from tests.cast import Cast
from tests.security.conftest import SECRET, code_of_app, codes_of

SignIn = Callable[[Person], Client]
URL = "/accounts/security/app/add/"


def token_and_secret(page: str) -> tuple[str, str]:
    token = re.search(r'name="token" value="([^"]+)"', page)[1]  # type: ignore[index]
    secret = re.search(r'class="secret" dir="ltr">([^<]+)<', page)[1].replace(" ", "")  # type: ignore[index]
    return token, secret


def test_scan_type_and_keep_the_codes(cast: Cast, proven: SignIn) -> None:
    client = proven(cast.ada)
    page = client.get(URL).content.decode()
    token, secret = token_and_secret(page)
    assert '<svg xmlns="http://www.w3.org/2000/svg" class="qr" role="img"' in page
    assert f"otpauth://totp/ada%40example.org?secret={secret}&amp;issuer=Azimuth" in page
    shown = client.post(URL, {"token": token, "code": code_of_app(secret)}, follow=True).content.decode()
    assert "Keep these now" in shown
    assert len(re.findall(r"<li>\d{4} \d{4}</li>", shown)) == 10
    assert Entry.objects.get(action="workspace.add_app").actor_name == "Ada Novak"
    assert "authenticator app was added" in Mail.objects.get().text
    page = client.get("/accounts/security/").content.decode()
    assert "10 are left" in page
    assert "Added on" in page


def test_nothing_secret_is_recorded_or_mailed(cast: Cast, proven: SignIn) -> None:
    client = proven(cast.ada)
    token, secret = token_and_secret(client.get(URL).content.decode())
    client.post(URL, {"token": token, "code": code_of_app(secret)})
    stored = Authenticator.objects.get(type="totp").data["secret"]
    codes = codes_of(cast.ada.account)
    for text in (*Mail.objects.values_list("text", flat=True), *(str(entry.detail) for entry in Entry.objects.all()), stored):
        assert not any(word in text for word in (secret, *codes))


def test_two_tabs_do_not_get_in_each_others_way(cast: Cast, proven: SignIn) -> None:
    client = proven(cast.ada)
    token, secret = token_and_secret(client.get(URL).content.decode())
    client.get(URL)
    assert client.post(URL, {"token": token, "code": code_of_app(secret)}).status_code == 302
    assert client.post(URL, {"token": token, "code": code_of_app(secret)})["Location"] == "/accounts/security/"
    assert client.get(URL)["Location"] == "/accounts/security/"
    assert Authenticator.objects.filter(type="totp").count() == 1


@pytest.mark.parametrize("typed", ["000000", "", "x" * 40, "١٢٣٤٥٦", "🙂", "<b>1</b>", "'; --"])
def test_a_wrong_code_keeps_the_picture(cast: Cast, proven: SignIn, typed: str) -> None:
    client = proven(cast.ada)
    token, secret = token_and_secret(client.get(URL).content.decode())
    page = client.post(URL, {"token": token, "code": typed}).content.decode()
    assert token_and_secret(page) == (token, secret)
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("foreign", ["", "nonsense", signing.dumps(SECRET, salt="azimuth.new-app:somebody-else"), signing.dumps(SECRET)], ids=["nothing", "nonsense", "for somebody else", "for anything"])
def test_a_secret_of_ones_own_choosing_is_not_taken(cast: Cast, proven: SignIn, foreign: str) -> None:
    page = proven(cast.ada).post(URL, {"token": foreign, "code": code_of_app()}).content.decode()
    assert "open for too long" in page
    assert SECRET not in page.replace(" ", "")
    assert not Authenticator.objects.exists()


def test_a_page_open_for_too_long_begins_anew(cast: Cast, proven: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    client = proven(cast.ada)
    token, secret = token_and_secret(client.get(URL).content.decode())
    monkeypatch.setattr(forms, "OPEN_FOR", -1)
    fresh_token, fresh_secret = token_and_secret(client.post(URL, {"token": token, "code": code_of_app(secret)}).content.decode())
    monkeypatch.undo()
    assert fresh_secret != secret
    assert client.post(URL, {"token": fresh_token, "code": code_of_app(fresh_secret)}).status_code == 302


def test_guessing_is_slowed(cast: Cast, proven: SignIn) -> None:
    client = proven(cast.ada)
    token, secret = token_and_secret(client.get(URL).content.decode())
    for _try in range(5):
        client.post(URL, {"token": token, "code": "000000"})
    assert "Too many wrong codes" in client.post(URL, {"token": token, "code": code_of_app(secret)}).content.decode()


def test_the_first_code_does_not_open_the_second_step(ada: Account, cast: Cast, proven: SignIn) -> None:
    client = proven(cast.ada)
    token, secret = token_and_secret(client.get(URL).content.decode())
    code = code_of_app(secret)
    client.post(URL, {"token": token, "code": code})
    other = Client()
    other.post("/accounts/login/", {"login": ada.email, "password": "seven quiet compasses"})
    assert other.post("/accounts/login/second-step/", {"code": code}).status_code == 200
    assert "_auth_user_id" not in other.session


def test_one_app_is_enough(ada_with_app: Account, cast: Cast, now: Any) -> None:
    with pytest.raises(Refused):
        actions.add_app(ada_with_app, secret=SECRET, by=cast.ada, at=now)


def test_the_last_factor_takes_the_codes_with_it(ada_with_app: Account, cast: Cast, proven: SignIn) -> None:
    client = proven(cast.ada)
    page = client.get("/accounts/security/app/remove/").content.decode()
    assert "only second factor" in page
    assert Authenticator.objects.count() == 2
    client.post("/accounts/security/app/remove/")
    assert not Authenticator.objects.exists()
    assert Entry.objects.filter(action="workspace.remove_app").count() == 1
    assert "was removed" in Mail.objects.get().text
    assert client.post("/accounts/security/app/remove/")["Location"] == "/accounts/security/"
    with pytest.raises(Refused):
        actions.remove_app(ada_with_app, by=cast.ada, at=timezone.now())


@pytest.mark.parametrize("who", ["cleo", "iris", "finn"])
def test_nobody_arranges_the_factors_of_others(ada_with_app: Account, cast: Cast, now: Any, who: str) -> None:
    by = getattr(cast, who)
    for deed in (
        lambda: actions.add_app(cast.cleo.account if by != cast.cleo else cast.bo.account, secret=SECRET, by=by, at=now),
        lambda: actions.remove_app(ada_with_app, by=by, at=now),
        lambda: actions.make_codes(ada_with_app, by=by, at=now),
        lambda: actions.add_passkey(ada_with_app, name="Mine", credential={}, by=by, at=now),
    ):
        with pytest.raises(Denied):
            deed()
