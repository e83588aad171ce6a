"""Who may do what on the pages of the workspace."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from azimuth.access.verdict import ALLOW, Verdict, deny
from azimuth.jobs.models import Job
from azimuth.people.models import Person
from azimuth.people.states import Role


def can_read_log(viewer: Person) -> Verdict:
    """Auditors, HR administrators and system administrators; each sees their part (Entry.objects.visible_to)."""
    if viewer.has_role(Role.AUDITOR) or viewer.has_role(Role.HR_ADMIN) or viewer.has_role(Role.SYSTEM_ADMIN):
        return ALLOW
    return deny(_("The log is open to auditors and administrators."))


def can_check_chain(viewer: Person) -> Verdict:
    """Auditors and system administrators."""
    if viewer.has_role(Role.AUDITOR) or viewer.has_role(Role.SYSTEM_ADMIN):
        return ALLOW
    return deny(_("Auditors and system administrators check the log."))


def can_start_again(viewer: Person, job: Job) -> Verdict:
    """Whoever started it, and system administrators; only what has failed."""
    if viewer.pk != job.started_by_id and not viewer.has_role(Role.SYSTEM_ADMIN):
        return deny(_("Only the person who started this, or a system administrator, can start it again."))
    if job.state != Job.State.FAILED:
        return deny(_("This has not failed: there is nothing to start again."))
    return ALLOW
