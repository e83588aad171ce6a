"""The gallery in a real browser: no finding of axe, nothing the content policy refuses, nothing too wide; parts behave."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from azimuth.kit.templatetags.kit import BLOCKS, SIMPLE
from tests.browser import assert_fits, assert_no_axe_violations, sign_in
from tests.cast import Cast

GALLERY = Path("src/azimuth/kit/templates/kit/gallery")


@pytest.mark.parametrize("tag", [part.__name__ for part in (*SIMPLE, *BLOCKS)])
def test_every_tag_is_in_the_gallery(tag: str) -> None:
    assert any(f"{{% {tag} " in path.read_text() for path in GALLERY.glob("*.html")), f"Show {{% {tag} %}} in the gallery."


@pytest.mark.parametrize("tag", [part.__name__ for part in (*SIMPLE, *BLOCKS)])
def test_every_tag_is_in_the_docs(tag: str) -> None:
    assert f"{{% {tag} " in Path("docs/developer/kit.md").read_text()


@pytest.mark.django_db
def test_strangers_do_not_see_it_in_production(settings: object, cast: Cast) -> None:
    settings.PRODUCTION = True
    assert Client().get("/kit/gallery/").status_code == 404
    settings.PRODUCTION = False
    assert Client().get("/kit/gallery/").status_code == 200
    assert Client().get("/kit/gallery/?export=csv").headers["Content-Type"].startswith("text/csv")


@pytest.mark.browser
@pytest.mark.parametrize(("theme", "language"), [("light", "en"), ("dark", "en"), ("light", "ar")])
def test_axe_finds_nothing(page: Page, site: str, cast: Cast, theme: str, language: str) -> None:
    sign_in(page, site, cast.iris)
    page.context.add_cookies([{"name": "theme", "value": theme, "url": site}, {"name": "django_language", "value": language, "url": site}])
    page.goto(f"{site}/kit/gallery/")
    page.wait_for_function("document.documentElement.dataset.script === 'on'")
    assert_no_axe_violations(page)


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 390, 640, 800, 1024, 1600])
def test_it_fits_every_width(page: Page, site: str, cast: Cast, width: int) -> None:
    sign_in(page, site, cast.iris)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{site}/kit/gallery/")
    assert_fits(page)


@pytest.mark.browser
def test_targets_are_large_enough(page: Page, site: str, cast: Cast) -> None:
    sign_in(page, site, cast.iris)
    page.goto(f"{site}/kit/gallery/")
    small = page.eval_on_selector_all(
        "a.button, button, input:not([type=hidden]), select, summary, .rail__link, .table__sort",
        "all => all.filter(one => one.checkVisibility()).map(one => [one.outerHTML.slice(0, 90), one.getBoundingClientRect()])"
        ".filter(([, box]) => box.width && (box.height < 20 || box.width < 20)).map(([html]) => html)",
    )
    assert small == []


@pytest.mark.browser
def test_a_dialog_opens_holds_focus_and_gives_it_back(page: Page, site: str) -> None:
    page.goto(f"{site}/kit/gallery/")
    opener = page.get_by_role("link", name="Open a dialog")
    opener.click()
    dialog = page.get_by_role("dialog", name="Extend the deadline")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()


@pytest.mark.browser
def test_a_confirm_button_asks_first(page: Page, site: str) -> None:
    page.goto(f"{site}/kit/gallery/")
    page.get_by_role("button", name="Asks first").click()
    asked = page.get_by_role("dialog")
    expect(asked).to_contain_text("Close the cycle for 214 people?")
    expect(asked.get_by_role("button", name="Cancel")).to_be_focused()
    asked.get_by_role("button", name="Cancel").click()
    expect(asked).to_be_hidden()


@pytest.mark.browser
def test_a_menu_works_by_keyboard(page: Page, site: str) -> None:
    page.goto(f"{site}/kit/gallery/")
    summary = page.locator("summary", has_text=re.compile(r"^\s*More\s*$"))
    summary.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="Edit")).to_be_focused()
    page.keyboard.press("Escape")
    expect(summary).to_be_focused()
    expect(page.get_by_role("link", name="Edit")).to_be_hidden()


@pytest.mark.browser
def test_a_table_searches_as_one_types_and_the_address_bar_follows(page: Page, site: str) -> None:
    page.goto(f"{site}/kit/gallery/")
    page.get_by_label("Find a kind of row").fill("contenttype")
    expect(page.locator("#sample tbody tr")).to_have_count(1)
    expect(page).to_have_url(re.compile("q=contenttype"))
    page.get_by_label("Find a kind of row").fill("")
    page.locator("#sample").get_by_role("link", name="Kind").click()
    expect(page.locator("#sample th[aria-sort]")).to_have_attribute("aria-sort", "ascending")
    page.locator("#sample").get_by_role("link", name="Next").click()
    expect(page).to_have_url(re.compile("after="))
    page.go_back()
    expect(page).not_to_have_url(re.compile("after="))


@pytest.mark.browser
def test_a_table_works_without_script(page_without_script: Page, site: str) -> None:
    page = page_without_script
    page.goto(f"{site}/kit/gallery/")
    page.get_by_label("Find a kind of row").fill("contenttype")
    page.get_by_role("button", name="Show", exact=True).click()
    assert page.locator("#sample tbody tr").count() == 1
    page.goto(f"{site}/kit/gallery/#sample-dialog")
    expect(page.locator("#sample-dialog")).to_be_visible()


@pytest.mark.browser
def test_a_combobox_finds_by_typing(page: Page, site: str) -> None:
    page.goto(f"{site}/kit/gallery/")
    field = page.get_by_role("combobox", name=re.compile("Time zone"))
    field.fill("sao pa")
    expect(page.get_by_role("option", name="America/Sao Paulo")).to_be_visible()
    page.keyboard.press("Enter")
    expect(field).to_have_value("America/Sao Paulo")
    assert page.eval_on_selector("select[name=zone]", "one => one.value") == "America/Sao_Paulo"
    field.fill("nowhere at all")
    page.keyboard.press("Tab")
    expect(field).to_have_value("America/Sao Paulo")


@pytest.mark.browser
def test_a_toast_says_it_and_can_be_sent_away(page: Page, site: str) -> None:
    page.goto(f"{site}/kit/gallery/?toast")
    toast = page.locator("toast-note")
    expect(toast).to_contain_text("14 people will hear from us")
    toast.get_by_role("button").click()
    expect(toast).to_have_count(0)


@pytest.mark.browser
def test_errors_take_the_focus_and_lead_to_their_field(page: Page, site: str) -> None:
    page.goto(f"{site}/kit/gallery/")
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_role("link", name=re.compile("^Name of the cycle: ")).click()
    assert page.evaluate("document.activeElement.name") == "broken-name" or "#id_broken-name" in page.url


@pytest.mark.browser
def test_the_theme_can_be_chosen(page: Page, site: str, cast: Cast) -> None:
    sign_in(page, site, cast.ada)
    page.goto(f"{site}/kit/gallery/")
    page.locator(".person-button").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
