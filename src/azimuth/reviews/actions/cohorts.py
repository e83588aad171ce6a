"""Taking a cohort report away: as a file, or as a PDF made in the background."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from azimuth.audit import actions as audit
from azimuth.jobs import actions as jobs
from azimuth.jobs.models import Job
from azimuth.people.models import Person
from azimuth.reviews import policies
from azimuth.reviews.models import ReviewCycle


@transaction.atomic
def take_cohort(cycle: ReviewCycle, *, form: str, by: Person, at: datetime) -> None:
    """Write down that somebody takes the figures of a cohort away, as "csv", "xlsx" or "pdf"."""
    policies.can_read_cohort(by, cycle).enforce()
    audit.record("reviews.take_cohort", cycle, by=by, at=at, form=form)


@transaction.atomic
def make_cohort_pdf(cycle: ReviewCycle, *, by: Person, at: datetime, next_url: str) -> Job:
    """Have the PDF of a cohort report made in the background; asking twice is asking once."""
    policies.can_read_cohort(by, cycle).enforce()
    return jobs.start(
        "reviews.make_cohort_pdf", key=f"reviews.cohort-pdf:{cycle.pk}:{by.pk}", title=_("Making the PDF about all subjects"), by=by, at=at,
        next_url=next_url, cycle_id=str(cycle.pk),
    )
