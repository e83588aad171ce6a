"""Work of cycles that is too long for a page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone, translation

from azimuth.jobs.tasks import Progress, every, task
from azimuth.reviews import actions, counting, printing, progress_bands
from azimuth.reviews.models import Report, ReviewCycle
from azimuth.reviews.states import CycleState


@task("reviews.launch")
def launch(progress: Progress, cycle_id: str) -> dict[str, Any]:
    """Carry out a launch; run again after a crash it does what is left, which is all or nothing."""
    return actions.carry_out_launch(ReviewCycle.objects.get(pk=cycle_id), at=timezone.now(), step=progress.report)


@task("reviews.count")
def count(progress: Progress, cycle_id: str) -> dict[str, Any]:
    """Count a closed cycle, build its reports, destroy its key; run again after a crash it goes on with the next subject."""
    return counting.count(ReviewCycle.objects.select_related("box", "scope").get(pk=cycle_id), at=timezone.now(), step=progress.report)


@every("* * * * *")
@task("reviews.keep_time")
def keep_time(progress: Progress) -> None:
    """Close what is due, invite where a cycle has opened since."""
    now = timezone.now()
    actions.close_due(at=now)
    for cycle in ReviewCycle.objects.filter(state=CycleState.OPEN, invited_on=None, opens_at__lte=now):
        actions.invite(cycle, at=now)


@every("15 2 * * *")
@task("reviews.progress")
def write_progress(progress: Progress) -> None:
    """Once a night, write HR's bands for every open cycle."""
    progress_bands.write(on=timezone.now().date())


@task("reviews.make_pdf")
def make_pdf(progress: Progress, subject_id: str) -> None:
    """Make and keep the PDF of one report, in its subject's language; made already, it stays."""
    report = Report.objects.select_related("subject__person").get(subject=UUID(subject_id))
    if report.pdf is None:
        with translation.override(report.subject.person.language or "en"):
            Report.objects.filter(pk=report.pk, pdf=None).update(pdf=printing.pdf(report.content))
