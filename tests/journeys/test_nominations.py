"""Journeys 3 and 4 where raters are proposed: a subject chooses, their lead approves or returns, HR asks. In a real browser, and on a phone; by keyboard and without scripts in test_every_journey."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from azimuth.reviews.models import Assignment, Decline, ReviewCycle, Subject
from tests.browser import assert_fits, assert_no_axe_violations, sign_in
from tests.cast import Cast
from tests.reviews.conftest import basic_questionnaire
from tests.reviews.test_nominate import hand_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_cycle_with_nominations_is_made(page: Page, site: str, workshop: Cast, run_jobs: Callable[..., int]) -> None:
    basic_questionnaire()
    sign_in(page, site, workshop.eve)
    page.goto(f"{site}/reviews/cycles/new/")
    page.get_by_role("button", name="Next: people").click()
    page.get_by_role("button", name="Add and go on").click()
    expect(page.get_by_label("Raters are proposed until the end of")).to_be_hidden()
    page.get_by_role("group", name="Who proposes raters").get_by_label("the subject", exact=True).check()
    expect(page.get_by_label("Raters are proposed until the end of")).to_be_visible()
    assert_no_axe_violations(page)
    page.get_by_role("group", name="Who is asked").get_by_label("External").check()
    page.get_by_role("group", name="Groups they propose").get_by_label("External").check()
    page.get_by_role("button", name="Next: summary").click()
    expect(page.get_by_text("Raters are proposed first")).to_be_visible()
    assert_no_axe_violations(page)
    page.get_by_role("button", name="Launch the cycle").click()
    run_jobs()

    cycle = ReviewCycle.objects.get()
    assert (cycle.state, cycle.nominated) == ("nominating", ["peer", "external"])
    page.goto(f"{site}/reviews/cycles/{cycle.pk}/")
    expect(page.get_by_role("heading", name="Lists of raters")).to_be_visible()
    assert_no_axe_violations(page)
    assert_fits(page)


def test_a_subject_chooses_a_lead_approves_and_hr_asks(page: Page, site: str, proposing: Subject, workshop: Cast, run_jobs: Callable[..., int]) -> None:
    sign_in(page, site, workshop.ada)
    page.goto(f"{site}/")
    page.get_by_role("link", name="Propose who gives you feedback: Spring 360").click()
    assert_no_axe_violations(page)
    expect(page.get_by_role("button", name="Hand in for approval")).to_have_attribute("aria-disabled", "true")
    page.get_by_role("button", name="Add Cleo Brandt").click()
    page.get_by_role("button", name="Add Per Holm").click()
    page.get_by_role("searchbox", name="Name, job title or unit").fill("moreau")
    page.locator("#found").get_by_role("button", name="Add Dan Moreau").click()
    expect(page.get_by_role("button", name="Take Dan Moreau off the list")).to_be_visible()
    page.get_by_label("Name", exact=True).fill("Hana Sato")
    page.get_by_label("E-mail address").fill("hana@client.example")
    page.get_by_role("button", name="Add to the list").click()
    expect(page.get_by_role("button", name="Take Hana Sato off the list")).to_be_visible()
    assert_no_axe_violations(page)
    assert_fits(page)
    page.get_by_role("button", name="Hand in for approval").click()
    expect(page.get_by_text("Whoever approves it has been told")).to_be_visible()
    expect(page.get_by_role("button", name="Take it back and change it")).to_be_visible()
    assert_no_axe_violations(page)

    page.context.clear_cookies()
    sign_in(page, site, workshop.bo)
    page.goto(f"{site}/")
    page.get_by_role("link", name="Approve lists of raters: Spring 360").click()
    assert_no_axe_violations(page)
    page.get_by_role("link", name="Ada Novak").click()
    page.get_by_role("button", name="Take Per Holm off the list").click()
    page.get_by_role("button", name="Add Quim Sala").click()
    assert_no_axe_violations(page)
    page.get_by_role("button", name="Approve the list").click()
    expect(page.get_by_text("The list is approved.")).to_be_visible()

    page.context.clear_cookies()
    sign_in(page, site, workshop.eve)
    page.goto(f"{site}/")
    page.get_by_role("link", name="All lists are approved: Spring 360").click()
    page.get_by_role("button", name="Ask the raters now").click()
    expect(page.get_by_role("heading", name="Asking the raters of “Spring 360”")).to_be_visible()
    run_jobs()
    asked = Assignment.objects.filter(subject=proposing, group__in=["peer", "external"])
    assert {row.who.name for row in asked.select_related("rater", "external")} == {"Cleo Brandt", "Dan Moreau", "Quim Sala", "Hana Sato"}

    page.context.clear_cookies()
    sign_in(page, site, workshop.ada)
    page.goto(f"{site}/reviews/lists/{proposing.pk}/")
    expect(page.get_by_text("Raters have been asked")).to_be_visible()
    expect(page.get_by_text("Quim Sala")).to_be_visible()
    assert_no_axe_violations(page)


def test_a_list_is_returned_and_handed_in_again(page: Page, site: str, proposing: Subject, workshop: Cast) -> None:
    hand_in(proposing, timezone.now())
    sign_in(page, site, workshop.bo)
    page.goto(f"{site}/reviews/lists/{proposing.pk}/")
    page.get_by_text("Return the list with a note").click()
    page.get_by_label("Note").fill("One from the harbour, please.")
    page.get_by_role("button", name="Return the list").click()
    expect(page.get_by_text("The list is returned")).to_be_visible()

    page.context.clear_cookies()
    sign_in(page, site, workshop.ada)
    page.goto(f"{site}/")
    page.get_by_role("link", name="Propose who gives you feedback").click()
    expect(page.get_by_text("One from the harbour, please.")).to_be_visible()
    assert_no_axe_violations(page)
    page.get_by_role("button", name="Hand in for approval").click()
    expect(page.get_by_text("Waits for approval")).to_be_visible()


@pytest.mark.parametrize("who", ["ada", "bo"])
def test_a_list_fits_a_phone(page: Page, site: str, proposing: Subject, workshop: Cast, who: str) -> None:
    hand_in(proposing, timezone.now()) if who == "bo" else None
    page.set_viewport_size({"width": 390, "height": 800})
    sign_in(page, site, getattr(workshop, who))
    page.goto(f"{site}/reviews/lists/{proposing.pk}/")
    expect(page.get_by_role("heading", name="On the list")).to_be_visible()
    assert_fits(page)
    assert_no_axe_violations(page)
    page.goto(f"{site}/reviews/lists/")
    assert_fits(page)


def test_a_rater_declines_and_hr_asks_somebody_else(page: Page, site: str, running: ReviewCycle, workshop: Cast) -> None:
    form = Assignment.objects.get(rater=workshop.cleo, subject__person=workshop.ada)
    sign_in(page, site, workshop.cleo)
    page.goto(f"{site}/reviews/answer/{form.pk}/")
    page.get_by_role("link", name="I cannot answer about this person").click()
    assert_no_axe_violations(page)
    page.get_by_label("Why can you not answer?").fill("We hardly meet.")
    page.get_by_label("Who could be asked instead?").fill("dan@example.org")
    page.get_by_role("button", name="Decline").click()
    expect(page.get_by_text("You are no longer asked about Ada Novak")).to_be_visible()

    page.context.clear_cookies()
    sign_in(page, site, workshop.eve)
    page.goto(f"{site}/")
    page.get_by_role("link", name="Raters declined: Spring 360").click()
    expect(page.get_by_text("We hardly meet.")).to_be_visible()
    assert_no_axe_violations(page)
    page.get_by_role("button", name="Ask Dan Moreau instead").click()
    expect(page.get_by_text("Asked, and told.")).to_be_visible()
    assert Assignment.objects.filter(rater=workshop.dan, subject__person=workshop.ada).exists()
    assert Decline.objects.get().settled_on is not None
