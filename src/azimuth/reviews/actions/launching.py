"""From draft to open: promised once, done once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from azimuth.access.verdict import Refused
from azimuth.audit import actions as audit
from azimuth.ballots import actions as ballots
from azimuth.ballots.sheets import sheet_size_for
from azimuth.jobs import actions as jobs
from azimuth.jobs.models import Job
from azimuth.notifications import actions as notifications
from azimuth.people.actions import accounts
from azimuth.people.models import Person
from azimuth.questionnaires import queries as questionnaires
from azimuth.questionnaires.actions import mark_used
from azimuth.questionnaires.models import RaterGroup
from azimuth.reviews import policies, queries
from azimuth.reviews.actions.rehearsing import keep_rehearsal
from azimuth.reviews.models import Assignment, ReviewCycle
from azimuth.reviews.planning import Asked
from azimuth.reviews.states import AssignmentState, CycleState

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
    """Freeze the snapshot, open the box, write every assignment by COPY, open the cycle; all or nothing, and only once.

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
    step(1, 3, _("Writing forms"))
    keep_rehearsal(cycle, what, at=at)
    _copy_assignments(cycle, what.plan.asked)
    cycle.box = ballots.open_box(
        purpose=cycle.purpose, readers=cycle.readers, minimum=cycle.minimum, comment_minimum=cycle.comment_minimum,
        sheet_size=sheet_size_for(cycle.snapshot), closes_at=cycle.closes_at, by=None, on=at.date(),
    )
    cycle.opens_at = cycle.opens_at or at
    cycle.state, cycle.launched_on = CycleState.OPEN, at.date()
    cycle.save()
    step(2, 3, _("Telling raters"))
    if cycle.opens_at <= at:
        invite(cycle, at=at)
    forecast = what.plan.forecast
    result = {"subjects": len(what.plan.subjects), "forms": forecast.forms, "raters": forecast.raters, "shortfalls": len(forecast.shortfalls)}
    audit.record("reviews.launched", cycle, by=None, at=at, **result)
    return result


def _copy_assignments(cycle: ReviewCycle, asked: Sequence[Asked]) -> None:
    """One COPY. Random keys and a random order: where a row lies says nothing."""
    subject_of = dict(cycle.subjects.values_list("person_id", "pk"))
    with connection.cursor() as cursor, cursor.copy(
        "COPY reviews_assignment (id, subject_id, rater_id, external_id, \"group\", state, ticket) FROM STDIN"
    ) as copy:
        for ask in asked:
            who = (None, ask.rater) if ask.group == RaterGroup.EXTERNAL else (ask.rater, None)
            copy.write_row((uuid4(), subject_of[ask.subject], *who, ask.group, AssignmentState.WAITING, uuid4()))


def invite(cycle: ReviewCycle, *, at: datetime) -> int:
    """Tell every rater of an open cycle once: one mail for all their subjects, in their language. Returns how many."""
    if cycle.closes_at is None:
        return 0
    raters = Person.objects.filter(pk__in=Assignment.objects.asked().filter(subject__cycle=cycle, external=None).values("rater_id")).order_by("pk")
    accounts.open_for(raters, at=at)  # who is asked can sign in: by a mailed code, without having been invited before
    notifications.tell([_invitation(cycle, rater) for rater in raters], on=at.date())
    ReviewCycle.objects.filter(pk=cycle.pk).update(invited_on=at.date())
    return len(raters)


def _invitation(cycle: ReviewCycle, rater: Person) -> notifications.Message:
    closes = cycle.closes_at.astimezone(ZoneInfo(rater.time_zone or cycle.time_zone)) if cycle.closes_at else None
    with translation.override(rater.language or "en"):
        return notifications.Message(
            person=rater, key=f"reviews.invite:{cycle.pk}", kind="reviews",
            title=_("Your feedback is asked for: %(cycle)s") % {"cycle": cycle.name},
            text=_("Colleagues would like your view. The forms are open until %(day)s.") % {"day": date_format(closes, "j F Y, H:i") if closes else ""},
            url="/reviews/", due_on=closes.date() if closes else None,
        )
