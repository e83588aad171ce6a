"""Who releases, reads, acknowledges and shares reports."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from azimuth.access.rules import Gate, Policy, Rule
from azimuth.access.verdict import ALLOW, Verdict, deny
from azimuth.people.models import Person
from azimuth.reviews.models import ReportShare, Subject
from azimuth.reviews.policies.running import can_run, is_counted, runners
from azimuth.reviews.states import Reader, Releaser


def can_release(viewer: Person, subject: Subject) -> Verdict:
    """Whom the cycle names releases a report, never one's own; HR may do it in a lead's stead, but not in a coach's or a subject's."""
    if not (verdict := _may_ever_release(viewer, subject)):
        return verdict
    if not is_counted(subject.cycle):
        return deny(_("The answers are not counted yet."))
    if subject.released_on:
        return deny(_("This report is released already."))
    return ALLOW


def _may_ever_release(viewer: Person, subject: Subject) -> Verdict:
    cycle = subject.cycle
    if subject.person_id == viewer.pk:
        return deny(_("Nobody releases their own report."))
    match cycle.releaser:
        case Releaser.SUBJECT:
            return deny(_("Only the subject opens this report, when they are ready."))
        case Releaser.COACH:
            return ALLOW if subject.coach_id == viewer.pk else deny(_("The subject's coach releases this report, after reading it. HR can name another coach."))
        case Releaser.LEAD if subject.lead_id == viewer.pk:
            return ALLOW
    return ALLOW if can_run(viewer, cycle) else deny(_("This report is released by somebody else."))


def can_open(viewer: Person, subject: Subject) -> Verdict:
    """Where the cycle leaves it to them, subjects open their own counted report, and that releases it."""
    if subject.person_id != viewer.pk or subject.cycle.releaser != Releaser.SUBJECT:
        return deny(_("Only the subject opens this report, when they are ready."))
    if not is_counted(subject.cycle):
        return deny(_("The answers are not counted yet."))
    return ALLOW


def reads_first(subject: Subject) -> bool:
    """Whether the coach may read this report before it is released: where the cycle has the coach release it, from the count on."""
    return subject.cycle.releaser == Releaser.COACH and is_counted(subject.cycle)


READ_REPORT: Policy[Subject] = Policy(
    Rule(
        "first", _("is their coach, who reads it first and releases it"),
        lambda viewer, subject: reads_first(subject) and subject.coach_id == viewer.pk,
        lambda subject, on: [subject.coach] if reads_first(subject) and subject.coach else [],
    ),
    Gate("released", _("This report is not released."), lambda subject: subject.released_on is not None),
    Rule("subject", _("it is about them"), lambda viewer, subject: subject.person_id == viewer.pk, lambda subject, on: [subject.person]),
    Rule(
        "coach", _("is their coach, and the cycle named the coach a reader"),
        lambda viewer, subject: Reader.COACH in subject.cycle.readers and subject.coach_id == viewer.pk,
        lambda subject, on: [subject.coach] if Reader.COACH in subject.cycle.readers and subject.coach else [],
    ),
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
    Rule(
        "shown", _("is shown it by its subject, as their lead or coach"),
        lambda viewer, subject: subject.shares.in_force().filter(shared_with=viewer).exists(),
        lambda subject, on: [share.shared_with for share in subject.shares.in_force().select_related("shared_with")],
    ),
    otherwise=_("This report is for others."),
)


def can_read_report(viewer: Person, subject: Subject) -> Verdict:
    """The coach who releases it, before anybody else; after the release the subject, whom the cycle named, and whom the subject shows it to."""
    return READ_REPORT(viewer, subject)


SEE_GROWTH: Policy[Subject] = Policy(
    Rule("subject", _("chose them: they are theirs alone"), lambda viewer, subject: subject.person_id == viewer.pk, lambda subject, on: [subject.person]),
    otherwise=_("Growth areas are for whoever chose them."),
)


def can_choose_growth(viewer: Person, subject: Subject) -> Verdict:
    """Only the subject chooses what to work on."""
    if subject.person_id != viewer.pk:
        return deny(_("Only the subject chooses growth areas."))
    return can_read_report(viewer, subject)


def can_acknowledge(viewer: Person, subject: Subject) -> Verdict:
    """Only the subject says that they have read it."""
    if subject.person_id != viewer.pk:
        return deny(_("Only the subject acknowledges a report."))
    return can_read_report(viewer, subject)


def can_share(viewer: Person, subject: Subject) -> Verdict:
    """A report is shown to others by its subject alone, once it is released."""
    if subject.person_id != viewer.pk:
        return deny(_("Only the subject shares a report."))
    return can_read_report(viewer, subject)


def can_take_back(viewer: Person, share: ReportShare) -> Verdict:
    """What the subject shared, the subject takes back, at any time."""
    return ALLOW if share.subject.person_id == viewer.pk else deny(_("Only the subject takes a report back."))
