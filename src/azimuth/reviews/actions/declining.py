"""A rater says that they cannot; HR asks somebody else or lets it be. That somebody declined is recorded nowhere; the subject learns nothing."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from azimuth.access.verdict import Refused
from azimuth.audit import actions as audit
from azimuth.people.models import Person
from azimuth.reviews import policies
from azimuth.reviews.actions import announcing, telling
from azimuth.reviews.actions.inviting import invite_too
from azimuth.reviews.actions.outside import enter_external
from azimuth.reviews.models import Assignment, Decline, ExternalRater
from azimuth.reviews.states import AssignmentState


@transaction.atomic
def decline(
    assignment: Assignment, *, reason: str, by: Person | ExternalRater, at: datetime,
    replacement: Person | None = None, suggested_name: str = "", suggested_email: str = "",
) -> None:
    """Say that one cannot answer, why, and maybe whom to ask instead. What was saved is never opened. Declining twice is declining once."""
    assignment = _locked(assignment)
    if assignment.asked_key == by.pk and Decline.objects.filter(assignment=assignment).exists():
        return
    policies.can_decline(by, assignment, at).enforce()
    Assignment.objects.filter(pk=assignment.pk).update(state_before=F("state"), state=AssignmentState.WITHDRAWN)
    Decline.objects.create(
        assignment=assignment, reason=reason, replacement=replacement, suggested_name=suggested_name, suggested_email=suggested_email, declined_on=at.date(),
    )
    cycle = assignment.subject.cycle
    if isinstance(by, Person):
        announcing.settle_done(cycle.pk, [by.pk], at=at)
    telling.somebody_declined(assignment.subject, at=at)


@transaction.atomic
def replace(assignment: Assignment, *, by: Person, at: datetime) -> None:
    """Ask whom the rater named instead, in the same group; twice is once. Refused when nobody was named, or who was named cannot be asked."""
    assignment = _locked(assignment)
    policies.can_settle_decline(by, assignment).enforce()
    said = _waiting(assignment)
    if said is None:
        return
    if said.suggested_email:
        _ask_outside(assignment, said, by, at)
    elif said.replacement:
        _ask(assignment, said.replacement, at)
    else:
        raise Refused(_("Nobody was named to be asked instead."))
    _settle(said, at)
    audit.record("reviews.replace_rater", assignment.subject.cycle, by=by, at=at)


@transaction.atomic
def let_be(assignment: Assignment, *, by: Person, at: datetime) -> None:
    """Ask nobody else instead."""
    assignment = _locked(assignment)
    policies.can_settle_decline(by, assignment).enforce()
    if said := _waiting(assignment):
        _settle(said, at)
        audit.record("reviews.let_decline_be", assignment.subject.cycle, by=by, at=at)


def _locked(assignment: Assignment) -> Assignment:
    rows = Assignment.objects.select_for_update(of=("self",)).select_related("subject__cycle__scope", "subject__cycle__created_by", "subject__person", "external")
    return rows.get(pk=assignment.pk)


def _waiting(assignment: Assignment) -> Decline | None:
    """The decline, unless it is settled."""
    return Decline.objects.select_related("replacement").filter(assignment=assignment, settled_on=None).first()


def _ask(assignment: Assignment, rater: Person, at: datetime) -> None:
    subject = assignment.subject
    if rater.pk == subject.person_id or not Person.objects.present(at.date()).filter(pk=rater.pk).exists():
        raise Refused(_("%(name)s cannot be asked.") % {"name": rater.name})
    if Assignment.objects.filter(subject=subject, rater=rater).exists():
        raise Refused(_("%(name)s is on this list already, or has declined.") % {"name": rater.name})
    Assignment.objects.create(subject=subject, rater=rater, group=assignment.group)
    invite_too(subject.cycle, raters=[rater.pk], at=at)


def _ask_outside(assignment: Assignment, said: Decline, by: Person, at: datetime) -> None:
    subject = assignment.subject
    language = assignment.external.language if assignment.external else ""
    outside = enter_external(subject.cycle, name=said.suggested_name, email=said.suggested_email, language=language, by=by, at=at)
    if Assignment.objects.filter(subject=subject, external=outside).exists():
        raise Refused(_("%(name)s is on this list already, or has declined.") % {"name": outside.name})
    Assignment.objects.create(subject=subject, external=outside, group=assignment.group)
    invite_too(subject.cycle, outside=[outside.pk], at=at)


def _settle(said: Decline, at: datetime) -> None:
    said.settled_on = at.date()
    said.save(update_fields=["settled_on"])
    cycle = said.assignment.subject.cycle
    if not Decline.objects.filter(assignment__subject__cycle=cycle, settled_on=None).exists():
        telling.declines_are_settled(cycle, at=at)
