"""Long work of the workspace."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone

from azimuth.jobs.progress import Progress
from azimuth.jobs.tasks import every, task
from azimuth.people.models import Person
from azimuth.workspace.accounts import actions as accounts
from azimuth.workspace.security import actions as security

BATCH = 1000


@task("workspace.invite")
def invite(progress: Progress, *, people: list[str], by_id: str) -> dict[str, int]:
    """Invite these people, a batch a transaction. Run again it finds those left: who has an account is passed over."""
    by, invited = Person.objects.get(pk=by_id), 0
    for start in range(0, len(people), BATCH):
        batch = Person.objects.filter(pk__in=people[start : start + BATCH])
        invited += accounts.invite_all(batch, by=by, at=timezone.now())
        progress.report(done=min(start + BATCH, len(people)), total=len(people))
    return {"invited": invited}


@every("*/15 * * * *")
@task("workspace.rewrap")
def rewrap(progress: Progress) -> None:
    """While a new secret key takes over, wrap secrets of second factors by it; else there is nothing to do."""
    if settings.SECRET_KEY_FALLBACKS:
        security.rewrap()
