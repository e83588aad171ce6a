"""The pictures of README and handbook: taken from the demo company by this test, so that they show what there is.

    AZIMUTH_WRITE_SCREENSHOTS=1 pytest tests/docs/test_screenshots.py

writes them anew. Without the variable the same pages must still render, and the pictures must be there, small and of one size.
"""

from __future__ import annotations

import os
import re
import struct
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from azimuth.jobs import worker
from azimuth.kit import sheets
from azimuth.operations.commands.demo import load
from azimuth.people.models import Person, ReportingLine
from azimuth.questionnaires.models import Questionnaire
from azimuth.reviews import actions, queries
from azimuth.reviews.models import ReviewCycle
from tests.browser import sign_in

ROOT = Path(__file__).parents[2]
README, HANDBOOK = ROOT / "docs/images", ROOT / "src/azimuth/workspace/static/workspace/handbook"
WRITES = os.environ.get("AZIMUTH_WRITE_SCREENSHOTS") == "1"
WINDOW = {"width": 1280, "height": 800}
LARGEST = 200 * 1024

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def home(page: Page, site: str) -> None:
    page.goto(f"{site}/")
    expect(page.get_by_role("heading", name="What needs you")).to_be_visible()


def directory(page: Page, site: str) -> None:
    page.goto(f"{site}/people/")
    expect(page.get_by_role("link", name="Ada Novak").first).to_be_visible()


def answering(page: Page, site: str) -> None:
    page.goto(f"{site}/reviews/")
    page.locator("a[href*='/reviews/answer/']").nth(1).click()
    page.locator(".rating").first.locator(".rating__face").nth(3).click()
    page.locator(".rating").nth(1).locator(".rating__face").nth(2).click()
    expect(page.locator("[data-status]")).to_have_text("Saved")
    page.get_by_text("What the points mean").first.click()
    page.evaluate("scrollTo(0, 0)")


def report(page: Page, site: str) -> None:
    page.goto(f"{site}/reviews/")
    page.locator("a[href*='/reviews/reports/']").first.click()
    expect(page.get_by_role("heading", name="Strengths to build on")).to_be_visible()


def competencies(page: Page, site: str) -> None:
    report(page, site)
    page.locator("#competencies-title").evaluate("heading => scrollTo(0, scrollY + heading.getBoundingClientRect().top - 32)")
    expect(page.locator("#competencies svg").first).to_be_visible()


def summary(page: Page, site: str) -> None:
    cycle = ReviewCycle.objects.get(name="Spring 360")
    page.goto(f"{site}/reviews/cycles/{cycle.pk}/summary/")
    page.get_by_role("button", name="Rehearse").click()
    expect(page.get_by_role("button", name="Launch the cycle")).to_be_visible()


def progress(page: Page, site: str) -> None:
    cycle = ReviewCycle.objects.get(state="open")
    page.goto(f"{site}/reviews/cycles/{cycle.pk}/progress/")
    expect(page.get_by_role("rowheader", name="Workshop")).to_be_visible()


def importing(page: Page, site: str) -> None:
    page.goto(f"{site}/people/import/")
    page.locator("input[type=file]").set_input_files({"name": "people-march.csv", "mimeType": "text/csv", "buffer": spreadsheet()})
    page.get_by_role("button", name="Upload").click()
    page.get_by_role("button", name="Check the file").click()
    expect(page).to_have_url(re.compile("/jobs/"))
    worker.drain()
    page.goto(f"{site}/people/import/")
    page.get_by_role("link", name="people-march.csv").click()
    expect(page.get_by_role("heading", name="What would change")).to_be_visible()


PICTURES: list[tuple[Path, str, Callable[[Page, str], None]]] = [
    (README / "home.png", "Ada", home),
    (README / "report.png", "Ada", competencies),
    (HANDBOOK / "answering.png", "Cleo", answering),
    (HANDBOOK / "report.png", "Ada", report),
    (HANDBOOK / "directory.png", "Ada", directory),
    (HANDBOOK / "summary.png", "Iris", summary),
    (HANDBOOK / "progress.png", "Iris", progress),
    (HANDBOOK / "import.png", "Iris", importing),
]


def test_the_pictures_show_what_there_is(page: Page, site: str) -> None:
    now = timezone.now()
    load(now)
    draft_spring_360(now)
    page.set_viewport_size(WINDOW)
    for file, who, go in PICTURES:
        page.context.clear_cookies()
        sign_in(page, site, Person.objects.get(name__startswith=f"{who} ", attributes__has_key="demo"))
        go(page, site)
        if WRITES:
            file.parent.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=file)


@pytest.mark.parametrize("file", [file for file, _who, _go in PICTURES], ids=lambda file: f"{file.parent.name}/{file.name}")
def test_a_picture_is_there_and_small(file: Path) -> None:
    content = file.read_bytes()
    assert struct.unpack(">II", content[16:24]) == tuple(WINDOW.values())
    assert len(content) < LARGEST


def draft_spring_360(now: datetime) -> None:
    """A draft about the leads, as Iris would leave it before the launch."""
    iris = Person.objects.get(name__startswith="Iris ", attributes__has_key="demo")
    cycle = actions.create(
        name="Spring 360", scope=None, by=iris, at=now, questionnaire=Questionnaire.objects.get(code="leadership-360"),
        opens_at=now, closes_at=now + timedelta(weeks=3), time_zone=iris.time_zone,
    )
    leads = queries.leads(Person.objects.present(now.date())).values_list("pk", flat=True)
    actions.add_subjects(cycle, people=list(leads), by=iris, at=now)


def spreadsheet() -> bytes:
    """The company as an HR system might hand it out a month later: two new, some changed, two rows at fault."""
    lines = {line.person_id: line.lead for line in ReportingLine.objects.current().solid().select_related("lead")}
    rows = [["Personnel no.", "Name", "E-mail", "Position", "Department", "Manager no.", "Start date"]]
    for person in Person.objects.filter(ended_on=None).order_by("employee_id").select_related("unit"):
        lead = lines.get(person.pk)
        rows.append([person.employee_id or "", person.name, person.email or "", person.job_title, str(person.unit), (lead.employee_id or "") if lead else "", str(person.started_on)])
    for row, column, value in ((33, 3, "Senior Instrument Maker"), (35, 3, "Precision Grinder"), (37, 5, "M999"), (39, 6, "31.2.2026"), (41, 4, "Optics")):
        rows[row][column] = value
    head = rows[1][0]
    rows += [["M901", "Nils Ahlgren", "nils.ahlgren@meridian.example", "Apprentice", "Workshop", head, "2026-03-02"], ["M902", "Pia Sorel", "pia.sorel@meridian.example", "Lens Maker", "Optics", head, "2026-03-02"]]
    return sheets.write_csv(rows)
