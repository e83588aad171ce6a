"""From nominating to open: lists are taken as they stand, filled up from the reporting line, and raters are asked. Once, whoever says so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from azimuth.access.verdict import Refused
from azimuth.audit import actions as audit
from azimuth.jobs import actions as jobs
from azimuth.jobs.models import Job
from azimuth.people.models import Person
from azimuth.questionnaires.models import RaterGroup
from azimuth.reviews import policies, queries
from azimuth.reviews.actions import telling
from azimuth.reviews.actions.inviting import invite
from azimuth.reviews.actions.outside import forget_unasked
from azimuth.reviews.actions.rehearsing import keep_rehearsal
from azimuth.reviews.actions.writing import copy_assignments
from azimuth.reviews.models import Nomination, ReviewCycle
from azimuth.reviews.states import CycleState, ListState

Step = Callable[[int, int, str], Any]


@transaction.atomic
def begin(cycle: ReviewCycle, *, by: Person | None, at: datetime) -> Job:
    """Have raters asked: by HR as soon as all lists are approved, or at the deadline (`by=None`). A job does it, once."""
    cycle = ReviewCycle.objects.select_for_update(of=("self",)).select_related("scope").get(pk=cycle.pk)
    if by is not None:
        policies.can_begin(by, cycle).enforce()
        _refuse_unfinished(cycle)
        audit.record("reviews.begin", cycle, by=by, at=at)
    return jobs.start(
        "reviews.begin", key=f"reviews.begin:{cycle.pk}", title=_("Asking the raters of “%(name)s”") % {"name": cycle.name}, by=by, at=at,
        next_url=f"/reviews/cycles/{cycle.pk}/", cycle_id=str(cycle.pk),
    )


def begin_due(*, at: datetime) -> int:
    """Begin every cycle whose time for nominations is over, also one that ended while nothing ran. Returns how many."""
    due = list(ReviewCycle.objects.nominations_due(at))
    for cycle in due:  # a handful at most
        begin(cycle, by=None, at=at)
    return len(due)


@transaction.atomic
def carry_out_begin(cycle: ReviewCycle, *, at: datetime, step: Step) -> dict[str, int]:
    """Take the lists as they stand, fill groups up to their least from the reporting line, write every assignment by COPY and open the
    cycle; all or nothing, and only once. Before the deadline refused when a list was opened again meanwhile."""
    cycle = ReviewCycle.objects.select_for_update(of=("self",)).get(pk=cycle.pk)
    if cycle.state != CycleState.NOMINATING or cycle.nominations_close_at is None:
        return {}
    if is_early := cycle.nominations_close_at > at:
        _refuse_unfinished(cycle)
    step(0, 3, _("Filling lists up"))
    what = queries.rehearse(cycle, at)
    plan = what.plan
    filled = _keep_filled(cycle, plan, at)
    step(1, 3, _("Writing forms"))
    keep_rehearsal(cycle, what, at=at)
    copy_assignments(cycle, plan.asked)
    cycle.subjects.update(list_state=ListState.APPROVED, list_note="")
    cycle.opens_at = at if is_early else max(cycle.opens_at or at, at)
    cycle.state = CycleState.OPEN
    cycle.save(update_fields=["state", "opens_at"])
    forget_unasked(cycle)
    step(2, 3, _("Telling raters"))
    telling.lists_are_over(cycle, at=at)
    if cycle.opens_at <= at:
        invite(cycle, at=at)
    result = {"forms": plan.forecast.forms, "raters": plan.forecast.raters, "filled": filled}
    audit.record("reviews.begun", cycle, by=None, at=at, **result)
    return result


def _refuse_unfinished(cycle: ReviewCycle) -> None:
    left = cycle.subjects.exclude(list_state=ListState.APPROVED).count()
    if left:
        sentence = ngettext("%(n)d list is not approved yet. Raters are asked when it is, or at the deadline.", "%(n)d lists are not approved yet. Raters are asked when they are, or at the deadline.", left)
        raise Refused(sentence % {"n": left})


def _keep_filled(cycle: ReviewCycle, plan: queries.Plan, at: datetime) -> int:
    """Write whom the reporting line has put on lists: what a subject may go on seeing is what was asked now, whatever changes later."""
    subject_of = dict(cycle.subjects.values_list("person_id", "pk"))
    known = set(Nomination.objects.filter(subject__cycle=cycle, rater__isnull=False).values_list("subject_id", "rater_id"))
    by_hand = queries.nominated_groups(cycle)
    fresh = [
        Nomination(subject_id=subject_of[ask.subject], rater_id=ask.rater, group=ask.group, is_added=True, proposed_by=None, proposed_on=at.date())
        for ask in plan.asked
        if ask.group in by_hand and ask.group != RaterGroup.EXTERNAL and (subject_of[ask.subject], ask.rater) not in known
    ]
    Nomination.objects.bulk_create(fresh, batch_size=5000)
    return len(fresh)
