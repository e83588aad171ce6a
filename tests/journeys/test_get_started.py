"""Journey 1: a fresh installation is claimed, a real organisation comes in from a spreadsheet, a first 360 is launched; guided from the home page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from azimuth.competencies import actions as competencies
from azimuth.people.actions.first_run import setup_code
from azimuth.people.models import Person
from azimuth.reviews.models import Assignment, ReviewCycle
from tests.browser import assert_fits, assert_no_axe_violations
from tests.conftest import NOW
from tests.people_import.paper import organogram

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    """A real body of 747 people, as published."""
    file = tmp_path / "natural-history-museum.csv"
    file.write_bytes(organogram("natural-history-museum"))
    return file


def good(page: Page) -> None:
    assert_no_axe_violations(page)
    assert_fits(page)


def claim(page: Page, site: str) -> None:
    page.goto(site)
    page.get_by_label("Set-up code").fill(setup_code())
    page.get_by_label("Name of your organisation").fill("Natural History Museum")
    page.get_by_label("Your name").fill("Noor Haddad")
    page.get_by_label("Your work e-mail").fill("noor@museum.example")
    page.get_by_label("Password").fill("a sentence nobody else would choose")
    good(page)
    page.get_by_role("button", name="Set up").click()


def bring_in(page: Page, sheet: Path, run_jobs: Callable[..., int]) -> None:
    page.get_by_role("link", name="Bring in your people").click()
    page.get_by_label("CSV or XLSX file").set_input_files(sheet)
    page.get_by_role("button", name="Upload").click()
    good(page)
    page.get_by_role("button", name="Check the file").click()
    run_jobs()
    expect(page.get_by_role("heading", name="What would change")).to_be_visible()
    good(page)
    page.get_by_role("button", name="Import").click()
    run_jobs()
    expect(page.get_by_text("Importing the same file again changes nothing.")).to_be_visible()


def launch(page: Page, run_jobs: Callable[..., int]) -> None:
    page.get_by_role("link", name="Choose a 360 template").click()
    page.get_by_role("button", name="Next: people").click()
    page.get_by_role("button", name="Add and go on").click()
    page.get_by_role("button", name="Next: summary").click()
    run_jobs()  # so many are rehearsed in the background; the page leads on by itself
    expect(page.get_by_role("heading", name="Before you launch")).to_be_visible()
    good(page)
    page.get_by_role("button", name="Launch the cycle").click()
    run_jobs()


def test_from_nothing_to_a_launched_cycle(page: Page, site: str, sheet: Path, run_jobs: Callable[..., int]) -> None:
    competencies.load_library(by=None, at=NOW)  # every installation starts with it
    claim(page, site)
    expect(page.get_by_role("link", name="Bring in your people")).to_be_visible()
    good(page)
    bring_in(page, sheet, run_jobs)
    assert Person.objects.count() > 740

    page.goto(site)
    launch(page, run_jobs)

    cycle = ReviewCycle.objects.get()
    assert cycle.state == "open"
    assert Assignment.objects.filter(subject__cycle=cycle).count() > 2000
    page.goto(site)
    expect(page.get_by_role("link", name="Bring in your people")).to_have_count(0)
    good(page)
