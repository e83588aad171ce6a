"""Journey 7: somebody from outside opens their link, answers and is done. No account; on a phone, from right to left, on another device."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from azimuth.ballots.queries import read_sheet
from azimuth.reviews.models import Assignment, RaterLink, ReviewCycle
from tests.browser import assert_fits, assert_no_axe_violations, sign_in
from tests.cast import Cast
from tests.reviews.conftest import basic_questionnaire
from tests.reviews.outside import form_about, latest, open_cycle

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def asked(workshop: Cast) -> Assignment:
    """Hana is asked about Ada and Bo; this is her form about Ada."""
    return ask(workshop)


def ask(workshop: Cast, language: str = "en") -> Assignment:
    from azimuth.reviews import actions

    now = timezone.now()
    draft = actions.create(name="Spring 360", scope=workshop.workshop, by=workshop.eve, at=now, questionnaire=basic_questionnaire())
    actions.add_subjects(draft, people=[workshop.ada.pk, workshop.bo.pk], by=workshop.eve, at=now)
    open_cycle(draft, workshop, now, about=(workshop.ada, workshop.bo), language=language)
    return form_about(workshop.ada)


def test_link_answer_done(page: Page, site: str, asked: Assignment) -> None:
    page.goto(site + latest())
    expect(page.get_by_role("heading", name="Your view is asked for")).to_be_visible()
    assert_no_axe_violations(page)
    page.get_by_role("link", name="Ada Novak").click()
    expect(page.get_by_text("at least 3 colleagues")).to_be_visible()
    assert_no_axe_violations(page)
    for question in page.get_by_role("radiogroup").all():
        question.get_by_text("Point 4").first.click()
    page.get_by_role("textbox").fill("A pleasure to work with.")
    expect(page.locator("[data-status]")).to_have_text("Saved")
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_text("This form is the next one.")).to_be_visible()
    assert_no_axe_violations(page)
    page.get_by_role("textbox").fill("Listens first.")
    page.get_by_role("button", name="Submit").click()

    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    expect(page.get_by_text("pleasure")).to_have_count(0)
    assert_no_axe_violations(page)
    kept = read_sheet(*asked.place, by=asked.who)
    assert kept is not None
    assert list(kept.texts.values()) == ["A pleasure to work with."]
    page.goto(site + latest())
    expect(page.get_by_role("heading", name="This link does not open a form")).to_be_visible()
    assert_no_axe_violations(page)
    assert page.context.cookies() == []


def test_without_script_later_and_on_another_device(page_without_script: Page, page: Page, site: str, asked: Assignment) -> None:
    page_without_script.goto(f"{site}{latest()}{asked.pk}/")
    page_without_script.get_by_role("textbox").fill("Half a thought")
    page_without_script.get_by_role("button", name="Save and go on later").click()
    expect(page_without_script.get_by_text("go on later with the same link")).to_be_visible()

    page.goto(f"{site}{latest()}{asked.pk}/")
    expect(page.get_by_role("textbox")).to_have_value("Half a thought")


def test_a_link_that_dies_while_one_types_loses_nothing(page: Page, site: str, asked: Assignment) -> None:
    page.goto(f"{site}{latest()}{asked.pk}/")
    RaterLink.objects.update(revoked_on=timezone.now().date())
    page.get_by_role("textbox").fill("A long thought that took a while.")
    expect(page.locator("[data-status]")).to_contain_text("This link takes no answers any more. Your text stays here")
    expect(page.get_by_role("textbox")).to_have_value("A long thought that took a while.")
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_text("A long thought that took a while.")).to_be_visible()


def test_another_language_from_right_to_left(page: Page, site: str, workshop: Cast) -> None:
    form = ask(workshop, language="ar")
    page.goto(f"{site}{latest()}{form.pk}/")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    assert_fits(page)
    assert_no_axe_violations(page)
    page.locator("select[name=language]").select_option("en")
    expect(page.locator("html")).to_have_attribute("dir", "ltr")
    assert form.pk.hex in page.url.replace("-", "")


@pytest.mark.parametrize("width", [390, 320])
def test_it_fits_a_phone(page: Page, site: str, asked: Assignment, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    for path in ("", f"{asked.pk}/", f"{asked.pk}/decline/"):
        page.goto(site + latest() + path)
        assert_fits(page)
        assert_no_axe_violations(page)
    page.goto(f"{site}/reviews/outside/wrong/")
    assert_fits(page)
    assert_no_axe_violations(page)


def test_declining_without_script(page_without_script: Page, site: str, asked: Assignment) -> None:
    page = page_without_script
    page.goto(f"{site}{latest()}{asked.pk}/")
    page.get_by_role("link", name="I cannot answer about this person").click()
    page.get_by_label("Why can you not answer?").fill("We never worked together.")
    page.get_by_role("button", name="Decline").click()
    expect(page.get_by_text("Thank you for telling us. This form is the next one.")).to_be_visible()


def test_hr_adds_sends_again_and_revokes(page: Page, site: str, workshop: Cast, asked: Assignment) -> None:
    sign_in(page, site, workshop.eve)
    cycle = ReviewCycle.objects.get()
    page.goto(f"{site}/reviews/cycles/{cycle.pk}/raters/{asked.subject_id}/")
    page.get_by_role("button", name="Send a fresh link").click()
    expect(page.get_by_text("a fresh link is on its way")).to_be_visible()
    assert_no_axe_violations(page)
    page.get_by_role("button", name="Make links dead").click()
    page.get_by_role("dialog").get_by_role("button").last.click()
    expect(page.get_by_text("Every link sent to Hana Sato is dead")).to_be_visible()
    assert not RaterLink.objects.filter(revoked_on=None).exists()
