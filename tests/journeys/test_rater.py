"""Journey 2: a rater opens the list, answers, loses nothing, submits. In a real browser, and when something goes wrong."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from azimuth.ballots.queries import read_sheet
from azimuth.reviews.models import Assignment, ReviewCycle
from tests.browser import assert_fits, assert_no_axe_violations, sign_in
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def about_ada(workshop: Cast) -> Assignment:
    """Cleo's form about Ada."""
    return Assignment.objects.select_related("subject__cycle__box").get(rater=workshop.cleo, subject__person=workshop.ada)


def test_three_forms_in_one_sitting(page: Page, site: str, running: ReviewCycle, workshop: Cast) -> None:
    sign_in(page, site, workshop.cleo)
    page.goto(f"{site}/reviews/")
    assert_no_axe_violations(page)
    page.get_by_role("link", name="Ada Novak").click()
    expect(page.get_by_text("at least 3 colleagues")).to_be_visible()
    assert_no_axe_violations(page)

    for number in range(3):
        for question in page.locator(".rating").all():
            question.locator(".rating__face").nth(3).click()
        page.get_by_role("textbox").last.fill(f"Comment {number}")
        page.get_by_role("button", name="Submit", exact=True).click()
        expect(page.get_by_text("Submitted: your feedback")).to_be_visible()

    expect(page.get_by_text("All submitted. Thank you.")).to_be_visible()
    assert set(Assignment.objects.filter(rater=workshop.cleo).values_list("state", flat=True)) == {"submitted"}


def test_it_saves_while_one_types_and_goes_on_elsewhere(page: Page, site: str, running: ReviewCycle, workshop: Cast) -> None:
    sign_in(page, site, workshop.cleo)
    page.goto(f"{site}/reviews/answer/{about_ada(workshop).pk}/")
    page.get_by_role("textbox").last.fill("A sentence typed and never sent by hand.")

    expect(page.locator("[data-status]")).to_have_text("Saved")
    page.goto(f"{site}/reviews/answer/{about_ada(workshop).pk}/")

    expect(page.get_by_role("textbox").last).to_have_value("A sentence typed and never sent by hand.")


def test_a_lost_connection_is_said_and_made_good(page: Page, site: str, running: ReviewCycle, workshop: Cast) -> None:
    sign_in(page, site, workshop.cleo)
    page.goto(f"{site}/reviews/answer/{about_ada(workshop).pk}/")
    page.context.set_offline(True)
    page.get_by_role("textbox").last.fill("Typed in a tunnel.")
    expect(page.locator("[data-status]")).to_contain_text("Not saved: no connection")

    page.context.set_offline(False)

    expect(page.locator("[data-status]")).to_have_text("Saved")
    sheet = read_sheet(about_ada(workshop).subject.cycle.box, about_ada(workshop).ticket, by=workshop.cleo)
    assert sheet is not None
    assert list(sheet.texts.values()) == ["Typed in a tunnel."]


def test_an_ended_session_is_said_and_the_text_is_saved_after_signing_in_again(page: Page, site: str, running: ReviewCycle, workshop: Cast) -> None:
    sign_in(page, site, workshop.cleo)
    page.goto(f"{site}/reviews/answer/{about_ada(workshop).pk}/")
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("textbox").last.fill("Written while the session ended.")
    expect(page.locator("[data-status]")).to_contain_text("You were signed out")

    sign_in(page, site, workshop.cleo)
    page.evaluate("window.dispatchEvent(new Event('focus'))")

    expect(page.locator("[data-status]")).to_have_text("Saved")


@pytest.mark.parametrize("width", [390, 320])
def test_the_form_fits_a_phone(page: Page, site: str, running: ReviewCycle, workshop: Cast, width: int) -> None:
    sign_in(page, site, workshop.cleo)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{site}/reviews/answer/{about_ada(workshop).pk}/")

    assert_fits(page)
    assert_no_axe_violations(page)
