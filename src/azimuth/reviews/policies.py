"""Who may do what with cycles, assignments and reports: right person first, right state second."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from azimuth.access.rules import Gate, Policy, Rule
from azimuth.access.verdict import ALLOW, Verdict, deny
from azimuth.people import policies as people
from azimuth.people.models import Person, PersonQuerySet, Unit
from azimuth.people.states import Role
from azimuth.reviews.models import Assignment, ExternalRater, ReviewCycle, Subject
from azimuth.reviews.states import AssignmentState, CycleState, Reader, Releaser


def runs_cycles(viewer: Person) -> bool:
    """Whether this person runs cycles at all: HR administrators, and HR partners in their units."""
    return viewer.has_role(Role.HR_ADMIN) or viewer.has_role(Role.HR_PARTNER)


def sees_cycles(viewer: Person) -> bool:
    """Whether the list of cycles is for this person: who runs them, and auditors."""
    return runs_cycles(viewer) or viewer.has_role(Role.AUDITOR)


def can_create(viewer: Person, scope: Unit | None) -> Verdict:
    """HR administrators for anybody; HR partners for their units and below."""
    if viewer.has_role(Role.HR_ADMIN):
        return ALLOW
    if scope is not None and viewer.has_role(Role.HR_PARTNER, scope):
        return ALLOW
    return deny(_("You run cycles for your own units only: choose one of them."))


def can_run(viewer: Person, cycle: ReviewCycle) -> Verdict:
    """Whether this person may steer this cycle."""
    return can_create(viewer, cycle.scope)


def runners(cycle: ReviewCycle, on: date) -> PersonQuerySet:
    """Everybody who runs this cycle."""
    return people.hr_admins(cycle, on) | people.partners_of(cycle.scope, on)


SEE_CYCLE: Policy[ReviewCycle] = Policy(
    Rule("runs", _("runs the cycle: HR administrator, or HR partner of its unit"), lambda viewer, cycle: bool(can_run(viewer, cycle)), runners),
    Rule("auditor", _("audits: rules and dates, never content"), lambda viewer, _cycle: viewer.has_role(Role.AUDITOR), people.auditors),
    otherwise=_("Cycles are seen by those who run them and by auditors."),
)


def can_edit(viewer: Person, cycle: ReviewCycle) -> Verdict:
    """A draft can be changed; a launched cycle keeps its promises."""
    if not (verdict := can_run(viewer, cycle)):
        return verdict
    if cycle.state != CycleState.DRAFT:
        return deny(_("This cycle is launched: what raters were promised cannot change."))
    return ALLOW


def can_launch(viewer: Person, cycle: ReviewCycle) -> Verdict:
    """Only a draft launches."""
    return can_edit(viewer, cycle)


def can_close(viewer: Person, cycle: ReviewCycle) -> Verdict:
    """An open cycle can be closed before its deadline."""
    if not (verdict := can_run(viewer, cycle)):
        return verdict
    if cycle.state != CycleState.OPEN:
        return deny(_("Only an open cycle can be closed."))
    return ALLOW


def can_release(viewer: Person, subject: Subject) -> Verdict:
    """Whom the cycle names releases a report, never one's own."""
    cycle = subject.cycle
    if subject.person_id == viewer.pk:
        return deny(_("Nobody releases their own report."))
    is_lead = cycle.releaser == Releaser.LEAD and subject.lead_id == viewer.pk
    if not is_lead and not can_run(viewer, cycle):
        return deny(_("This report is released by somebody else."))
    if cycle.state not in {CycleState.COUNTED, CycleState.RELEASED}:
        return deny(_("The answers are not counted yet."))
    if subject.released_on:
        return deny(_("This report is released already."))
    return ALLOW


def can_answer(viewer: Person | ExternalRater, assignment: Assignment, at: datetime) -> Verdict:
    """Only whoever is asked, only while the cycle is open; an extension counts for its form alone."""
    cycle, closes_at = assignment.subject.cycle, assignment.closes_at
    if assignment.asked_key != viewer.pk:
        return deny(_("This form is for somebody else."))
    if assignment.state == AssignmentState.WITHDRAWN:
        return deny(_("You are no longer asked about this person."))
    if cycle.state != CycleState.OPEN or (closes_at and closes_at <= at):
        return deny(_("This cycle is closed. Answers cannot be added or changed any more."))
    if cycle.opens_at and cycle.opens_at > at:
        return deny(_("This cycle has not opened yet."))
    return ALLOW


READ_REPORT: Policy[Subject] = Policy(
    Gate("released", _("This report is not released."), lambda subject: subject.released_on is not None),
    Rule("subject", _("it is about them"), lambda viewer, subject: subject.person_id == viewer.pk, lambda subject, on: [subject.person]),
    Rule(
        "lead", _("was their lead at launch, and the cycle named the lead a reader"),
        lambda viewer, subject: Reader.LEAD in subject.cycle.readers and subject.lead_id == viewer.pk,
        lambda subject, on: [subject.lead] if Reader.LEAD in subject.cycle.readers and subject.lead else [],
    ),
    Rule(
        "hr", _("runs the cycle, which named HR a reader"),
        lambda viewer, subject: Reader.HR_PARTNER in subject.cycle.readers and bool(can_run(viewer, subject.cycle)),
        lambda subject, on: runners(subject.cycle, on) if Reader.HR_PARTNER in subject.cycle.readers else [],
    ),
    otherwise=_("This report is for others."),
)


def can_read_report(viewer: Person, subject: Subject) -> Verdict:
    """After release: the subject, and whom the cycle named before it was launched."""
    return READ_REPORT(viewer, subject)


SEE_GROWTH: Policy[Subject] = Policy(
    Rule("subject", _("chose them: they are theirs alone"), lambda viewer, subject: subject.person_id == viewer.pk, lambda subject, on: [subject.person]),
    otherwise=_("Growth areas are for whoever chose them."),
)
SEE_RATERS: Policy[Subject] = Policy(
    Rule(
        "subject", _("is the subject, and the cycle lets subjects see who is asked"),
        lambda viewer, subject: subject.cycle.shows_list and subject.person_id == viewer.pk,
        lambda subject, on: [subject.person] if subject.cycle.shows_list else [],
    ),
    Rule(
        "runs", _("runs the cycle, and is not the subject"),
        lambda viewer, subject: subject.person_id != viewer.pk and bool(can_run(viewer, subject.cycle)),
        lambda subject, on: runners(subject.cycle, on).exclude(pk=subject.person_id),
    ),
    otherwise=_("Who is asked is seen by those who run the cycle."),
)


def can_choose_growth(viewer: Person, subject: Subject) -> Verdict:
    """Only the subject chooses what to work on."""
    if subject.person_id != viewer.pk:
        return deny(_("Only the subject chooses growth areas."))
    return can_read_report(viewer, subject)
