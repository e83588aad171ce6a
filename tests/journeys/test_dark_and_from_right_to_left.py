"""Journeys 2, 3 and 7 at night, in Arabic: every page of them fits, reads from right to left, and has no fault axe finds."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from azimuth.people.models import Person
from azimuth.reviews import actions
from azimuth.reviews.models import Assignment, ReviewCycle, Subject
from tests.browser import assert_fits, assert_no_axe_violations, sign_in
from tests.cast import Cast
from tests.journeys.test_cycle import everybody_answers
from tests.journeys.test_outside import ask
from tests.reviews.outside import latest
from tests.reviews.test_nominate import hand_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def night(page: Page) -> Page:
    """A dark screen, not a wide one."""
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 390, "height": 800})
    return page


def walk(page: Page, site: str, *paths: str) -> None:
    for path in paths:
        page.goto(f"{site}{path}")
        expect(page.locator("html")).to_have_attribute("dir", "rtl")
        assert_fits(page)
        assert_no_axe_violations(page)


def become(page: Page, site: str, person: Person) -> None:
    page.context.clear_cookies()
    sign_in(page, site, person)


def test_lists_of_raters(night: Page, site: str, proposing: Subject, workshop: Cast) -> None:
    Person.objects.update(language="ar")
    become(night, site, workshop.ada)
    mine = f"/reviews/lists/{proposing.pk}/"
    walk(night, site, "/", mine, f"{mine}?q=moreau")
    hand_in(proposing, timezone.now())
    walk(night, site, mine)
    become(night, site, workshop.bo)
    walk(night, site, "/", "/reviews/lists/", mine)


def test_forms_and_the_report(night: Page, site: str, running: ReviewCycle, workshop: Cast, run_jobs: Callable[..., int]) -> None:
    Person.objects.update(language="ar")
    form = Assignment.objects.get(rater=workshop.cleo, subject__person=workshop.ada)
    become(night, site, workshop.cleo)
    walk(night, site, "/", "/reviews/", f"/reviews/answer/{form.pk}/", f"/reviews/answer/{form.pk}/decline/")
    everybody_answers(running)
    at = timezone.now()
    actions.close(running, by=None, at=at)
    run_jobs()
    actions.release(ReviewCycle.objects.get(), subjects=None, by=workshop.eve, at=at)
    report = f"/reviews/reports/{form.subject_id}/"
    become(night, site, workshop.ada)
    walk(night, site, "/", report)
    actions.share(Subject.objects.get(person=workshop.ada), with_=workshop.bo, by=workshop.ada, at=at)
    become(night, site, workshop.bo)
    walk(night, site, report, f"{report}guide/")


def test_somebody_from_outside(night: Page, site: str, workshop: Cast) -> None:
    form = ask(workshop, language="ar")
    link = latest()
    walk(night, site, link, f"{link}{form.pk}/decline/", f"{link}{form.pk}/")
    for said in ("شكرًا لك. هذا هو النموذج التالي.", "أدّى الرابط الغرض منه."):
        night.get_by_role("textbox").fill("كلمة طيبة.")
        night.locator("button[name=submit]").click()
        expect(night.get_by_text(said)).to_be_visible()
    expect(night.locator("html")).to_have_attribute("dir", "rtl")
    assert_no_axe_violations(night)
