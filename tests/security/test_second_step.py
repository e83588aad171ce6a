"""The second step of signing in, and that no way leads around it (abuse A41)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.account.adapter import get_adapter
from django.core import signing
from django.test import Client, RequestFactory
from django.urls import resolve
from django.utils import timezone

from azimuth.notifications.models import Mail
from azimuth.people.models import Account, Person
from azimuth.workspace.security import actions, forms
from tests.cast import Cast
from tests.security.conftest import PASSWORD, code_of_app, codes_of, is_in, mailed_code, sign_in

STEP = "/accounts/login/second-step/"


def half_in(account: Account) -> Client:
    """The first step is done."""
    client = Client()
    assert sign_in(client, account)["Location"] == STEP
    return client


def test_a_code_of_the_app_opens(ada_with_app: Account) -> None:
    client = Client()
    assert sign_in(client, ada_with_app, next="/people/")["Location"] == STEP
    assert not is_in(client)
    page = client.get(STEP).content.decode()
    assert "Second step" in page
    assert "Use a passkey" not in page
    response = client.post(STEP, {"code": code_of_app()})
    assert response["Location"] == "/people/"
    assert is_in(client)


@pytest.mark.parametrize("step", [0, 2])
def test_clocks_may_differ_by_half_a_minute(ada_with_app: Account, step: int) -> None:
    client = half_in(ada_with_app)
    client.post(STEP, {"code": code_of_app(step=step)})
    assert is_in(client)


def test_a_code_is_good_once(ada_with_app: Account) -> None:
    code = code_of_app(step=2)
    half_in(ada_with_app).post(STEP, {"code": code})
    again = half_in(ada_with_app)
    assert "used already" in again.post(STEP, {"code": code}).content.decode()
    assert not is_in(again)


def test_a_code_stays_used_for_as_long_as_it_would_be_good(ada_with_app: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """allauth remembers for half a minute; with codes of the minute around accepted, that is too short."""
    code = code_of_app(step=2)
    half_in(ada_with_app).post(STEP, {"code": code})
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.TOTP._mark_code_used", lambda self, code: True)
    again = half_in(ada_with_app)
    again.post(STEP, {"code": code})
    assert not is_in(again)
    assert forms.USED >= 90


def test_a_recovery_code_opens_once_and_its_owner_is_told(ada_with_app: Account) -> None:
    code = codes_of(ada_with_app)[3]
    client = half_in(ada_with_app)
    client.post(STEP, {"code": f"{code[:4]} {code[4:]}"})
    assert is_in(client)
    assert len(codes_of(ada_with_app)) == 9
    assert "A recovery code was used" in Mail.objects.get(text__contains="recovery").text
    again = half_in(ada_with_app)
    again.post(STEP, {"code": code})
    assert not is_in(again)


@pytest.mark.parametrize("typed", ["", "000000", "0" * 41, "🙂", "\x00", "<script>", "١٢٣٤٥٦"])
def test_bad_input_opens_nothing(ada_with_app: Account, typed: str) -> None:
    client = half_in(ada_with_app)
    assert client.post(STEP, {"code": typed}).status_code == 200
    assert not is_in(client)


def test_guessing_is_slowed_by_the_minute_and_by_the_day(ada_with_app: Account, settings: Any) -> None:
    client = half_in(ada_with_app)
    for _try in range(5):
        client.post(STEP, {"code": "000000"})
    client.post(STEP, {"code": code_of_app()})
    assert not is_in(client)
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "login_failed": "1000/m/key"}
    for _try in range(50):
        client.post(STEP, {"code": "000000"})
    assert "Too many wrong codes" in client.post(STEP, {"code": code_of_app()}).content.decode()
    assert not is_in(client)


# ---- no way around


PAGES = ("/", "/people/", "/accounts/security/", "/accounts/security/app/remove/", "/accounts/security/recovery-codes/", "/accounts/password/change/")


@pytest.mark.parametrize("path", PAGES)
def test_no_address_opens_after_the_first_step_alone(ada_with_app: Account, path: str) -> None:
    client = half_in(ada_with_app)
    assert client.get(path)["Location"].startswith("/accounts/login/")
    assert client.post(path).status_code != 200 or path == "/"
    assert not is_in(client)


def test_a_mailed_code_leads_to_the_second_step(ada_with_app: Account) -> None:
    client = Client()
    client.post("/accounts/login/code/", {"email": ada_with_app.email})
    response = client.post("/accounts/login/code/confirm/", {"code": mailed_code(ada_with_app.email)})
    assert response["Location"] == STEP
    assert not is_in(client)
    client.post(STEP, {"code": code_of_app()})
    assert is_in(client)


def test_a_new_password_does_not_sign_in_and_leaves_the_factor(ada_with_app: Account) -> None:
    client = Client()
    client.post("/accounts/password/reset/", {"email": ada_with_app.email})
    client.post("/accounts/password/reset/confirm/", {"code": mailed_code(ada_with_app.email)})
    new = "nine loud sextants"
    client.post("/accounts/password/reset/complete/", {"password1": new, "password2": new})
    assert not is_in(client)
    response = client.post("/accounts/login/", {"login": ada_with_app.email, "password": new})
    assert response["Location"] == STEP
    assert not is_in(client)


def test_remembering_and_forged_trust_do_not_help(ada_with_app: Account) -> None:
    client = Client()
    client.cookies["mfa_trusted"] = signing.Signer().sign_object([("whatever", 2_000_000_000)])
    assert sign_in(client, ada_with_app, remember="on")["Location"] == STEP
    assert not is_in(client)
    assert client.get("/accounts/2fa/trust/").status_code == 404


def test_a_browser_that_was_here_is_asked_again(ada_with_app: Account) -> None:
    client = half_in(ada_with_app)
    client.post(STEP, {"code": code_of_app()})
    client.post("/accounts/logout/")
    assert sign_in(client, ada_with_app)["Location"] == STEP
    assert not is_in(client)


def test_the_step_of_one_account_is_not_done_by_the_factor_of_another(ada_with_app: Account, cast: Cast) -> None:
    other = "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU"
    actions.add_app(cast.cleo.account, secret=other, by=cast.cleo, at=timezone.now())
    client = half_in(ada_with_app)
    client.post(STEP, {"code": code_of_app(other)})
    client.post(STEP, {"code": codes_of(cast.cleo.account)[0]})
    assert not is_in(client)


def test_without_a_first_step_there_is_no_second(ada_with_app: Account) -> None:
    client = Client()
    assert client.get(STEP)["Location"] == "/accounts/login/"
    assert client.post(STEP, {"code": code_of_app()})["Location"] == "/accounts/login/"
    assert not is_in(client)


def test_the_first_step_is_forgotten_after_a_quarter_of_an_hour(ada_with_app: Account, settings: Any) -> None:
    client = half_in(ada_with_app)
    settings.ACCOUNT_LOGIN_TIMEOUT = -1
    assert client.post(STEP, {"code": code_of_app()})["Location"] == "/accounts/login/"
    assert not is_in(client)


def test_one_may_turn_back(ada_with_app: Account) -> None:
    client = half_in(ada_with_app)
    assert client.get("/accounts/login/")["Location"] == STEP
    client.post("/accounts/logout/")
    assert "Work e-mail" in client.get("/accounts/login/").content.decode()


def test_who_was_stopped_between_the_steps_is_not_let_in(ada_with_app: Account) -> None:
    client = half_in(ada_with_app)
    Account.objects.filter(pk=ada_with_app.pk).update(is_active=False)
    client.post(STEP, {"code": code_of_app()})
    assert not is_in(client)


def test_the_demos_door_asks_for_a_click_only_and_only_in_the_demo(ada_with_app: Account, cast: Cast, settings: Any) -> None:
    Person.objects.filter(pk=cast.ada.pk).update(attributes={"demo": "Two forms wait."})
    client = Client()
    assert client.post(f"/accounts/demo/{cast.ada.pk}/").status_code == 404
    settings.DEMO = True
    assert sign_in(Client(), ada_with_app)["Location"] == STEP, "the ordinary way asks for it in the demo, too"
    client.post(f"/accounts/demo/{cast.ada.pk}/")
    assert is_in(client)


def test_all_stages_of_allauth_are_asked(ada_with_app: Account) -> None:
    request = RequestFactory().get("/accounts/login/")
    request.resolver_match = resolve("/accounts/login/")
    assert "allauth.mfa.stages.AuthenticateStage" in get_adapter(request).get_login_stages()


def test_a_secret_that_cannot_be_read_opens_nothing_and_says_so(ada_with_app: Account, settings: Any) -> None:
    codes = codes_of(ada_with_app)
    settings.SECRET_KEY = "another secret altogether, of more than fifty random characters"
    client = half_in(ada_with_app)
    for typed in (code_of_app(), codes[0], "000000"):
        assert "cannot read your second factor" in client.post(STEP, {"code": typed}).content.decode()
    assert not is_in(client)


def test_pages_of_the_second_step_hold_no_secret(ada_with_app: Account) -> None:
    page = half_in(ada_with_app).get(STEP).content.decode()
    assert "JBSW" not in page
    assert not re.search(r"\d{8}", re.sub(r'value="[^"]*"', "", page))
    assert PASSWORD not in page
