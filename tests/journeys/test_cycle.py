"""Journeys 5 and 3: HR makes, launches, closes and releases a cycle; the subject reads the report and chooses what to grow."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from azimuth.reviews import actions
from azimuth.reviews.models import Assignment, GrowthArea, ReviewCycle
from tests.browser import assert_fits, assert_no_axe_violations, sign_in
from tests.cast import Cast
from tests.reviews.conftest import basic_questionnaire
from tests.reviews.test_answer import sheet_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def everybody_answers(cycle: ReviewCycle) -> None:
    """All forms are submitted."""
    for form in Assignment.objects.asked().filter(subject__cycle=cycle).select_related("subject__cycle__box", "rater"):
        at = cycle.opens_at
        assert at is not None
        actions.save(form, sheet_of(form, 3 + form.rater.name.count("a") % 3, f"What somebody wrote about {form.subject.person.name}."), seen=None, by=form.rater, at=at)
        actions.submit([form], by=form.rater, at=at)


def test_from_a_draft_to_a_launched_cycle_in_five_clicks(page: Page, site: str, workshop: Cast, run_jobs: Callable[..., int]) -> None:
    basic_questionnaire()
    sign_in(page, site, workshop.eve)
    page.goto(f"{site}/reviews/cycles/")
    assert_no_axe_violations(page)

    page.get_by_role("link", name="New cycle").first.click()
    assert_no_axe_violations(page)
    page.get_by_role("button", name="Next: people").click()
    assert_no_axe_violations(page)
    page.get_by_role("button", name="Add and go on").click()
    assert_no_axe_violations(page)
    page.get_by_role("button", name="Next: summary").click()
    expect(page.get_by_role("heading", name="Before you launch")).to_be_visible()
    assert_no_axe_violations(page)
    page.get_by_role("button", name="Launch the cycle").click()

    run_jobs()
    cycle = ReviewCycle.objects.get()
    assert cycle.state == "open"
    page.goto(f"{site}/reviews/cycles/{cycle.pk}/")
    expect(page.get_by_text("The first figures come tomorrow morning")).to_be_visible()
    assert_no_axe_violations(page)
    assert_fits(page)


def test_a_list_of_raters_is_changed_by_hand(page: Page, site: str, workshop: Cast) -> None:
    basic_questionnaire()
    sign_in(page, site, workshop.eve)
    page.goto(f"{site}/reviews/cycles/new/")
    page.get_by_role("button", name="Next: people").click()
    page.get_by_text("people from a list or file").click()
    page.get_by_label("E-mail addresses or employee numbers").fill("ada@example.org, nobody@example.org")
    page.get_by_role("button", name="Add and stay here").click()
    expect(page.get_by_text("Nobody here is known by: nobody@example.org")).to_be_visible()

    page.get_by_role("link", name="Ada Novak").click()
    page.get_by_role("button", name="Remove Per Holm").click()
    page.get_by_role("searchbox", name="Name, job title or unit").fill("moreau")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("button", name="Peers").click()

    expect(page.get_by_role("button", name="Remove Dan Moreau")).to_be_visible()
    expect(page.get_by_role("button", name="Remove Per Holm")).to_have_count(0)
    assert_no_axe_violations(page)


def test_close_count_release_read_and_choose(page: Page, site: str, running: ReviewCycle, workshop: Cast, run_jobs: Callable[..., int]) -> None:
    everybody_answers(running)
    sign_in(page, site, workshop.eve)
    page.goto(f"{site}/reviews/cycles/{running.pk}/")
    page.get_by_role("button", name="Close early").click()
    page.get_by_role("dialog").get_by_role("button").last.click()
    expect(page.get_by_text("The cycle is closed. Answers are being counted.")).to_be_visible()
    run_jobs()
    page.goto(f"{site}/reviews/cycles/{running.pk}/")
    page.get_by_role("button", name="Release 3 reports").click()
    expect(page.get_by_text("3 reports are released and their subjects told.")).to_be_visible()

    page.context.clear_cookies()
    sign_in(page, site, workshop.ada)
    page.goto(f"{site}/")
    page.get_by_role("link", name="Your feedback report is ready").click()
    expect(page.get_by_role("heading", name="Feedback for Ada Novak")).to_be_visible()
    expect(page.get_by_text("What somebody wrote about Ada Novak.").first).to_be_visible()
    assert_no_axe_violations(page)
    page.locator("#next").get_by_role("checkbox").first.check()
    page.get_by_label("What will people notice when it has worked?").first.fill("They ask me earlier.")
    page.get_by_role("button", name="Keep my choice").click()

    expect(page.get_by_text("Your growth areas are yours alone to see")).to_be_visible()
    assert GrowthArea.objects.get().note == "They ask me earlier."


@pytest.mark.parametrize("width", [390, 320])
def test_the_report_fits_a_phone(page: Page, site: str, running: ReviewCycle, workshop: Cast, run_jobs: Callable[..., int], width: int) -> None:
    everybody_answers(running)
    at = running.opens_at
    assert at is not None
    actions.close(running, by=None, at=at)
    run_jobs()
    actions.release(running, subjects=None, by=workshop.eve, at=at)
    page.set_viewport_size({"width": width, "height": 800})
    sign_in(page, site, workshop.ada)
    page.goto(f"{site}/reviews/")
    page.get_by_role("link", name="Ada Novak").last.click()

    expect(page.get_by_role("heading", name="Competencies")).to_be_visible()
    assert_fits(page)
    assert_no_axe_violations(page)
