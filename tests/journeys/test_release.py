"""Journeys 5 and 3, staged: HR names a coach, the coach reads first and releases; the subject opens it alone, compares with last time; HR reads
all together. With axe, on a phone, and without scripts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from azimuth.people.models import Person
from azimuth.questionnaires.models import Questionnaire
from azimuth.reviews import actions
from azimuth.reviews.models import (
    Acknowledgement,
    CohortReport,
    ReportShare,
    ReviewCycle,
    Subject,
)
from tests.browser import assert_fits, assert_no_axe_violations, sign_in
from tests.cast import Cast
from tests.journeys.test_cycle import everybody_answers
from tests.reviews.conftest import basic_questionnaire
from tests.reviews.test_cohort import a_large_one

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def as_somebody(page: Page, site: str, person: Person, path: str) -> None:
    page.context.clear_cookies()
    sign_in(page, site, person)
    page.goto(f"{site}{path}")


def counted(cast: Cast, run_jobs: Callable[..., int], name: str = "Spring 360", **rules: object) -> ReviewCycle:
    """A cycle about Ada, Bo, Cleo and four colleagues by these rules, answered by everybody and counted."""
    now = timezone.now()
    cycle = actions.create(
        name=name, scope=cast.workshop, by=cast.eve, at=now, questionnaire=Questionnaire.objects.first() or basic_questionnaire(), opens_at=now,
        closes_at=now + timedelta(weeks=3), **rules,
    )
    others = Person.objects.filter(name__in=["Per Holm", "Quim Sala", "Rut Vik", "Sol Marin"]).values_list("pk", flat=True)
    actions.add_subjects(cycle, people=[cast.ada.pk, cast.bo.pk, cast.cleo.pk, *others], by=cast.eve, at=now)
    cycle.refresh_from_db()
    actions.launch(cycle, seen=cycle.version, by=cast.eve, at=now)
    run_jobs()
    cycle = ReviewCycle.objects.select_related("box").get(pk=cycle.pk)
    everybody_answers(cycle)
    actions.close(cycle, by=None, at=now)
    run_jobs()
    return ReviewCycle.objects.get(pk=cycle.pk)


def adas(cycle: ReviewCycle) -> str:
    return f"/reviews/reports/{Subject.objects.get(cycle=cycle, person__name='Ada Novak').pk}/"


def test_a_coach_is_named_reads_first_and_releases(page: Page, site: str, workshop: Cast, run_jobs: Callable[..., int]) -> None:
    cycle = counted(workshop, run_jobs, releaser="coach", readers=["subject", "coach"])
    sign_in(page, site, workshop.eve)
    page.goto(f"{site}/")
    page.get_by_role("link", name="Name coaches").click()
    assert_no_axe_violations(page)
    page.get_by_label("Name, job title or unit of the coach").fill("moreau")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("button", name="Choose Dan Moreau").click()
    page.get_by_label("of all subjects that search and filter leave on the list").check()
    assert_no_axe_violations(page)
    page.get_by_role("button", name="Name the coach").click()
    expect(page.get_by_text("7 subjects have another coach now.")).to_be_visible()

    as_somebody(page, site, workshop.dan, "/")
    page.get_by_role("link", name="Read Ada Novak's report").click()
    expect(page.get_by_text("You read this first")).to_be_visible()
    assert_no_axe_violations(page)
    page.get_by_role("link", name="Guide for the talk").first.click()
    expect(page.get_by_text("Let the other speak first.")).to_be_visible()
    assert_no_axe_violations(page)
    page.get_by_role("link", name="Back to the report").click()
    page.get_by_role("button", name="Release to Ada Novak").click()
    expect(page.get_by_text("Released. Ada Novak has been told.")).to_be_visible()
    assert_no_axe_violations(page)

    as_somebody(page, site, workshop.ada, "/")
    page.get_by_role("link", name="Your feedback report is ready").click()
    expect(page.get_by_role("heading", name="Feedback for Ada Novak")).to_be_visible()
    assert Subject.objects.filter(cycle=cycle).exclude(released_on=None).count() == 1


def test_the_subject_alone_opens_it_without_scripts(page_without_script: Page, site: str, workshop: Cast, run_jobs: Callable[..., int]) -> None:
    cycle = counted(workshop, run_jobs, releaser="subject")
    page = page_without_script
    sign_in(page, site, workshop.ada)
    page.goto(f"{site}/")
    page.get_by_role("link", name="Ready when you are").click()
    expect(page.get_by_text("This moment counts as its release.")).to_be_visible()
    page.get_by_role("button", name="Open my report").click()
    expect(page.get_by_role("heading", name="Feedback for Ada Novak")).to_be_visible()
    page.get_by_role("button", name="I have read it").click()
    expect(page.get_by_text("You said so on")).to_be_visible()
    page.get_by_role("button", name="Show it to Bo Lindqvist").click()
    page.get_by_role("button", name="Take it back from Bo Lindqvist").click()

    assert ReportShare.objects.get().taken_back_on is not None
    assert Acknowledgement.objects.get().comment == ""
    assert Subject.objects.get(cycle=cycle, person=workshop.ada).opened_on is not None


def test_the_wizard_says_what_follows_from_each_way_of_release(page: Page, site: str, workshop: Cast) -> None:
    basic_questionnaire()
    sign_in(page, site, workshop.eve)
    page.goto(f"{site}/reviews/cycles/new/")
    page.get_by_role("button", name="Next: people").click()
    page.get_by_role("button", name="Add and go on").click()
    page.get_by_label("The coach – reads first").check()
    page.get_by_role("button", name="Next: summary").click()
    expect(page.get_by_text("tick the coach here too, so that raters know").first).to_be_visible()
    assert_no_axe_violations(page)
    page.get_by_label("the subject's coach").check()
    page.get_by_role("button", name="Next: summary").click()

    expect(page.get_by_text("subjects have no coach")).to_be_visible()
    assert_no_axe_violations(page)
    page.get_by_role("link", name="Name coaches").click()
    page.get_by_role("checkbox", name="Choose Ada Novak").check()
    page.get_by_role("button", name="HR partners as coaches of the ticked").click()
    expect(page.get_by_text("1 subject has another coach now.")).to_be_visible()
    assert Subject.objects.get(person=workshop.ada).coach == workshop.eve


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_every_page_of_it_fits_and_is_clean(page: Page, site: str, workshop: Cast, run_jobs: Callable[..., int], width: int) -> None:
    cycle = counted(workshop, run_jobs, releaser="coach", readers=["subject", "coach"])
    actions.assign_coach(cycle, subjects=cycle.subjects.values_list("pk", flat=True), coach=workshop.dan, by=workshop.eve, at=cycle.opens_at)  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": 800})
    here = f"/reviews/cycles/{cycle.pk}/"
    for person, path in (
        (workshop.eve, f"{here}cohort/"), (workshop.eve, f"{here}coaches/?who=moreau&coach={workshop.dan.pk}"), (workshop.eve, here),
        (workshop.dan, "/reviews/"), (workshop.dan, adas(cycle)), (workshop.dan, f"{adas(cycle)}guide/"),
    ):
        as_somebody(page, site, person, path)
        assert_fits(page)
        assert_no_axe_violations(page)


@pytest.mark.parametrize("width", [1280, 390])
def test_what_changed_since_last_time_reads_well(page: Page, site: str, workshop: Cast, run_jobs: Callable[..., int], width: int) -> None:
    spring = counted(workshop, run_jobs)
    actions.release(spring, subjects=None, by=workshop.eve, at=spring.opens_at)  # type: ignore[arg-type]
    autumn = counted(workshop, run_jobs, name="Autumn 360", compares_to=ReviewCycle.objects.get(pk=spring.pk))
    actions.release(autumn, subjects=None, by=workshop.eve, at=autumn.opens_at)  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": 800})
    as_somebody(page, site, workshop.ada, adas(autumn))

    expect(page.get_by_role("heading", name="Since last time")).to_be_visible()
    expect(page.locator("#since").get_by_text("no clear change")).to_have_count(2)
    assert_fits(page)
    assert_no_axe_violations(page)


@pytest.mark.parametrize("width", [1280, 390])
def test_units_of_a_large_cohort_read_well(page: Page, site: str, workshop: Cast, run_jobs: Callable[..., int], width: int) -> None:
    cycle = counted(workshop, run_jobs)
    CohortReport.objects.all().delete()
    CohortReport.objects.create(cycle=cycle, content=a_large_one(), built_on=cycle.created_on)
    page.set_viewport_size({"width": width, "height": 800})
    as_somebody(page, site, workshop.eve, f"/reviews/cycles/{cycle.pk}/cohort/")

    expect(page.get_by_role("heading", name="By unit")).to_be_visible()
    page.get_by_text("Units not shown by themselves, and why").click()
    expect(page.get_by_text("fewer than 50 subjects in this unit")).to_be_visible()
    assert_fits(page)
    assert_no_axe_violations(page)
