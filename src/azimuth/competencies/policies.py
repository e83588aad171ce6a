"""Who may keep competencies: right person first, right state second."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from azimuth.access.verdict import ALLOW, Verdict, deny
from azimuth.competencies.models import Competency
from azimuth.people.models import Person
from azimuth.people.states import Role


def can_add(viewer: Person) -> Verdict:
    """Make or import competencies: HR administrators."""
    return (
        ALLOW
        if viewer.has_role(Role.HR_ADMIN)
        else deny(_("Competencies are kept by HR administrators. Ask one of them for the change."))
    )


def can_translate(viewer: Person) -> Verdict:
    """Write what a competency says in other languages, a used one too: HR administrators."""
    return can_add(viewer)


def can_edit(viewer: Person, competency: Competency) -> Verdict:
    """Change a competency that is not retired; a used one goes on in its next version."""
    verdict = can_add(viewer)
    return deny(_("This competency is retired. Restore it first.")) if verdict and competency.retired_on else verdict


def can_retire(viewer: Person, competency: Competency) -> Verdict:
    """Take it off the list."""
    verdict = can_add(viewer)
    return deny(_("This competency is retired already.")) if verdict and competency.retired_on else verdict


def can_restore(viewer: Person, competency: Competency) -> Verdict:
    """Put a retired one back."""
    verdict = can_add(viewer)
    return deny(_("This competency is not retired.")) if verdict and not competency.retired_on else verdict


def can_export(viewer: Person) -> Verdict:
    """Take competencies away as a file: whoever may read them all."""
    if any(viewer.has_role(role) for role in (Role.HR_ADMIN, Role.HR_PARTNER, Role.AUDITOR)):
        return ALLOW
    return deny(_("Files of all competencies are for HR."))
