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
    COACH = "coach", _("the subject's coach")
    HR_PARTNER = "hr_partner", _("the HR partner")


class Releaser(models.TextChoices):
    """Who releases a report to its subject."""

    HR = "hr", _("HR")
    LEAD = "lead", _("the lead")
    COACH = "coach", _("the coach, who reads it first")
    SUBJECT = "subject", _("the subject, when they are ready")
    AUTOMATIC = "automatic", _("nobody: it is released when counted")


class ShareRole(models.TextChoices):
    """What somebody is to the subject who shows them the report."""

    LEAD = "lead", _("lead")
    COACH = "coach", _("coach")


class Nominator(models.TextChoices):
    """Who proposes raters."""

    NOBODY = "nobody", _("nobody: they are derived from the reporting line")
    SUBJECT = "subject", _("the subject")
    LEAD = "lead", _("the subject's lead")
    HR = "hr", _("HR")


class Approver(models.TextChoices):
    """Who approves a list of proposed raters."""

    NOBODY = "nobody", _("nobody: it is taken as proposed")
    LEAD = "lead", _("the subject's lead")
    HR = "hr", _("HR")


class ListState(models.TextChoices):
    """How far one subject's list of nominated raters is."""

    CHOOSING = "choosing", _("Being chosen")
    PROPOSED = "proposed", _("Waits for approval")
    RETURNED = "returned", _("Returned with a note")
    APPROVED = "approved", _("Approved")


# Moved on by: propose, take_list_back, approve, return_list. Without an approver a proposed list is approved, and opens again for whoever proposed it.
LIST_TRANSITIONS: dict[ListState, frozenset[ListState]] = {
    ListState.CHOOSING: frozenset({ListState.PROPOSED, ListState.APPROVED}),
    ListState.PROPOSED: frozenset({ListState.CHOOSING, ListState.RETURNED, ListState.APPROVED}),
    ListState.RETURNED: frozenset({ListState.PROPOSED, ListState.APPROVED}),
    ListState.APPROVED: frozenset({ListState.CHOOSING, ListState.RETURNED}),
}
OPEN_LISTS = (ListState.CHOOSING, ListState.RETURNED)


class CycleState(models.TextChoices):
    """Where a cycle stands."""

    DRAFT = "draft", _("Draft")
    LAUNCHING = "launching", _("Launching")
    NOMINATING = "nominating", _("Raters are being nominated")
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed, being counted")
    COUNTED = "counted", _("Counted")
    RELEASED = "released", _("Released")
    CANCELLED = "cancelled", _("Cancelled")


TRANSITIONS: dict[CycleState, frozenset[CycleState]] = {
    CycleState.DRAFT: frozenset({CycleState.LAUNCHING}),
    CycleState.LAUNCHING: frozenset({CycleState.DRAFT, CycleState.NOMINATING, CycleState.OPEN}),  # back when what was rehearsed is no longer true
    CycleState.NOMINATING: frozenset({CycleState.OPEN, CycleState.CANCELLED}),
    CycleState.OPEN: frozenset({CycleState.CLOSED, CycleState.CANCELLED}),
    CycleState.CLOSED: frozenset({CycleState.COUNTED}),
    CycleState.COUNTED: frozenset({CycleState.RELEASED}),
    CycleState.RELEASED: frozenset(),
    CycleState.CANCELLED: frozenset(),
}


class AssignmentState(models.TextChoices):
    """How far one rater is with one subject; cleared at the count."""

    WAITING = "waiting", _("Not started")
    DRAFT = "draft", _("Draft saved")
    SUBMITTED = "submitted", _("Submitted")
    WITHDRAWN = "withdrawn", _("No longer asked")
    COUNTED = "counted", _("Counted")


class ChangeKind(models.TextChoices):
    """Changes of the organisation that concern a running cycle."""

    RATER_LEAVES = "rater_leaves", _("Raters who leave")
    SUBJECT_LEAVES = "subject_leaves", _("Subjects who leave")
    LEAD_CHANGED = "lead_changed", _("Other leads")
    REPORT_JOINS = "report_joins", _("New direct reports")
    REPORT_MOVES = "report_moves", _("Direct reports who moved on")
    PERSON_JOINS = "person_joins", _("People who joined")
