"""Watching work, reading the log and the inbox in a real browser."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from azimuth.audit import actions as audit
from azimuth.jobs import actions as jobs
from azimuth.jobs.models import Job
from azimuth.notifications import actions as notifications
from azimuth.notifications.models import Mail
from tests.browser import assert_fits, assert_no_axe_violations, sign_in
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def job(cast: Cast, now: datetime) -> Job:
    """Ada counts stars; three of twelve are done."""
    job = jobs.start("tests.nothing", key="stars", title="Counting stars", by=cast.ada, at=now, next_url="/jobs/")
    Job.objects.filter(pk=job.pk).update(state="running", done=3, total=12, note="Looking north")
    return job


def test_the_bar_moves_without_a_reload_and_leads_on(page: Page, site: str, cast: Cast, job: Job) -> None:
    sign_in(page, site, cast.ada)
    page.goto(f"{site}{job.get_absolute_url()}")
    expect(page.locator("progress")).to_have_attribute("value", "3")
    assert_no_axe_violations(page)
    Job.objects.filter(pk=job.pk).update(done=9)
    expect(page.locator("progress")).to_have_attribute("value", "9")
    page.reload()
    expect(page.locator("progress")).to_have_attribute("value", "9")
    Job.objects.filter(pk=job.pk).update(state="done")
    page.wait_for_url(f"{site}/jobs/")


def test_without_scripts_one_looks_again(page_without_script: Page, site: str, cast: Cast, job: Job) -> None:
    sign_in(page_without_script, site, cast.ada)
    page_without_script.goto(f"{site}{job.get_absolute_url()}")
    Job.objects.filter(pk=job.pk).update(state="done", note="12 stars")
    page_without_script.get_by_role("link", name="Look again").click()
    page_without_script.get_by_role("link", name="Continue").click()
    page_without_script.wait_for_url(f"{site}/jobs/")


def test_a_failure_is_started_again(page: Page, site: str, cast: Cast, job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(state="failed", note="The sky is cloudy.")
    sign_in(page, site, cast.ada)
    page.goto(f"{site}{job.get_absolute_url()}")
    assert_no_axe_violations(page)
    page.get_by_role("button", name="Start again").click()
    expect(page.get_by_text("Waiting for its turn.")).to_be_visible()


@pytest.mark.parametrize("width", [320, 1280])
def test_pages_are_open_to_everybody_and_fit(page: Page, site: str, cast: Cast, job: Job, now: datetime, settings: Settings, width: int) -> None:
    settings.DEMO = True
    audit.record("reviews.release", cast.ada, by=cast.iris, at=now, released=3)
    audit.record("reviews.update", cast.ada, by=cast.iris, at=now, fields=["name", "closes_at"])
    notifications.tell(
        [notifications.Message(cast.jon, str(n), "reviews.invite", f"Feedback for {n} people", "Spring 360", "/", date(2026, 3, 20), 12) for n in (2, 3)],
        on=now.date(),
    )
    notifications.queue(to="ada@example.org", subject="Your code", text="ABC-DEF", on=now.date())
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, site, cast.jon)
    for path in ("/audit/", "/audit/chain/", "/jobs/", "/notifications/", "/notifications/mailbox/", f"/notifications/mailbox/{Mail.objects.get(person=cast.jon).pk}/"):
        page.goto(f"{site}{path}")
        assert_no_axe_violations(page)
        assert_fits(page)
