"""Following a proposed change of the organisation, or leaving it alone. HR decides each; nothing follows by itself."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from azimuth.access.verdict import Refused
from azimuth.audit import actions as audit
from azimuth.people.models import Person
from azimuth.questionnaires.models import RaterGroup
from azimuth.reviews import policies, queries
from azimuth.reviews.actions import steering
from azimuth.reviews.actions.locking import locked
from azimuth.reviews.models import Assignment, LeftAsIs, ReviewCycle
from azimuth.reviews.states import ChangeKind


@transaction.atomic
def follow_change(cycle: ReviewCycle, *, key: str, by: Person, at: datetime) -> None:
    """Do what a proposal says, as the organisation is now; refused when it is no longer so."""
    cycle = locked(cycle)
    policies.can_leave_as_is(by, cycle).enforce()
    change = queries.change_of(cycle, key, at, viewer=by)
    if change is None:
        raise Refused(_("This is no longer so, or somebody has decided it meanwhile. Look at the list again."))
    _carry_out(cycle, change, by, at)


def _carry_out(cycle: ReviewCycle, change: queries.Change, by: Person, at: datetime) -> None:
    match change.kind, change.subject:
        case ChangeKind.RATER_LEAVES, None:
            steering.stop_asking_everywhere(cycle, rater=change.person, by=by, at=at)
        case ChangeKind.PERSON_JOINS, None:
            steering.add_subject(cycle, person=change.person, by=by, at=at)
        case ChangeKind.SUBJECT_LEAVES, subject if subject:
            steering.remove_subject(subject, by=by, at=at)
        case ChangeKind.LEAD_CHANGED, subject if subject:
            is_promised = Assignment.objects.filter(subject=subject, rater=change.person).exclude(group=RaterGroup.MANAGER).exists()
            steering.replace_lead(subject, lead=change.person, form_stays=is_promised, by=by, at=at)
        case ChangeKind.REPORT_JOINS, subject if subject:
            steering.ask(subject, who=change.person, group=RaterGroup.DIRECT_REPORT, by=by, at=at)
        case ChangeKind.REPORT_MOVES, subject if subject:
            steering.stop_asking(subject, rater=change.person.pk, by=by, at=at)


@transaction.atomic
def leave_as_is(cycle: ReviewCycle, *, key: str, by: Person, at: datetime) -> None:
    """Set a proposal aside: it comes back only when the organisation changes again. Twice is once."""
    cycle = locked(cycle)
    policies.can_leave_as_is(by, cycle).enforce()
    change = queries.change_of(cycle, key, at, viewer=by)
    if change is None:
        return
    LeftAsIs.objects.create(cycle=cycle, key=change.key, left_by=by, left_on=at.date())
    audit.record("reviews.leave_as_is", cycle, by=by, at=at, kind=change.kind.value)
