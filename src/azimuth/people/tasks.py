"""Background work of people: checking and applying imports, forgetting old ones."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from azimuth.jobs.tasks import Progress, every, task
from azimuth.people.actions import imports


@task("people.check_import")
def check_import(progress: Progress, *, imported: str) -> dict[str, Any]:
    """Compare an uploaded file with the people we have."""
    progress.report(note=_("Comparing with the people we have"))
    done = imports.examine(UUID(imported), at=timezone.now())
    return {"rows": done.row_count}


@task("people.apply_import")
def apply_import(progress: Progress, *, imported: str) -> dict[str, Any]:
    """Apply a checked import, in one transaction."""
    progress.report(0, 0, _("Reading the file again"))
    done = imports.apply(UUID(imported), at=timezone.now(), report=lambda count: progress.report(count, note=_("Writing people")))
    if done.has_gone_stale:
        progress.report(note=_("Nothing was applied: people changed meanwhile. Please look again."))
    return {"rows": done.row_count, **done.summary.get("counts", {})}


@every("41 3 * * *")
@task("people.forget_imports")
def forget_imports(progress: Progress) -> None:
    """Discard files nobody went on with, and forget rows of imports that ended long ago."""
    imports.forget_old(at=timezone.now())
