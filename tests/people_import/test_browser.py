"""The import in a real browser: a spreadsheet becomes an organisation; axe finds nothing; phones and no script work too."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from azimuth.jobs import worker
from azimuth.people.models import Person
from tests.browser import assert_fits, assert_no_axe_violations, sign_in
from tests.cast import Cast
from tests.people_import.test_wizard import CONTENT

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SHOTS = os.environ.get("SCREENSHOTS")


def shoot(page: Page, name: str) -> None:
    """Keep a picture, for eyes, when asked to."""
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


def look(page: Page, name: str) -> None:
    assert_no_axe_violations(page)
    assert_fits(page)
    shoot(page, name)
    page.set_viewport_size({"width": 390, "height": 800})
    assert_fits(page)
    shoot(page, f"{name}-phone")
    page.emulate_media(color_scheme="dark")
    page.evaluate("() => Promise.allSettled(document.getAnimations().map((one) => one.finished)).then(() => true)")  # colours fade over
    assert_no_axe_violations(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    shoot(page, f"{name}-dark")
    page.emulate_media(color_scheme="light")


def upload(page: Page, site: str, tmp_path: Path) -> None:
    file = tmp_path / "meridian-october.csv"
    file.write_text(CONTENT)
    page.goto(f"{site}/people/import/")
    page.get_by_label("CSV or XLSX file").set_input_files(file)
    page.get_by_role("button", name="Upload").click()


def test_a_spreadsheet_becomes_an_organisation(page: Page, site: str, cast: Cast, tmp_path: Path) -> None:
    sign_in(page, site, cast.iris)
    page.goto(f"{site}/people/import/")
    look(page, "1-file")
    upload(page, site, tmp_path)
    expect(page.get_by_role("heading", name="What do the columns hold?")).to_be_visible()
    look(page, "2-columns")
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_role("heading", name="Checking meridian-october.csv")).to_be_visible()
    worker.drain()
    expect(page.get_by_role("heading", name="What would change")).to_be_visible()
    look(page, "3-problems")
    page.get_by_role("link", name="Moved").click()
    expect(page.get_by_role("table").get_by_text("Cleo Brandt")).to_be_visible()
    look(page, "4-moved")
    page.get_by_role("button", name="Set 1 row aside").click()
    page.get_by_role("dialog").get_by_role("button").last.click()
    expect(page.get_by_role("heading", name="Importing meridian-october.csv")).to_be_visible()
    worker.drain()
    expect(page.get_by_text("Importing the same file again changes nothing.")).to_be_visible()
    look(page, "5-done")
    page.goto(f"{site}/people/import/")
    look(page, "6-past")
    assert Person.objects.filter(employee_id="kim").exists()


def test_a_file_too_large_is_told_before_it_is_sent(page: Page, site: str, cast: Cast, tmp_path: Path) -> None:
    sign_in(page, site, cast.iris)
    page.goto(f"{site}/people/import/")
    huge = tmp_path / "huge.csv"
    with huge.open("wb") as stream:
        stream.truncate(51 * 2**20)
    field = page.get_by_label("CSV or XLSX file")
    field.set_input_files(huge)
    assert "at most 50 MB" in field.evaluate("field => field.validationMessage")
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("heading", name="Import people")).to_be_visible()


def test_without_javascript(page_without_script: Page, site: str, cast: Cast, tmp_path: Path) -> None:
    page = page_without_script
    sign_in(page, site, cast.iris)
    upload(page, site, tmp_path)
    page.get_by_role("button", name="Check the file").click()
    worker.drain()
    page.reload()
    page.get_by_role("link", name="Continue").click()
    page.get_by_role("radio", name="Only the people in it").check()
    page.get_by_role("button", name="Check again").click()
    worker.drain()
    page.reload()
    page.get_by_role("link", name="Continue").click()
    page.get_by_role("button", name="Set 1 row aside").click()
    worker.drain()
    page.reload()
    page.get_by_role("link", name="Continue").click()
    expect(page.get_by_text("Importing the same file again changes nothing.")).to_be_visible()
    assert Person.objects.get(employee_id="jon").ended_on is None
