"""What those who run a cycle may still do while answers are gathered; nobody about themselves."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from azimuth.access.verdict import ALLOW, Verdict, deny
from azimuth.people.models import Person
from azimuth.reviews.models import Assignment, ReviewCycle, Subject
from azimuth.reviews.policies.running import can_run
from azimuth.reviews.states import CycleState


def _can_steer(viewer: Person, cycle: ReviewCycle) -> Verdict:
    if not (verdict := can_run(viewer, cycle)):
        return verdict
    if cycle.state != CycleState.OPEN:
        return deny(_("This can be done only while answers are gathered."))
    return ALLOW


def can_extend(viewer: Person, cycle: ReviewCycle) -> Verdict:
    """Time can be given while the cycle is open; it is never taken back."""
    return _can_steer(viewer, cycle)


def can_nudge(viewer: Person, cycle: ReviewCycle) -> Verdict:
    """Raters can be asked once more while the cycle is open."""
    return _can_steer(viewer, cycle)


def can_add_subject(viewer: Person, cycle: ReviewCycle) -> Verdict:
    """Somebody can join as a subject while the cycle is open."""
    return _can_steer(viewer, cycle)


def can_steer_raters(viewer: Person, subject: Subject) -> Verdict:
    """Raters can come and go while the cycle is open; nobody changes those about themselves."""
    if subject.person_id == viewer.pk:
        return deny(_("Nobody changes who is asked about them. Ask another HR person."))
    if not (verdict := _can_steer(viewer, subject.cycle)):
        return verdict
    if subject.withdrawn_on:
        return deny(_("No feedback is gathered about this person any more."))
    return ALLOW


def can_replace_lead(viewer: Person, subject: Subject) -> Verdict:
    """The lead of a subject can be replaced while the cycle is open."""
    return can_steer_raters(viewer, subject)


def can_remove_subject(viewer: Person, subject: Subject) -> Verdict:
    """A subject can be taken out while the cycle is open, never by themselves."""
    return can_steer_raters(viewer, subject)


def can_leave_as_is(viewer: Person, cycle: ReviewCycle) -> Verdict:
    """A proposed change can be set aside while the cycle is open."""
    return _can_steer(viewer, cycle)


def can_settle_decline(viewer: Person, assignment: Assignment) -> Verdict:
    """HR in charge asks somebody else, or lets it be, while answers are taken; never about themselves."""
    return can_steer_raters(viewer, assignment.subject)


def can_send_links(viewer: Person, cycle: ReviewCycle) -> Verdict:
    """HR in charge sends links to raters from outside, and makes them dead, while answers are taken."""
    if not (verdict := can_run(viewer, cycle)):
        return verdict
    if cycle.state != CycleState.OPEN:
        return deny(_("Links go out when raters are asked, and end with the cycle."))
    return ALLOW
