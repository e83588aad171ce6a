"""Who may keep scales and questionnaires: right person first, right state second."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from azimuth.access.guards import Viewer
from azimuth.access.roles import Role
from azimuth.access.verdict import ALLOW, Verdict, deny
from azimuth.questionnaires.models import Questionnaire, RatingScale

NOT_YOURS = _("Questionnaires and scales are kept by HR administrators. Ask one of them for the change.")


def can_add(viewer: Viewer) -> Verdict:
    """Make or import questionnaires and scales: HR administrators."""
    return ALLOW if viewer.has_role(Role.HR_ADMIN) else deny(NOT_YOURS)


def can_translate(viewer: Viewer) -> Verdict:
    """Write what texts say in other languages, used ones too: HR administrators."""
    return can_add(viewer)


def can_edit(viewer: Viewer, questionnaire: Questionnaire) -> Verdict:
    """Change this version: an HR administrator, as long as no cycle has used it and it is not retired."""
    verdict = can_add(viewer)
    if not verdict:
        return verdict
    if questionnaire.retired_on:
        return deny(_("This questionnaire is retired. Restore it first."))
    if questionnaire.used_on:
        return deny(_("A cycle has used this version, so it stays as it is. Make the next version and change that."))
    return ALLOW


def can_continue(viewer: Viewer, questionnaire: Questionnaire) -> Verdict:
    """Make the next version: of one that was used."""
    verdict = can_add(viewer)
    if verdict and questionnaire.retired_on:
        return deny(_("This questionnaire is retired. Restore it first."))
    if verdict and not questionnaire.used_on:
        return deny(_("No cycle has used this version yet: change it directly."))
    return verdict


def can_retire(viewer: Viewer, questionnaire: Questionnaire) -> Verdict:
    """Take it off the list cycles choose from."""
    verdict = can_add(viewer)
    return deny(_("This questionnaire is retired already.")) if verdict and questionnaire.retired_on else verdict


def can_restore(viewer: Viewer, questionnaire: Questionnaire) -> Verdict:
    """Put a retired one back."""
    verdict = can_add(viewer)
    return deny(_("This questionnaire is not retired.")) if verdict and not questionnaire.retired_on else verdict


def can_discard(viewer: Viewer, questionnaire: Questionnaire) -> Verdict:
    """Delete a version no cycle has used."""
    verdict = can_add(viewer)
    return (
        deny(_("A cycle has used this version, so it is kept. Retire it instead."))
        if verdict and questionnaire.used_on
        else verdict
    )


def can_edit_scale(viewer: Viewer, scale: RatingScale, *, is_used: bool) -> Verdict:
    """Change a scale: an HR administrator, as long as no cycle was launched on it."""
    verdict = can_add(viewer)
    if verdict and is_used:
        return deny(_("A cycle has used this scale, so it stays as it is. Copy it and change the copy."))
    return deny(_("This scale is retired. Restore it first.")) if verdict and scale.retired_on else verdict


def can_retire_scale(viewer: Viewer, scale: RatingScale) -> Verdict:
    """Take a scale off the list questionnaires choose from."""
    verdict = can_add(viewer)
    return deny(_("This scale is retired already.")) if verdict and scale.retired_on else verdict


def can_restore_scale(viewer: Viewer, scale: RatingScale) -> Verdict:
    """Put a retired scale back."""
    verdict = can_add(viewer)
    return deny(_("This scale is not retired.")) if verdict and not scale.retired_on else verdict
