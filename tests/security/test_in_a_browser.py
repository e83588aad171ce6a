"""Second factors in a real browser: passkeys by chromium's virtual authenticator, the rest without scripts too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import CDPSession, Page, expect

from azimuth.people.models import Account
from azimuth.workspace.security import actions
from tests.browser import assert_fits, assert_no_axe_violations
from tests.cast import Cast
from tests.security.conftest import PASSWORD, SECRET, code_of_app, codes_of, with_password

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DEVICE = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(autouse=True)
def _fresh_limits(transactional_db: None) -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def device(page: Page) -> Iterator[tuple[CDPSession, str]]:
    """A device with a finger that is always the right one."""
    talk = page.context.new_cdp_session(page)
    talk.send("WebAuthn.enable")
    key = talk.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})["authenticatorId"]
    yield talk, key
    talk.send("WebAuthn.disable")


def sign_in(page: Page, site: str, account: Account) -> None:
    """The first step, by password, as people do it."""
    page.goto(f"{site}/accounts/login/")
    page.get_by_label("Work e-mail").fill(account.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page: Page, site: str) -> None:
    page.goto(f"{site}/accounts/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{site}/accounts/login/**")


def test_a_passkey_from_adding_to_removing(page: Page, site: str, cast: Cast, device: tuple[CDPSession, str]) -> None:
    ada = with_password(cast.ada)
    sign_in(page, site, ada)
    page.goto(f"{site}/accounts/security/")
    page.get_by_role("link", name="Add a passkey").click()
    expect(page.get_by_label("Name")).to_have_value(re.compile("Chrome on "))
    assert_no_axe_violations(page)
    page.get_by_label("Name").fill("Work laptop")
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.get_by_text("Keep these now")).to_be_visible()
    expect(page.locator(".codes li")).to_have_count(10)
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_text("Work laptop", exact=True)).to_be_visible()

    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("has a passkey of your account already")

    sign_out(page, site)
    page.goto(f"{site}/accounts/login/?next=/people/")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(f"{site}/people/")

    sign_out(page, site)
    sign_in(page, site, ada)
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    assert_no_axe_violations(page)
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(f"{site}/")

    page.goto(f"{site}/accounts/security/")
    page.get_by_role("link", name="Remove Work laptop").click()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("The passkey is removed.")).to_be_visible()
    sign_out(page, site)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text("This passkey opened nothing")).to_be_visible()


def test_a_finger_that_is_not_right_is_said_beside_the_button(page: Page, site: str, cast: Cast, device: tuple[CDPSession, str]) -> None:
    ada = with_password(cast.ada)
    sign_in(page, site, ada)
    page.goto(f"{site}/accounts/security/passkeys/add/")
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.get_by_text("Keep these now")).to_be_visible()
    sign_out(page, site)
    talk, key = device
    talk.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": False})
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("No passkey was used")
    talk.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": True})
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(f"{site}/")


def test_it_is_you_by_passkey(page: Page, site: str, cast: Cast, device: tuple[CDPSession, str]) -> None:
    ada = with_password(cast.ada)
    sign_in(page, site, ada)
    page.goto(f"{site}/accounts/security/passkeys/add/")
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.get_by_text("Keep these now")).to_be_visible()
    grow_old(page, site)
    page.goto(f"{site}/accounts/security/app/add/")
    expect(page.get_by_role("heading", name="Is it you?")).to_be_visible()
    assert_no_axe_violations(page)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="Add an authenticator app")).to_be_visible()


def grow_old(page: Page, site: str) -> None:
    """Let the proof of the session be eleven minutes old."""
    from django.conf import settings
    from django.contrib.sessions.backends.db import SessionStore

    cookie = next(one for one in page.context.cookies(site) if one["name"] == settings.SESSION_COOKIE_NAME)
    session = SessionStore(cookie["value"])
    session["proven"] -= 660
    session.save()


def test_where_passkeys_cannot_be_the_page_says_so(page: Page, site: str, cast: Cast) -> None:
    numbers = site.replace("localhost", "127.0.0.1")
    page.goto(f"{numbers}/accounts/login/")
    expect(page.get_by_role("button", name="Use a passkey")).to_be_hidden()
    sign_in(page, numbers, with_password(cast.ada))
    page.goto(f"{numbers}/accounts/security/passkeys/add/")
    expect(page.get_by_role("button", name="Make a passkey")).to_be_hidden()
    expect(page.get_by_text("http://localhost instead of numbers")).to_be_visible()
    assert_no_axe_violations(page)


def test_without_scripts_an_app_is_added_and_used(page_without_script: Page, site: str, cast: Cast) -> None:
    page = page_without_script
    ada = with_password(cast.ada)
    sign_in(page, site, ada)
    page.goto(f"{site}/accounts/security/passkeys/add/")
    expect(page.get_by_text("need JavaScript")).to_be_visible()
    expect(page.get_by_role("button", name="Make a passkey")).to_be_hidden()
    page.goto(f"{site}/accounts/security/")
    page.get_by_role("link", name="Add an app").click()
    secret = page.locator(".secret").inner_text().replace(" ", "")
    page.get_by_label("Code the app shows now").fill(code_of_app(secret, step=0))
    page.get_by_role("button", name="Add the app").click()
    expect(page.locator(".codes li")).to_have_count(10)
    expect(page.get_by_role("button", name="Print")).to_be_hidden()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    kept = Path(download.value.path()).read_text()
    assert [line.replace(" ", "") for line in kept.splitlines()[3:]] == codes_of(ada)
    page.goto(f"{site}/accounts/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    sign_in(page, site, ada)
    page.get_by_label("Code of your authenticator app").fill(code_of_app(secret))
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{site}/")


def test_by_keyboard_alone(page: Page, site: str, cast: Cast) -> None:
    ada = with_password(cast.ada)
    actions.add_app(ada, secret=SECRET, by=cast.ada, at=timezone.now())
    page.goto(f"{site}/accounts/login/")
    page.get_by_label("Work e-mail").focus()
    page.keyboard.type(ada.email)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    tab_to(page, page.get_by_label("Code of your authenticator app"))
    page.keyboard.type(code_of_app())
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}/")
    page.goto(f"{site}/accounts/security/")
    tab_to(page, page.get_by_role("link", name="Make new ones"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("link", name="I have kept them"))
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}/accounts/security/")


def tab_to(page: Page, target: Any) -> None:
    """Press Tab until the target is focused."""
    for _step in range(60):
        page.keyboard.press("Tab")
        if target.evaluate("(one) => one === document.activeElement"):
            return
    pytest.fail("Tab never gets there.")


@pytest.mark.parametrize(("width", "look"), [(1280, "light"), (390, "dark"), (320, "light")])
def test_every_page_is_open_to_everybody_and_fits(page: Page, site: str, cast: Cast, settings: Any, width: int, look: Any) -> None:
    ada = with_password(cast.ada)
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=look)
    sign_in(page, site, ada)
    visited = ["", "app/add/", "passkeys/add/", "prove/"]
    for path in visited:
        page.goto(f"{site}/accounts/security/{path}")
        assert_no_axe_violations(page)
        assert_fits(page)
    actions.add_app(ada, secret=SECRET, by=cast.ada, at=timezone.now())
    passkey = actions.add_passkey(ada, name="W" * 60, credential={}, by=cast.ada, at=timezone.now())
    for path in ("", "app/remove/", f"passkeys/{passkey.pk}/rename/", f"passkeys/{passkey.pk}/remove/", "recovery-codes/"):
        page.goto(f"{site}/accounts/security/{path}")
        assert_no_axe_violations(page)
        assert_fits(page)


@pytest.mark.parametrize("width", [1280, 390])
def test_who_must_add_one_finds_the_way(page: Page, site: str, cast: Cast, settings: Any, width: int) -> None:
    settings.REQUIRE_SECOND_FACTOR = "privileged"
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, site, with_password(cast.iris))
    expect(page.get_by_text("Add a second factor to go on")).to_be_visible()
    assert_no_axe_violations(page)
    assert_fits(page)
    page.get_by_role("link", name="Add an app").click()
    secret = page.locator(".secret").inner_text().replace(" ", "")
    page.get_by_label("Code the app shows now").fill(code_of_app(secret))
    page.get_by_role("button", name="Add the app").click()
    page.get_by_role("link", name="I have kept them: go on").click()
    page.wait_for_url(f"{site}/")
