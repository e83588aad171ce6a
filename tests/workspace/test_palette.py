"""The command palette in a real browser: by keyboard alone, closed and left as one found the page, and without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import assert_fits, assert_no_axe_violations, sign_in
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def palette(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Search and jump")


def hits(page: Page) -> Locator:
    return page.locator("#palette-list").get_by_role("option")


def test_a_person_is_reached_by_keyboard_alone(page: Page, site: str, cast: Cast) -> None:
    sign_in(page, site, cast.ada)
    page.goto(f"{site}/competencies/")
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="Search and jump")
    expect(field).to_be_focused()
    expect(hits(page).filter(has_text="Home")).to_have_attribute("aria-selected", "true")
    assert_no_axe_violations(page)
    page.keyboard.type("work")
    expect(hits(page).filter(has_text="Bo Lindqvist")).to_be_visible()
    assert_no_axe_violations(page)
    first, second = (hits(page).nth(place) for place in (0, 1))
    expect(first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(second).to_have_attribute("aria-selected", "true")
    expect(first).to_have_attribute("aria-selected", "false")
    expect(field).to_have_attribute("aria-activedescendant", re.compile("palette-people-2"))
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(hits(page).last).to_have_attribute("aria-selected", "true")
    field.fill("cleo")
    expect(hits(page)).to_have_count(1)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}/people/{cast.cleo.pk}/")


def test_what_was_opened_last_comes_first_and_only_for_oneself(page: Page, site: str, cast: Cast) -> None:
    sign_in(page, site, cast.ada)
    page.goto(f"{site}/")
    for name, key in (("dan mor", cast.dan.pk), ("cleo", cast.cleo.pk)):
        page.keyboard.press("Control+k")
        page.keyboard.type(name)
        expect(hits(page)).to_have_count(1)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{site}/people/{key}/")
    page.keyboard.press("Control+k")
    group = page.get_by_role("group", name="Opened last")
    expect(group.get_by_role("option")).to_have_text([re.compile("Cleo Brandt"), re.compile("Dan Moreau")])
    expect(hits(page).first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}/people/{cast.dan.pk}/")
    sign_in(page, site, cast.bo)
    page.goto(f"{site}/")
    page.keyboard.press("Control+k")
    expect(hits(page).filter(has_text="Home")).to_be_visible()
    expect(group).to_have_count(0)


def test_it_closes_and_gives_the_focus_back(page: Page, site: str, cast: Cast) -> None:
    sign_in(page, site, cast.ada)
    page.goto(f"{site}/people/")
    search = page.get_by_role("searchbox", name="Search by name")
    search.focus()
    page.keyboard.press("Control+k")
    expect(palette(page)).to_be_visible()
    page.keyboard.press("Escape")
    expect(palette(page)).to_be_hidden()
    expect(search).to_be_focused()
    page.keyboard.press("Control+k")
    page.keyboard.press("Control+k")
    expect(palette(page)).to_be_hidden()
    page.keyboard.press("Control+k")
    palette(page).get_by_role("button", name="Close").click()
    expect(palette(page)).to_be_hidden()


def test_the_search_field_opens_it_with_what_is_typed(page: Page, site: str, cast: Cast) -> None:
    sign_in(page, site, cast.ada)
    page.goto(f"{site}/")
    field = page.locator("#frame-search")
    field.focus()
    page.keyboard.type("c")
    expect(page.get_by_role("combobox", name="Search and jump")).to_have_value("c")
    page.keyboard.type("leo")
    expect(hits(page).filter(has_text="Cleo Brandt")).to_be_visible()
    page.keyboard.press("Escape")
    expect(field).to_have_value("")
    expect(field).to_be_focused()


def test_readers_hear_how_many_fit_and_nothing_is_said_too(page: Page, site: str, cast: Cast) -> None:
    sign_in(page, site, cast.ada)
    page.goto(f"{site}/")
    page.keyboard.press("Control+k")
    page.keyboard.type("cleo")
    expect(page.locator("#palette [role=status]")).to_have_text("1 result")
    page.keyboard.type("patra")
    expect(palette(page).get_by_text("Nothing fits.")).to_be_visible()
    page.keyboard.press("Enter")
    expect(palette(page)).to_be_visible()
    assert_no_axe_violations(page)


def test_the_shortcuts_are_shown(page: Page, site: str, cast: Cast) -> None:
    sign_in(page, site, cast.ada)
    page.goto(f"{site}/")
    page.keyboard.press("Control+/")
    shortcuts = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(shortcuts).to_be_visible()
    assert_no_axe_violations(page)
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    palette(page).get_by_role("link", name="Keyboard shortcuts").click()
    expect(shortcuts).to_be_visible()
    expect(palette(page)).to_be_hidden()


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_the_page_fits_and_the_palette_too(page: Page, site: str, cast: Cast, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 700})
    sign_in(page, site, cast.iris)
    page.goto(f"{site}/search/?q=work")
    expect(page.get_by_role("link", name="Bo Lindqvist")).to_be_visible()
    assert_no_axe_violations(page)
    assert_fits(page)
    page.locator("#frame-search").click()
    expect(palette(page).get_by_role("option").first).to_be_visible()
    assert_fits(page)


def test_the_page_finds_while_one_types(page: Page, site: str, cast: Cast) -> None:
    sign_in(page, site, cast.ada)
    page.goto(f"{site}/search/")
    page.locator("#search-q").fill("cleo")
    expect(page.locator("#results").get_by_role("link", name="Cleo Brandt")).to_be_visible()
    page.wait_for_url("**/search/?q=cleo")


def test_without_scripts_the_field_leads_to_the_page(page_without_script: Page, site: str, cast: Cast) -> None:
    sign_in(page_without_script, site, cast.ada)
    page_without_script.goto(f"{site}/people/")
    page_without_script.locator("#frame-search").fill("cleo")
    page_without_script.keyboard.press("Enter")
    page_without_script.get_by_role("link", name="Cleo Brandt").click()
    page_without_script.wait_for_url(f"{site}/people/{cast.cleo.pk}/")
