"""A real browser for tests: Debian's chromium driven by Playwright, with axe and an eye on what the policy refuses.

Mark a test `@pytest.mark.browser` and take `page` (or `page_without_script`) and `site`, the address of the live server; sign in with
`sign_in(page, site, person)`, then `page.goto(f"{site}/...")`. conftest makes the fixtures known.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from azimuth.people.models import Person

AXE_OPTIONS = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}, "preload": False}


def chromium() -> str | None:
    """Where a chromium is: CHROMIUM, else what the path offers."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests; without one the test fails in CI and is skipped, loudly, elsewhere."""
    path = chromium()
    if path is None:
        message = "No chromium found: install it (apt-get install chromium) or set CHROMIUM."
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright runs a loop of its own beside the ORM
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield started
        started.close()


@pytest.fixture
def site(live_server: object, transactional_db: None) -> str:
    """The address of the running app."""
    return str(live_server.url)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser without memory of earlier tests."""
    fresh = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB", reduced_motion="reduce")
    fresh.set_default_timeout(10_000)
    yield fresh
    fresh.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page that fails its test when a script breaks or the content policy refuses something."""
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(f"script: {error}"))
    opened.on("console", lambda line: complaints.append(f"console: {line.text}") if _is_complaint(line.text, line.type) else None)
    yield opened
    assert complaints == []


@pytest.fixture
def page_without_script(browser: Browser) -> Iterator[Page]:
    """A page whose scripts never wake."""
    fresh = browser.new_context(viewport={"width": 1280, "height": 900}, java_script_enabled=False)
    fresh.set_default_timeout(10_000)
    yield fresh.new_page()
    fresh.close()


def _is_complaint(text: str, kind: str) -> bool:
    return "Content Security Policy" in text or (kind == "error" and "Failed to load resource" not in text)


def sign_in(page: Page, site: str, person: Person) -> None:
    """Sign somebody in without the sign-in page."""
    client = Client()
    client.force_login(person.account)
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": site}])


def assert_no_axe_violations(page: Page, within: str | None = None) -> None:
    """Axe finds nothing to mend on the page (WCAG 2.2 A and AA and its best practices)."""
    page.evaluate("() => Promise.allSettled(document.getAnimations().map((one) => one.finished)).then(() => true)")  # a colour on its way is no colour
    found = Axe().run(page, context=within, options=AXE_OPTIONS).response["violations"]
    said = [f"{item['id']}: {item['help']}\n    " + "\n    ".join(str(node["html"])[:160] + " | " + str(node["failureSummary"])[:300].replace("\n", " ")
                                                                      for node in item["nodes"][:4]) for item in found]
    assert not said, "\n".join(said)


def assert_fits(page: Page) -> None:
    """Nothing makes the page scroll sideways."""
    wide, room = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide <= room, f"The page is {wide} px wide in a window of {room} px."
