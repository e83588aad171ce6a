"""Journey 5: HR watches progress, nudges, extends one person, replaces a rater, closes, releases. With axe, on a phone, without scripts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from azimuth.people.actions import persons
from azimuth.reviews import progress_bands
from azimuth.reviews.models import LeftAsIs, ReviewCycle, Subject
from tests.browser import assert_fits, assert_no_axe_violations, sign_in
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def in_the_menu(page: Page, rater: str, deed: str) -> None:
    """Open the menu of a rater and choose."""
    page.locator(".row", has_text=rater).locator("summary").click()
    page.locator(".row", has_text=rater).get_by_text(deed, exact=True).click()


def agree(page: Page) -> None:
    """Say yes to the question that was asked."""
    page.get_by_role("dialog").get_by_role("button").last.click()


def test_changes_leads_subjects_and_the_end_of_it(page: Page, site: str, running: ReviewCycle, workshop: Cast, run_jobs: Callable[..., int]) -> None:
    now = timezone.now()
    persons.end(workshop.cleo, on=(now + timedelta(days=2)).date(), reports_to=None, by=workshop.iris, at=now)
    sign_in(page, site, workshop.eve)
    page.goto(f"{site}/reviews/cycles/{running.pk}/changes/")
    assert_no_axe_violations(page)
    page.get_by_role("button", name="Stop asking Cleo Brandt").click()
    expect(page.get_by_text("Done.")).to_be_visible()
    page.get_by_role("button", name="Leave as is: Cleo Brandt").click()
    expect(page.get_by_text("Nothing to decide")).to_be_visible()
    assert LeftAsIs.objects.count() == 1

    page.goto(f"{site}/reviews/cycles/{running.pk}/raters/{Subject.objects.get(person=workshop.ada).pk}/lead/")
    assert_no_axe_violations(page)
    page.get_by_role("combobox", name="New lead").fill("dan@example.org")
    page.get_by_text("still the former lead").click()
    page.get_by_role("button", name="Replace").click()
    expect(page.get_by_text("Dan Moreau is the lead here now.")).to_be_visible()

    page.goto(f"{site}/reviews/cycles/{running.pk}/")
    page.locator("summary", has_text="Steer").click()
    assert_no_axe_violations(page)
    page.get_by_role("link", name="Cancel the cycle").click()
    expect(page.get_by_text("destroyed unread").first).to_be_visible()
    assert_no_axe_violations(page)
    page.get_by_role("button", name="Cancel the cycle and destroy what was written").click()
    expect(page.get_by_text("The cycle is cancelled.")).to_be_visible()
    run_jobs()
    page.goto(f"{site}/reviews/cycles/{running.pk}/")
    expect(page.get_by_text("Called off.")).to_be_visible()
    assert_no_axe_violations(page)


@pytest.mark.parametrize("width", [390, 320])
def test_it_fits_a_phone(page: Page, site: str, running: ReviewCycle, workshop: Cast, width: int) -> None:
    now = timezone.now()
    progress_bands.write(at=now)
    persons.end(workshop.cleo, on=(now + timedelta(days=2)).date(), reports_to=None, by=workshop.iris, at=now)
    page.set_viewport_size({"width": width, "height": 800})
    sign_in(page, site, workshop.eve)
    subject = Subject.objects.get(person=workshop.ada)
    for path in ("", "progress/", "changes/", "extend/", "cancel/", "reminders/", "add-subject/", f"raters/{subject.pk}/", f"raters/{subject.pk}/lead/", f"raters/{subject.pk}/ask/"):
        page.goto(f"{site}/reviews/cycles/{running.pk}/{path}")
        assert_fits(page)
        assert_no_axe_violations(page)


def test_without_scripts(page_without_script: Page, site: str, running: ReviewCycle, workshop: Cast) -> None:
    page = page_without_script
    progress_bands.write(at=timezone.now())
    sign_in(page, site, workshop.eve)
    page.goto(f"{site}/reviews/cycles/{running.pk}/progress/")
    page.get_by_role("button", name="Nudge: Workshop").click()
    expect(page.get_by_text("Whoever still has forms gets one mail")).to_be_visible()
    page.goto(f"{site}/reviews/cycles/{running.pk}/raters/{Subject.objects.get(person=workshop.ada).pk}/")
    in_the_menu(page, "Cleo Brandt", "Stop asking")
    expect(page.get_by_text("No longer asked.")).to_be_visible()


def test_mails_and_reminders_have_no_fault_axe_finds(page: Page, site: str, running: ReviewCycle, workshop: Cast) -> None:
    sign_in(page, site, workshop.finn)
    for path in ("/notifications/mails/", "/notifications/reminders/", "/"):
        page.goto(f"{site}{path}")
        assert_no_axe_violations(page)
        assert_fits(page)
    page.context.clear_cookies()
    sign_in(page, site, workshop.cleo)
    page.goto(f"{site}/")
    assert_no_axe_violations(page)
    page.get_by_role("button", name="in 3 days").click()
    expect(page.get_by_text("You are reminded again on")).to_be_visible()
