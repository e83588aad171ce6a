"""The dry run kept, and what one click does about a problem it found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from azimuth.access.verdict import Refused
from azimuth.audit import actions as audit
from azimuth.jobs import actions as jobs
from azimuth.jobs.models import Job
from azimuth.people.models import Person
from azimuth.reviews import planning, policies, queries, rehearsing
from azimuth.reviews.actions.coaching import name_coaches
from azimuth.reviews.actions.drafting import lock_draft, touch, update
from azimuth.reviews.models import Nomination, Rehearsal, ReviewCycle
from azimuth.reviews.queries.rehearsals import SMALL, Rehearsed, rehearsal_key


@transaction.atomic
def rehearse(cycle: ReviewCycle, *, by: Person, at: datetime) -> Rehearsal | Job:
    """Run a draft dry and keep what it would ask; a large one is rehearsed by a job. Tells nobody, changes no task."""
    policies.can_edit(by, cycle).enforce()
    if cycle.subjects.count() <= SMALL:
        return keep_rehearsal(cycle, queries.rehearse(cycle, at), at=at)
    return jobs.start(
        "reviews.rehearse", key=rehearsal_key(cycle), title=_("Rehearsing “%(name)s”") % {"name": cycle.name}, by=by, at=at,
        next_url=f"/reviews/cycles/{cycle.pk}/summary/", cycle_id=str(cycle.pk), version=cycle.version,
    )


@transaction.atomic
def update_and_rehearse(cycle: ReviewCycle, *, seen: int, by: Person, at: datetime, **fields: Any) -> Rehearsal | Job:
    """Change a draft, as `update` does, and run it dry."""
    return rehearse(update(cycle, seen=seen, by=by, at=at, **fields), by=by, at=at)


@transaction.atomic
def keep_rehearsal(cycle: ReviewCycle, what: Rehearsed, *, at: datetime) -> Rehearsal:
    """Keep a dry run in place of an earlier one. Set-based; asks no policy: the deed that calls it does."""
    Rehearsal.objects.filter(cycle=cycle).delete()
    kept = Rehearsal.objects.create(cycle=cycle, version=cycle.version, digest=what.digest, content=what.content, made_on=at.date())
    mails = len(what.content["mails"])
    with connection.cursor() as cursor, cursor.copy(
        "COPY reviews_rehearsedperson (rehearsal_id, key, name, unit, is_external, own, others, minutes, mails, is_subject, lead, search_text) FROM STDIN"
    ) as copy:
        for row in what.rows:
            fact = what.facts[row.key]
            told = mails if fact.has_address and (row.own or row.others) else 0
            copy.write_row((kept.pk, row.key, fact.name, fact.unit, fact.is_external, row.own, row.others, row.minutes, told, row.is_subject, row.lead, fact.search_text))
    return kept


@transaction.atomic
def remedy(cycle: ReviewCycle, code: str, *, seen: int, by: Person, at: datetime) -> int:
    """Do what the remedy of one kind of problem says, for everybody it touches today, and rehearse again. Returns how many entries changed.

    Refused when the draft is no longer the version that was seen.
    """
    draft = lock_draft(cycle, by)
    if draft.version != seen:
        raise Refused(_("Somebody changed this draft since you looked. Look again."))
    if code not in REMEDIES:
        raise Refused(_("There is no such remedy."))
    what = queries.rehearse(draft, at)
    changed = REMEDIES[code](draft, what, what.touched_by(code), by, at)
    touch(draft)
    draft.refresh_from_db()
    audit.record("reviews.remedy", draft, by=by, at=at, code=code, changed=changed)
    rehearse(draft, by=by, at=at)
    return changed


def _take_off(draft: ReviewCycle, _what: Rehearsed, people: Sequence[UUID], _by: Person, _at: datetime) -> int:
    removed, _rows = draft.subjects.filter(person_id__in=people).delete()
    return removed


def _do_not_ask(draft: ReviewCycle, what: Rehearsed, people: Sequence[UUID], by: Person, at: datetime) -> int:
    without = set(people)
    edits = [planning.Edit(ask.subject, ask.rater, "", is_added=False) for ask in what.plan.asked if ask.rater in without]
    return _enter_all(draft, edits, by, at)


def _ask_more(draft: ReviewCycle, what: Rehearsed, people: Sequence[UUID], by: Person, at: datetime) -> int:
    """Colleagues of the subjects' own units, those with fewest forms first, until the peers can be shown."""
    unit_of = dict(Person.objects.filter(pk__in=people).exclude(unit=None).values_list("pk", "unit_id"))
    inside = Person.objects.present(at.date()).exclude(email=None).filter(unit__in=set(unit_of.values()))
    members: dict[UUID, list[UUID]] = defaultdict(list)
    for key, unit in inside.order_by("search_text", "pk").values_list("pk", "unit_id"):
        members[unit].append(key)
    nearby = {subject: members[unit] for subject, unit in unit_of.items()}
    return _enter_all(draft, rehearsing.more_peers(what.plan.asked, people, nearby, wanted=draft.minimum), by, at)


def _share_out(draft: ReviewCycle, what: Rehearsed, people: Sequence[UUID], by: Person, at: datetime) -> int:
    edits = rehearsing.shared_out(what.plan.asked, people, what.plan.organisation, least=draft.minimum)
    return _enter_all(draft, edits, by, at)


def _name_partners(draft: ReviewCycle, _what: Rehearsed, people: Sequence[UUID], by: Person, at: datetime) -> int:
    partners = queries.partners_of(draft.subjects.filter(person_id__in=people), at.date())
    return name_coaches(draft, partners, by=by, at=at)


def _enter_all(draft: ReviewCycle, edits: Sequence[planning.Edit], by: Person, at: datetime) -> int:
    """Enter edits by hand, set-based; an entry of the same rater about the same subject is replaced."""
    subject_of = dict(draft.subjects.filter(person_id__in={edit.subject for edit in edits}).values_list("person_id", "pk"))
    entries = [
        Nomination(subject_id=subject_of[edit.subject], rater_id=edit.rater, group=edit.group, is_added=edit.is_added, proposed_by=by, proposed_on=at.date())
        for edit in edits
    ]
    Nomination.objects.bulk_create(
        entries, batch_size=5000, update_conflicts=True, unique_fields=["subject", "rater"], update_fields=["group", "is_added", "proposed_by", "proposed_on"],
    )
    return len(entries)


Remedy = Callable[[ReviewCycle, Rehearsed, Sequence[UUID], Person, datetime], int]
REMEDIES: dict[str, Remedy] = {
    "hidden": _ask_more, "small_groups": _ask_more, "overloaded": _share_out, "without_lead": _take_off, "leaving_subjects": _take_off,
    "leaving_raters": _do_not_ask, "unreachable": _do_not_ask, "without_coach": _name_partners, "near_earlier": _take_off,
}
