"""Who may do what with cycles, assignments and reports: right person first, right state second."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from azimuth.access.rules import Gate, Policy, Rule
from azimuth.access.verdict import ALLOW, Verdict, deny
from azimuth.people import policies as people
from azimuth.people.models import Person, PersonQuerySet, Unit
from azimuth.people.states import Role
from azimuth.questionnaires.models import RaterGroup
from azimuth.reviews.models import Assignment, ExternalRater, ReportShare, ReviewCycle, Subject
from azimuth.reviews.states import (
    Approver,
    AssignmentState,
    CycleState,
    ListState,
    Nominator,
    Reader,
    Releaser,
)


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


def is_counted(cycle: ReviewCycle) -> bool:
    """Whether reports exist."""
    return cycle.state in {CycleState.COUNTED, CycleState.RELEASED}


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
def _shows_list(subject: Subject) -> bool:
    """Whether the subject sees the list: their own while they choose, afterwards if the cycle says so."""
    cycle = subject.cycle
    was_approved = subject.list_state == ListState.APPROVED and cycle.approver != Approver.NOBODY
    if was_approved or cycle.state != CycleState.NOMINATING:
        return bool(subject.list_state) and cycle.shows_list
    return cycle.nominator == Nominator.SUBJECT


def _is_leads_list(subject: Subject) -> bool:
    cycle = subject.cycle
    return bool(subject.list_state) and (cycle.nominator == Nominator.LEAD or cycle.approver == Approver.LEAD)


SEE_RATERS: Policy[Subject] = Policy(
    Rule(
        "subject", _("is the subject: chooses the list, or the cycle lets subjects see it"),
        lambda viewer, subject: subject.person_id == viewer.pk and _shows_list(subject),
        lambda subject, on: [subject.person] if _shows_list(subject) else [],
    ),
    Rule(
        "lead", _("was their lead at launch, and proposes or approves the list"),
        lambda viewer, subject: subject.lead_id == viewer.pk and _is_leads_list(subject),
        lambda subject, on: [subject.lead] if subject.lead and _is_leads_list(subject) else [],
    ),
    Rule(
        "runs", _("runs the cycle, and is not the subject"),
        lambda viewer, subject: subject.person_id != viewer.pk and bool(can_run(viewer, subject.cycle)),
        lambda subject, on: runners(subject.cycle, on).exclude(pk=subject.person_id),
    ),
    otherwise=_("Who is asked is seen by those who run the cycle, and by whoever proposes or approves the list."),
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


def can_assign_coaches(viewer: Person, cycle: ReviewCycle) -> Verdict:
    """Who runs a cycle says who coaches whom in it, in a draft and later; not in one that was cancelled."""
    if not (verdict := can_run(viewer, cycle)):
        return verdict
    return deny(_("This cycle was cancelled.")) if cycle.state == CycleState.CANCELLED else ALLOW


def can_read_cohort(viewer: Person, cycle: ReviewCycle) -> Verdict:
    """Who runs a cycle reads what it says about all subjects together, once it is counted."""
    if not (verdict := can_run(viewer, cycle)):
        return verdict
    return ALLOW if is_counted(cycle) else deny(_("The answers are not counted yet."))
def can_change_raters(viewer: Person, cycle: ReviewCycle) -> Verdict:
    """HR in charge changes who is asked by hand: in a draft, and while raters are nominated."""
    if not (verdict := can_run(viewer, cycle)):
        return verdict
    if cycle.has_begun or cycle.state == CycleState.LAUNCHING:
        return deny(_("Raters are asked already."))
    return ALLOW


def can_begin(viewer: Person, cycle: ReviewCycle) -> Verdict:
    """Answering begins before the deadline of nominations when HR in charge says so."""
    if not (verdict := can_run(viewer, cycle)):
        return verdict
    if cycle.state != CycleState.NOMINATING:
        return deny(_("Raters are nominated only between launch and the first answer."))
    return ALLOW


def proposes(viewer: Person, subject: Subject) -> bool:
    """Whether this list is this person's to propose: the subject's or the lead's, as the cycle says. HR in charge may always step in, but never on their own list."""
    if subject.person_id == viewer.pk:
        return subject.cycle.nominator == Nominator.SUBJECT
    is_lead = subject.cycle.nominator == Nominator.LEAD and subject.lead_id == viewer.pk
    return is_lead or bool(can_run(viewer, subject.cycle))


