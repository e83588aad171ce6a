"""States of a cycle and who may move it on."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Purpose(models.TextChoices):
    """What the answers may be used for; fixed at launch."""

    DEVELOPMENT = "development", _("Development")
    EVALUATION = "evaluation", _("Evaluation")


class Reader(models.TextChoices):
    """Who reads a report once it is released."""

    SUBJECT = "subject", _("the subject")
    LEAD = "lead", _("the subject's lead")
    HR_PARTNER = "hr_partner", _("the HR partner")


class Releaser(models.TextChoices):
    """Who releases a report to its subject."""

    HR = "hr", _("HR")
    LEAD = "lead", _("the lead")
    AUTOMATIC = "automatic", _("nobody: it is released when counted")


class CycleState(models.TextChoices):
    """Where a cycle stands."""

    DRAFT = "draft", _("Draft")
    LAUNCHING = "launching", _("Launching")
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed, being counted")
    COUNTED = "counted", _("Counted")
    RELEASED = "released", _("Released")


TRANSITIONS: dict[CycleState, frozenset[CycleState]] = {
    CycleState.DRAFT: frozenset({CycleState.LAUNCHING}),
    CycleState.LAUNCHING: frozenset({CycleState.OPEN}),
    CycleState.OPEN: frozenset({CycleState.CLOSED}),
    CycleState.CLOSED: frozenset({CycleState.COUNTED}),
    CycleState.COUNTED: frozenset({CycleState.RELEASED}),
    CycleState.RELEASED: frozenset(),
}


class AssignmentState(models.TextChoices):
    """How far one rater is with one subject; cleared at the count."""

    WAITING = "waiting", _("Not started")
    DRAFT = "draft", _("Draft saved")
    SUBMITTED = "submitted", _("Submitted")
    COUNTED = "counted", _("Counted")
