"""From draft to open, or to nominating: promised once, done once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from azimuth.access.verdict import Refused
from azimuth.audit import actions as audit
from azimuth.ballots import actions as ballots
from azimuth.ballots.sheets import sheet_size_for
from azimuth.jobs import actions as jobs
from azimuth.jobs.models import Job
from azimuth.people.models import Person
from azimuth.questionnaires import queries as questionnaires
from azimuth.questionnaires.actions import mark_used
from azimuth.reviews import policies, queries
from azimuth.reviews.actions import telling
from azimuth.reviews.actions.inviting import invite
from azimuth.reviews.actions.outside import forget_unasked
from azimuth.reviews.actions.rehearsing import keep_rehearsal
from azimuth.reviews.actions.writing import copy_assignments
from azimuth.reviews.models import ReviewCycle
from azimuth.reviews.states import CycleState, ListState

Step = Callable[[int, int, str], Any]


@transaction.atomic
def launch(cycle: ReviewCycle, *, seen: int, by: Person, at: datetime, rehearsed: str = "") -> Job:
    """Start launching a draft as it was seen, once, whoever clicks: a job does the rest, and exactly what was `rehearsed` (a digest).

    Refused when the draft changed meanwhile, lacks a questionnaire, subjects or a deadline, or the vault is missing.
    """
    locked = ReviewCycle.objects.select_for_update(of=("self",)).select_related("scope", "questionnaire").get(pk=cycle.pk)
    if locked.state != CycleState.DRAFT and policies.can_run(by, locked):
        return jobs.start("reviews.launch", key=_key(locked), title=_title(locked), by=by, at=at, cycle_id=str(locked.pk))
    policies.can_launch(by, locked).enforce()
    if locked.version != seen:
        raise Refused(_("Somebody changed this draft since you looked at the summary. Look again, then launch."))
    _refuse_unready(locked, at)
    locked.state = CycleState.LAUNCHING
    locked.save(update_fields=["state"])
    audit.record("reviews.launch", locked, by=by, at=at)
    return jobs.start(
        "reviews.launch", key=_key(locked), title=_title(locked), by=by, at=at,
        next_url=f"/reviews/cycles/{locked.pk}/", cycle_id=str(locked.pk), rehearsed=rehearsed,
    )


def _key(cycle: ReviewCycle) -> str:
    return f"reviews.launch:{cycle.pk}"


def _title(cycle: ReviewCycle) -> str:
    return _("Launching “%(name)s”") % {"name": cycle.name}


def _refuse_unready(cycle: ReviewCycle, at: datetime) -> None:
    if found := queries.obstacles(cycle, at, has_subjects=cycle.subjects.exists()):
        raise Refused(" ".join(found))


@transaction.atomic
def carry_out_launch(cycle: ReviewCycle, *, at: datetime, step: Step, rehearsed: str = "") -> dict[str, Any]:
    """Freeze the snapshot, open the box, write every assignment by COPY, open the cycle; or call for lists of raters first. All or nothing, and only once.

    When today's organisation would ask anything else than was `rehearsed`, the cycle goes back to its draft and the result says `is_stale`.
    """
    cycle = ReviewCycle.objects.select_for_update(of=("self",)).select_related("questionnaire").get(pk=cycle.pk)
    if cycle.state != CycleState.LAUNCHING or cycle.questionnaire is None or cycle.closes_at is None:
        return {}
    step(0, 3, _("Deriving raters"))
    what = queries.rehearse(cycle, at)
    if rehearsed and what.digest != rehearsed:
        ReviewCycle.objects.filter(pk=cycle.pk).update(state=CycleState.DRAFT)
        return {"is_stale": True}
    mark_used(cycle.questionnaire, on=at.date())  # first: it waits for whoever is editing, and refuses edits from here on
    cycle.snapshot = questionnaires.snapshot(cycle.questionnaire)
    forget_unasked(cycle)
    step(1, 3, _("Writing forms"))
    keep_rehearsal(cycle, what, at=at)
    cycle.box = ballots.open_box(
        purpose=cycle.purpose, readers=cycle.readers, minimum=cycle.minimum, comment_minimum=cycle.comment_minimum,
        sheet_size=sheet_size_for(cycle.snapshot), closes_at=cycle.closes_at, by=None, on=at.date(),
    )
    cycle.launched_on = at.date()
    if cycle.has_nominations:
        _call_for_lists(cycle, at, step)
    else:
        _open(cycle, what.plan, at, step)
    forecast = what.plan.forecast
    result = {"subjects": len(what.plan.subjects), "forms": forecast.forms, "raters": forecast.raters, "shortfalls": len(forecast.shortfalls)}
    audit.record("reviews.launched", cycle, by=None, at=at, **result)
    return result


def _call_for_lists(cycle: ReviewCycle, at: datetime, step: Step) -> None:
    """Raters are proposed first; whom the reporting line offers is decided when that is over."""
    cycle.state = CycleState.NOMINATING
    cycle.save()
    cycle.subjects.update(list_state=ListState.CHOOSING)
    step(2, 3, _("Telling those who propose raters"))
    telling.call_for_lists(cycle, at=at)


def _open(cycle: ReviewCycle, plan: queries.Plan, at: datetime, step: Step) -> None:
    copy_assignments(cycle, plan.asked)
    cycle.opens_at = cycle.opens_at or at
    cycle.state = CycleState.OPEN
    cycle.save()
    step(2, 3, _("Telling raters"))
    if cycle.opens_at <= at:
        invite(cycle, at=at)
