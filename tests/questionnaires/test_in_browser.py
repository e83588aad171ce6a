"""The form and the outline in a real browser: by keyboard, at 320 px, without JavaScript, clean for axe."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from azimuth.competencies import actions
from azimuth.competencies.models import Competency
from azimuth.questionnaires.models import Questionnaire
from tests import cast as stage
from tests.browser import assert_fits, assert_no_axe_violations, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def ready(site: str) -> Questionnaire:
    """The leadership questionnaire, and the cast."""
    stage.assemble()
    actions.load_library(at=NOW)
    return Questionnaire.objects.get(code="leadership-360")


def iris() -> stage.Person:
    return stage.Person.objects.get(name="Iris Okafor")


def test_the_form_by_keyboard_on_a_small_screen(page: Page, site: str, ready: Questionnaire) -> None:
    sign_in(page, site, iris())
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto(f"{site}/questionnaires/{ready.pk}/preview/?group=peer")
    assert_fits(page)
    assert_no_axe_violations(page)
    first = page.get_by_role("group", name="Says clearly what the team is trying to achieve.")
    first.get_by_role("radio", name="1 Almost never").focus()
    for _times in range(3):
        page.keyboard.press("ArrowRight")
    expect(first.get_by_role("radio", name="4 Usually")).to_be_checked()
    expect(first.get_by_text("In most situations that call for it")).to_be_visible()
    box = first.locator(".rating__face").first.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    assert box["width"] >= 44
    first.get_by_role("radio", name="No answer").check()
    expect(first.get_by_text("In most situations that call for it")).to_be_hidden()


def test_room_for_words_is_counted(page: Page, site: str, ready: Questionnaire) -> None:
    sign_in(page, site, iris())
    page.goto(f"{site}/questionnaires/{ready.pk}/preview/?group=report")
    words = page.get_by_label("What should Robin Example keep doing because it helps you in your work?")
    words.fill("Listen. \U0001f642")
    expect(page.get_by_text("Characters left: 1,991")).to_be_visible()
    words.fill("x" * 2003)
    expect(page.get_by_text("Characters too many: 3")).to_be_visible()
    assert words.input_value() == "x" * 2003


def test_the_form_without_javascript(page_without_script: Page, site: str, ready: Questionnaire) -> None:
    page = page_without_script
    sign_in(page, site, iris())
    page.goto(f"{site}/questionnaires/{ready.pk}/preview/?group=self")
    first = page.get_by_role("group", name="I say clearly what the team is trying to achieve.")
    first.get_by_role("radio", name="5 Almost always").check()
    expect(first.get_by_text("Practically every time")).to_be_visible()
    expect(page.get_by_text("Up to 2000 characters.").first).to_be_visible()


def test_moving_keeps_the_place_and_the_focus(page: Page, site: str, ready: Questionnaire) -> None:
    sign_in(page, site, iris())
    page.goto(f"{site}/questionnaires/{ready.pk}/")
    assert_no_axe_violations(page)
    rows = page.locator(".outline__section").first.locator(".outline__text")
    expect(rows.nth(0)).to_have_text("Says clearly what the team is trying to achieve.")
    rows.nth(0).locator("xpath=ancestor::li").get_by_role("button", name="Move question down").press("Enter")
    expect(rows.nth(1)).to_have_text("Says clearly what the team is trying to achieve.")
    assert page.url == f"{site}/questionnaires/{ready.pk}/"
    expect(rows.nth(1).locator("xpath=ancestor::li").get_by_role("button", name="Move question down")).to_be_focused()


def test_the_outline_without_javascript(page_without_script: Page, site: str, ready: Questionnaire) -> None:
    page = page_without_script
    sign_in(page, site, iris())
    page.goto(f"{site}/questionnaires/{ready.pk}/")
    rows = page.locator(".outline__section").first.locator(".outline__text")
    page.get_by_role("button", name="Move question up").nth(1).click()
    expect(rows.nth(0)).to_have_text("Names the few things that matter most right now.")
    assert "#question-" in page.url


def test_a_competency_is_written_and_made_into_a_questionnaire(page: Page, site: str, ready: Questionnaire) -> None:
    sign_in(page, site, iris())
    page.goto(f"{site}/competencies/new/")
    assert_no_axe_violations(page)
    page.get_by_label("Name", exact=True).fill("Humour")
    page.get_by_label("Definition").fill("Takes things lightly.")
    page.get_by_label("Item 1").fill("Smiles.")
    page.get_by_role("button", name="Add an item").click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Humour")
    page.get_by_label("Item 4").fill("Laughs at own mistakes.")
    page.get_by_role("button", name="Save").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Humour")
    assert_no_axe_violations(page)
    page.goto(f"{site}/competencies/make-questionnaire/")
    assert_no_axe_violations(page)
    page.get_by_label("Title").fill("Light 360")
    page.get_by_role("checkbox", name="Humour Takes things lightly.").check()
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_role("heading", name="Light 360")).to_be_visible()
    assert Competency.objects.filter(name="Humour").exists()


PAGES = (
    "questionnaires/", "questionnaires/new/", "questionnaires/scales/", "questionnaires/scales/new/", "questionnaires/import/", "competencies/",
    "competencies/import/",
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_clean_and_fit(page: Page, site: str, ready: Questionnaire, scheme: str) -> None:
    sign_in(page, site, iris())
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": 320, "height": 700})
    for address in PAGES:
        page.goto(f"{site}/{address}")
        assert_fits(page)
        assert_no_axe_violations(page)


@pytest.mark.parametrize("width", [320, 1280])
def test_a_questionnaire_is_translated_side_by_side(page: Page, site: str, cast: stage.Cast, small: Questionnaire, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, site, cast.iris)
    page.goto(f"{site}/questionnaires/{small.pk}/")
    page.get_by_role("link", name="Translate into Arabic").click()
    field = page.get_by_label("Explains the reasons behind decisions.")
    expect(field).to_have_attribute("dir", "rtl")
    field.fill("شرح أسباب القرارات.")
    assert_no_axe_violations(page)
    assert_fits(page)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("texts are left to translate")).to_be_visible()
    page.get_by_role("link", name="Show only what is missing").click()
    expect(field).to_have_count(0)
    page.goto(f"{site}/questionnaires/{small.pk}/preview/?group=peer")
    page.get_by_label("As read in").select_option("ar")
    expect(page.get_by_text("شرح أسباب القرارات.")).to_be_visible()
    assert_no_axe_violations(page)
    assert_fits(page)


def test_translating_works_without_scripts(page_without_script: Page, site: str, cast: stage.Cast, small: Questionnaire) -> None:
    page = page_without_script
    sign_in(page, site, cast.iris)
    page.goto(f"{site}/questionnaires/{small.pk}/translate/de/")
    page.get_by_label("What should {name} keep doing?").fill("Was soll beibehalten werden?")
    page.get_by_label("Explains the reasons behind decisions.").fill("Begründet Entscheidungen.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Put {name} into the translation too.").first).to_be_visible()
    expect(page.get_by_label("Explains the reasons behind decisions.")).to_have_value("Begründet Entscheidungen.")
    page.get_by_label("What should {name} keep doing?").fill("Was soll {name} beibehalten?")
    page.get_by_role("button", name="Save").click()
    page.goto(f"{site}/questionnaires/{small.pk}/preview/?group=peer&language=de")
    expect(page.get_by_text("Begründet Entscheidungen.")).to_be_visible()
