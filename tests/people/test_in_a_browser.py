"""Directory, chart, choosing people and the end of a session in a real browser: by keyboard, without scripts, read by axe."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from azimuth.people.models import Person
from tests.browser import assert_fits, assert_no_axe_violations, sign_in
from tests.cast import Cast, assemble, person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """The cast, for a live server."""
    return assemble()


def test_the_directory_answers_while_one_types(page: Page, site: str, cast: Cast) -> None:
    sign_in(page, site, cast.ada)
    page.goto(f"{site}/people/")
    assert_no_axe_violations(page)
    page.get_by_label("Search by name, job title or unit").press_sequentially("lindq wor", delay=20)
    expect(page.locator("#directory tbody tr")).to_have_count(1)
    expect(page).to_have_url(re.compile("q=lindq"))
    page.get_by_role("link", name="Bo Lindqvist").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bo Lindqvist")
    assert_no_axe_violations(page)


def test_the_directory_without_scripts(page_without_script: Page, site: str, cast: Cast) -> None:
    page = page_without_script
    sign_in(page, site, cast.iris)
    page.goto(f"{site}/people/")
    page.get_by_label("Search by name, job title or unit").fill("ada")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#directory tbody tr")).to_have_count(1)


def test_the_chart_opens_and_folds_by_keyboard(page: Page, site: str, cast: Cast) -> None:
    sign_in(page, site, cast.ada)
    page.goto(f"{site}/people/chart/")
    toggle = page.get_by_role("link", name="Team of Bo Lindqvist")
    expect(toggle).to_have_attribute("aria-expanded", "false")
    toggle.focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("link", name="Ada Novak")).to_be_visible()
    expect(toggle).to_have_attribute("aria-expanded", "true")
    assert_no_axe_violations(page)
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("link", name="Ada Novak")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Ada Novak")).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="Bo Lindqvist", exact=True)).to_be_focused()


def test_the_chart_fetches_the_rest_of_a_large_team(page: Page, site: str, cast: Cast) -> None:
    for number in range(60):
        person(f"Zed{number:02} Numbered", cast.harbour, "Sailor", cast.dan)
    sign_in(page, site, cast.ada)
    page.goto(f"{site}/people/chart/")
    page.get_by_role("link", name="Team of Dan Moreau").click()
    expect(page.get_by_text("Numbered")).to_have_count(50)
    page.get_by_role("link", name="More", exact=True).click()
    expect(page.get_by_text("Numbered")).to_have_count(60)


def test_the_chart_without_scripts(page_without_script: Page, site: str, cast: Cast) -> None:
    page = page_without_script
    sign_in(page, site, cast.ada)
    page.goto(f"{site}/people/chart/")
    page.get_by_role("link", name="Team of Bo Lindqvist").click()
    expect(page.get_by_role("link", name="Cleo Brandt")).to_be_visible()
    page.get_by_label("Find somebody on the chart").fill("dan mor")
    page.get_by_role("button", name="Find", exact=True).click()
    expect(page).to_have_url(re.compile(f"open={cast.dan.pk}"))


def test_somebody_is_chosen_by_typing(page: Page, site: str, cast: Cast) -> None:
    sign_in(page, site, cast.iris)
    page.goto(f"{site}/people/{cast.ada.pk}/move/")
    assert_no_axe_violations(page)
    page.get_by_label("New lead").press_sequentially("moreau", delay=20)
    expect(page.locator("datalist option")).to_have_count(1)
    page.get_by_label("New lead").fill(page.locator("datalist option").get_attribute("value") or "")
    page.get_by_role("button", name="Move").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ada Novak")
    expect(page.locator(".chain")).to_contain_text("Dan Moreau")


@pytest.mark.parametrize("path", ["new/", "units/", "units/new/", "attributes/new/", "grants/", "grants/new/", "preferences/", "invite/"])
def test_hr_pages_read_well_and_fit_a_phone(page: Page, site: str, cast: Cast, path: str) -> None:
    sign_in(page, site, cast.iris)
    page.goto(f"{site}/people/{path}")
    assert_no_axe_violations(page)
    page.set_viewport_size({"width": 320, "height": 700})
    assert_fits(page)


@pytest.mark.parametrize("path", ["login/?form", "login/code/", "password/reset/", "inactive/"])
def test_doors_read_well_and_fit_a_phone(page: Page, site: str, cast: Cast, path: str) -> None:
    page.goto(f"{site}/accounts/{path}")
    assert_no_axe_violations(page)
    page.set_viewport_size({"width": 320, "height": 700})
    assert_fits(page)


def test_home_and_chart_fit_a_phone(page: Page, site: str, cast: Cast) -> None:
    sign_in(page, site, cast.iris)
    page.set_viewport_size({"width": 320, "height": 700})
    for path in ("/", "/people/", "/people/chart/", f"/people/{cast.ada.pk}/", "/settings/", "/accounts/security/"):
        page.goto(f"{site}{path}")
        assert_no_axe_violations(page)
        assert_fits(page)


def test_the_end_of_a_session_is_told_and_put_off(page: Page, site: str, cast: Cast) -> None:
    sign_in(page, site, cast.ada)
    page.clock.install()
    page.goto(f"{site}/people/preferences/")
    note = page.locator("session-end")
    expect(note).to_be_hidden()
    page.clock.run_for((60 * 60 - 110) * 1000)
    expect(note).to_contain_text("signed out in two minutes")
    note.get_by_role("button", name="Stay signed in").click()
    expect(note).to_be_hidden()


def test_an_ended_session_leaves_what_was_typed(page: Page, site: str, cast: Cast) -> None:
    sign_in(page, site, cast.iris)
    page.clock.install()
    page.goto(f"{site}/people/new/")
    page.get_by_label("Name", exact=True).fill("Typed before the end")
    page.clock.run_for(60 * 60 * 1000 + 5000)
    note = page.locator("session-end")
    expect(note).to_contain_text("You are signed out")
    expect(note.get_by_role("link", name="Sign in")).to_have_attribute("target", "_blank")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Typed before the end")


def test_a_new_installation_is_claimed_and_leads_on(page: Page, site: str, transactional_db: None) -> None:
    from azimuth.people.actions.first_run import setup_code

    page.goto(f"{site}/")
    assert_no_axe_violations(page)
    for label, words in (
        ("Set-up code", setup_code()), ("Name of your organisation", "Lighthouse"), ("Your name", "Nora Quist"),
        ("Your work e-mail", "nora@example.org"), ("Password", "a lamp on a rock at sea"),
    ):
        page.get_by_label(label).fill(words)
    page.get_by_role("button", name="Set up").click()
    expect(page.get_by_role("heading", name="Get started")).to_be_visible()
    assert_no_axe_violations(page)
    assert Person.objects.get().name == "Nora Quist"
