"""Work of cycles that is too long for a page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext

from azimuth.jobs.tasks import Failed, Progress, every, task
from azimuth.reviews import (
    actions,
    cohort_printing,
    counting,
    destroying,
    printing,
    progress_bands,
    queries,
    reading,
)
from azimuth.reviews.models import CohortReport, Report, ReportPdf, ReviewCycle
from azimuth.reviews.states import CycleState


@task("reviews.launch")
def launch(progress: Progress, cycle_id: str, rehearsed: str = "") -> dict[str, Any]:
    """Carry out a launch; run again after a crash it does what is left, which is all or nothing."""
    result = actions.carry_out_launch(ReviewCycle.objects.get(pk=cycle_id), at=timezone.now(), step=progress.report, rehearsed=rehearsed)
    if result.get("is_stale"):
        raise Failed(gettext("The organisation has changed since the rehearsal: other people would be asked than you saw. Nothing was launched. Look at the summary again, then launch."))
    return result


@task("reviews.rehearse")
def rehearse(progress: Progress, cycle_id: str, version: int) -> None:
    """Run a large draft dry; another version by now is rehearsed by its own job."""
    cycle = ReviewCycle.objects.select_related("questionnaire").get(pk=cycle_id)
    if cycle.version == version and cycle.state == CycleState.DRAFT:
        progress.report(0, 1, gettext("Asking who would be asked"))
        actions.keep_rehearsal(cycle, queries.rehearse(cycle, timezone.now()), at=timezone.now())


@task("reviews.begin")
def begin(progress: Progress, cycle_id: str) -> dict[str, Any]:
    """Ask the raters of a cycle whose nominations are over; run again after a crash it does what is left, which is all or nothing."""
    return actions.carry_out_begin(ReviewCycle.objects.get(pk=cycle_id), at=timezone.now(), step=progress.report)


@task("reviews.count")
def count(progress: Progress, cycle_id: str) -> dict[str, Any]:
    """Count a closed cycle, build its reports, destroy its key; run again after a crash it goes on with the next subject."""
    return counting.count(ReviewCycle.objects.select_related("box", "scope").get(pk=cycle_id), at=timezone.now(), step=progress.report)


@task("reviews.destroy")
def destroy(progress: Progress, cycle_id: str) -> None:
    """Destroy unread what was written for a cancelled cycle; run again after a crash it does what is left."""
    destroying.destroy(ReviewCycle.objects.select_related("box").get(pk=cycle_id), at=timezone.now())


@every("* * * * *")
@task("reviews.keep_time")
def keep_time(progress: Progress) -> None:
    """Close what is due, end nominations that are over, invite where a cycle has opened since."""
    now = timezone.now()
    actions.begin_due(at=now)
    actions.close_due(at=now)
    for cycle in ReviewCycle.objects.filter(state=CycleState.OPEN, invited_on=None, opens_at__lte=now):
        actions.invite(cycle, at=now)


@every("*/15 * * * *")
@task("reviews.remind")
def remind(progress: Progress) -> None:
    """Remind whoever is due by now, each zone in its morning; so often because zones differ by quarters of an hour."""
    actions.remind(at=timezone.now())


@every("15 2 * * *")
@task("reviews.progress")
def write_progress(progress: Progress) -> None:
    """Once a night, write HR's bands for every open cycle."""
    progress_bands.write(at=timezone.now())


@task("reviews.make_pdf")
def make_pdf(progress: Progress, subject_id: str, language: str) -> None:
    """Make and keep the PDF of one report in the language of whoever asked for it; made already, it stays."""
    report = Report.objects.select_related("subject__cycle").get(subject=UUID(subject_id))
    if not report.pdfs.filter(language=language).exists():
        with translation.override(language):
            file = printing.pdf(reading.in_language(report.subject.cycle.snapshot, report.content, language))
        ReportPdf.objects.get_or_create(report=report, language=language, defaults={"file": file})


@task("reviews.make_cohort_pdf")
def make_cohort_pdf(progress: Progress, cycle_id: str) -> None:
    """Make and keep the PDF about all subjects of a cycle, in the language of the installation; made already, it stays."""
    report = CohortReport.objects.select_related("cycle").get(pk=UUID(cycle_id))
    if report.pdf is None:
        with translation.override(settings.LANGUAGE_CODE):
            file = cohort_printing.pdf(reading.in_language(report.cycle.snapshot, report.content, settings.LANGUAGE_CODE))
        CohortReport.objects.filter(pk=report.pk, pdf=None).update(pdf=file)
