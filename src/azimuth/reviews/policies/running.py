"""Who makes, sees and runs cycles, and what the state of a cycle allows."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from azimuth.access.rules import Policy, Rule
from azimuth.access.verdict import ALLOW, Verdict, deny
from azimuth.people import policies as people
from azimuth.people.models import Person, PersonQuerySet, Unit
from azimuth.people.states import Role
from azimuth.reviews.models import ReviewCycle
from azimuth.reviews.states import CycleState


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


def is_counted(cycle: ReviewCycle) -> bool:
    """Whether reports exist."""
    return cycle.state in {CycleState.COUNTED, CycleState.RELEASED}


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


def can_set_reminders(viewer: Person, cycle: ReviewCycle) -> Verdict:
    """The days of reminders are no promise: they can be changed until the close."""
    if not (verdict := can_run(viewer, cycle)):
        return verdict
    if cycle.state not in {CycleState.NOMINATING, CycleState.OPEN}:
        return deny(_("Raters are reminded only while answers are gathered."))
    return ALLOW


def can_cancel(viewer: Person, cycle: ReviewCycle) -> Verdict:
    """A cycle can be called off until it is closed: after that its answers are counted."""
    if not (verdict := can_run(viewer, cycle)):
        return verdict
    if cycle.state not in {CycleState.NOMINATING, CycleState.OPEN}:
        return deny(_("Only a cycle that is not closed yet can be cancelled."))
    return ALLOW
