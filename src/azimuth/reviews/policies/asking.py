"""Who answers, who is asked, and who proposes and approves whom to ask."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from azimuth.access.rules import Policy, Rule
from azimuth.access.verdict import ALLOW, Verdict, deny
from azimuth.ballots.policies import can_answer as can_keep
from azimuth.people.models import Person
from azimuth.questionnaires.models import RaterGroup
from azimuth.reviews.models import Assignment, ExternalRater, ReviewCycle, Subject
from azimuth.reviews.policies.running import can_run, runners
from azimuth.reviews.states import (
    Approver,
    AssignmentState,
    CycleState,
    ListState,
    Nominator,
)


def can_answer(viewer: Person | ExternalRater, assignment: Assignment, at: datetime) -> Verdict:
    """Only whoever is asked, only while the cycle is open, and only while the box can keep what is typed."""
    verdict, box = _is_asked(viewer, assignment, at), assignment.subject.cycle.box
    return can_keep(box) if verdict and box else verdict


def _is_asked(viewer: Person | ExternalRater, assignment: Assignment, at: datetime) -> Verdict:
    """An extension counts for its form alone."""
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


def can_decline(rater: Person | ExternalRater, assignment: Assignment, at: datetime) -> Verdict:
    """Whoever may answer may also say that they cannot; the self form is nobody else's to give."""
    if assignment.group == RaterGroup.SELF:
        return deny(_("Nobody else can give your own view. Leave the form empty if you would rather not."))
    return _is_asked(rater, assignment, at)


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
