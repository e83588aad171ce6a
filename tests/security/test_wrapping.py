"""Secrets at rest: wrapped by the secret key, readable while a new key takes over, wrapped anew by the clock."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from azimuth.people.models import Account
from azimuth.workspace.security import actions, devices, wrapping
from azimuth.workspace.security.queries import unreadable
from azimuth.workspace.tasks import rewrap
from tests.security.conftest import SECRET, code_of_app, codes_of, is_in, sign_in

NEW = "N2yq8Zt3VwXy7Kp2Lm9Nr5Bs4Cd6Ef1Gh0JaQwErTyUiOpAsDfGhJkLzXcVbNm"


def test_what_is_stored_tells_nothing(ada_with_app: Account) -> None:
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert SECRET not in stored
    assert not any(code in stored for code in codes_of(ada_with_app))
    assert wrapping.wrap("same") != wrapping.wrap("same")


@pytest.mark.parametrize("damaged", ["", "x", "AAAA", "é", wrapping.__name__, "A" * 200])
def test_what_cannot_be_read_is_never_taken_for_an_empty_secret(damaged: str) -> None:
    with pytest.raises(wrapping.Unreadable):
        wrapping.unwrap(damaged)
    assert not wrapping.is_readable(damaged)


def test_a_changed_sign_is_noticed() -> None:
    wrapped = wrapping.wrap(SECRET)
    place = len(wrapped) // 2
    with pytest.raises(wrapping.Unreadable):
        wrapping.unwrap(wrapped[:place] + ("A" if wrapped[place] != "A" else "B") + wrapped[place + 1 :])


def take_over(settings: Any) -> None:
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], NEW


def test_while_a_new_key_takes_over_everything_opens_and_nobody_is_signed_out(ada_with_app: Account, settings: Any) -> None:
    inside = Client()
    sign_in(inside, ada_with_app)
    inside.post("/accounts/login/second-step/", {"code": code_of_app(step=0)})
    take_over(settings)
    assert is_in(inside)
    client = Client()
    sign_in(client, ada_with_app)
    client.post("/accounts/login/second-step/", {"code": code_of_app()})
    assert is_in(client)
    assert unreadable() == (0, 2)


def test_wrapped_anew_the_former_key_can_go(ada_with_app: Account, settings: Any) -> None:
    codes = codes_of(ada_with_app)
    take_over(settings)
    rewrap(None)
    assert unreadable() == (0, 0)
    settings.SECRET_KEY_FALLBACKS = []
    assert codes_of(ada_with_app) == codes
    client = Client()
    sign_in(client, ada_with_app)
    client.post("/accounts/login/second-step/", {"code": code_of_app()})
    assert is_in(client)
    assert actions.rewrap() == 0


def test_a_used_code_stays_used(ada_with_app: Account, settings: Any) -> None:
    used = codes_of(ada_with_app)[0]
    Authenticator.objects.get(type="recovery_codes").wrap().validate_code(used)
    take_over(settings)
    rewrap(None)
    assert used not in codes_of(ada_with_app)


def test_without_former_keys_the_clock_has_nothing_to_do(ada_with_app: Account, settings: Any) -> None:
    before = list(Authenticator.objects.values_list("data", flat=True))
    rewrap(None)
    assert list(Authenticator.objects.values_list("data", flat=True)) == before


def test_a_lost_key_is_counted_and_the_rest_wrapped(ada_with_app: Account, settings: Any) -> None:
    settings.SECRET_KEY = NEW
    assert unreadable() == (2, 0)
    assert actions.rewrap() == 0


def test_browsers_are_known_through_a_change_of_keys(ada_with_app: Account, settings: Any) -> None:
    client = Client()
    sign_in(client, ada_with_app)
    client.post("/accounts/login/second-step/", {"code": code_of_app()})
    take_over(settings)
    request = client.get("/people/preferences/").wsgi_request
    ada_with_app.refresh_from_db()
    assert devices.is_known(request, ada_with_app)