def approves(viewer: Person, subject: Subject) -> bool:
    """Whether this person may approve this list: the lead where the cycle says so, HR in charge always; nobody their own."""
    if subject.person_id == viewer.pk:
        return False
    is_lead = subject.cycle.approver == Approver.LEAD and subject.lead_id == viewer.pk
    return is_lead or bool(can_run(viewer, subject.cycle))


def can_change_list(viewer: Person, subject: Subject, at: datetime) -> Verdict:
    """Whoever approves changes a list until raters are asked; whoever only proposes while it is not handed in."""
    if not (verdict := _in_time(subject, at)):
        return verdict
    if approves(viewer, subject):
        return ALLOW
    if not proposes(viewer, subject):
        return deny(_("This list is proposed by somebody else."))
    if subject.list_state == ListState.PROPOSED:
        return deny(_("This list waits for approval. Take it back to change it."))
    if subject.list_state == ListState.APPROVED:
        return deny(_("This list is approved."))
    return ALLOW


def can_propose(viewer: Person, subject: Subject, at: datetime) -> Verdict:
    """Whoever proposes hands a list in while there is time; a list that is handed in stays so."""
    if not (verdict := _in_time(subject, at)):
        return verdict
    return ALLOW if proposes(viewer, subject) else deny(_("This list is proposed by somebody else."))


def can_take_list_back(viewer: Person, subject: Subject, at: datetime) -> Verdict:
    """Whoever proposes takes a list back that nobody has approved yet."""
    if not (verdict := can_propose(viewer, subject, at)):
        return verdict
    if subject.list_state == ListState.APPROVED and subject.cycle.approver != Approver.NOBODY:
        return deny(_("This list is approved. Whoever approved it can return it to you."))
    return ALLOW


def can_approve(viewer: Person, subject: Subject, at: datetime) -> Verdict:
    """Whom the cycle names approves a list or returns it, while there is time; nobody their own."""
    if not (verdict := _in_time(subject, at)):
        return verdict
    return ALLOW if approves(viewer, subject) else deny(_("This list is approved by somebody else."))


def can_see_entries(viewer: Person, subject: Subject) -> bool:
    """Whether the names on a list show: to whoever works on it; to the subject as the cycle has promised raters."""
    return subject.person_id != viewer.pk or _shows_list(subject)


def _in_time(subject: Subject, at: datetime) -> Verdict:
    cycle = subject.cycle
    if cycle.state != CycleState.NOMINATING or (cycle.nominations_close_at and cycle.nominations_close_at <= at):
        return deny(_("The time to propose raters is over."))
    return ALLOW


def can_decline(rater: Person | ExternalRater, assignment: Assignment, at: datetime) -> Verdict:
    """Whoever may answer may also say that they cannot; the self form is nobody else's to give."""
    if assignment.group == RaterGroup.SELF:
        return deny(_("Nobody else can give your own view. Leave the form empty if you would rather not."))
    return can_answer(rater, assignment, at)


def can_settle_decline(viewer: Person, assignment: Assignment) -> Verdict:
    """HR in charge asks somebody else, or lets it be, while answers are taken; never about themselves."""
    cycle = assignment.subject.cycle
    if assignment.subject.person_id == viewer.pk:
        return deny(_("Nobody chooses their own raters for others. Ask another HR person."))
    if not (verdict := can_run(viewer, cycle)):
        return verdict
    if cycle.state != CycleState.OPEN:
        return deny(_("This cycle is closed: nobody else can be asked any more."))
    return ALLOW


def can_send_links(viewer: Person, cycle: ReviewCycle) -> Verdict:
    """HR in charge sends links to raters from outside, and makes them dead, while answers are taken."""
    if not (verdict := can_run(viewer, cycle)):
        return verdict
    if cycle.state != CycleState.OPEN:
        return deny(_("Links go out when raters are asked, and end with the cycle."))
    return ALLOW
