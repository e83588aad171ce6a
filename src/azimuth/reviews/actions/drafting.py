"""Making and changing a draft; and HR's changes to who is asked, until raters are asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from azimuth.access.verdict import Refused, Verdict
from azimuth.audit import actions as audit
from azimuth.kit import rows
from azimuth.people.models import Person, ReportingLine, Unit
from azimuth.reviews import policies, queries
from azimuth.reviews.models import Nomination, ReviewCycle, Subject
from azimuth.reviews.states import Reader, Releaser

MANY = 500  # subjects at once
EDITABLE = frozenset(
    {
        "name", "purpose", "questionnaire", "groups", "sizes", "minimum", "comment_minimum", "readers", "releaser", "time_zone",
        "subject_minimum", "overlap_minimum", "opens_at", "closes_at", "nominator", "nominated", "approver", "shows_list", "rater_limit", "mutual_limit", "nominations_close_at", "reminders", "compares_to",
    }
)


class StaleDraft(Refused):
    """Somebody else changed the draft since this page was opened."""


@transaction.atomic
def create(*, name: str, scope: Unit | None, by: Person, at: datetime, **fields: Any) -> ReviewCycle:
    """Begin a draft with the defaults of a first cycle; `fields` as in `update`."""
    policies.can_create(by, scope).enforce()
    cycle = ReviewCycle(name=name, scope=scope, created_by=by, created_on=at.date())
    _set(cycle, fields)
    cycle.save()
    audit.record("reviews.create", cycle, by=by, at=at)
    return cycle


@transaction.atomic
def update(cycle: ReviewCycle, *, seen: int, by: Person, at: datetime, **fields: Any) -> ReviewCycle:
    """Change a draft; raises StaleDraft when it is no longer the version that was seen."""
    cycle = lock_draft(cycle, by)
    if cycle.version != seen:
        raise StaleDraft(_("Somebody changed this draft since you opened it. Your entries are below; look and save again."))
    _set(cycle, fields)
    cycle.version += 1
    cycle.save()
    audit.record("reviews.update", cycle, by=by, at=at, fields=sorted(fields))
    return cycle


@transaction.atomic
def add_subjects(cycle: ReviewCycle, *, people: Iterable[UUID], by: Person, at: datetime) -> int:
    """Put people on the list of subjects; those on it already stay. Returns how many were added."""
    cycle = lock_draft(cycle, by)
    allowed = Person.objects.present(at.date())
    if cycle.scope:
        allowed = allowed.of_unit(cycle.scope)
    wanted = set(allowed.filter(pk__in=list(people)).values_list("pk", flat=True))
    wanted -= set(cycle.subjects.values_list("person_id", flat=True))
    leads = dict(ReportingLine.objects.current().solid().filter(person__in=wanted).values_list("person_id", "lead_id"))
    rows.insert([Subject(cycle=cycle, person_id=key, lead_id=leads.get(key)) for key in sorted(wanted)])
    if len(wanted) > MANY:
        _tell_planner()
    if wanted:
        touch(cycle)
        audit.record("reviews.add_subjects", cycle, by=by, at=at, added=len(wanted))
    return len(wanted)


def _tell_planner() -> None:
    """Until it knows how large the table has grown, PostgreSQL goes through all of it for every form a launch writes, as was quickest while it was
    small: half a minute for ten thousand subjects instead of a second."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE reviews_subject")


@transaction.atomic
def remove_subjects(cycle: ReviewCycle, *, people: Iterable[UUID], by: Person, at: datetime) -> int:
    """Take people off the list of subjects. Returns how many were removed."""
    cycle = lock_draft(cycle, by)
    removed, _rows = cycle.subjects.filter(person_id__in=list(people)).delete()
    if removed:
        touch(cycle)
        audit.record("reviews.remove_subjects", cycle, by=by, at=at, removed=removed)
    return removed


@transaction.atomic
def discard(cycle: ReviewCycle, *, by: Person, at: datetime) -> None:
    """Throw a draft away; a launched cycle is never thrown away."""
    cycle = lock_draft(cycle, by)
    audit.record("reviews.discard", cycle, by=by, at=at)
    cycle.delete()


@transaction.atomic
def add_rater(subject: Subject, *, rater: Person, group: str, by: Person, at: datetime) -> None:
    """Ask one more person about this subject, in a rater group; replaces an earlier edit of the same person."""
    cycle = lock_draft(subject.cycle, by, policies.can_change_raters)
    _refuse_oneself(subject, by)
    if rater.pk == subject.person_id:
        raise Refused(_("The subject answers the self form already."))
    if not Person.objects.present(at.date()).filter(pk=rater.pk).exists():
        raise Refused(_("%(name)s does not work here.") % {"name": rater.name})
    if Nomination.objects.filter(subject=subject, rater=rater, group=group, is_added=True).exists():
        return
    _enter(subject, rater, group, is_added=True, by=by, at=at)
    touch(cycle)
    audit.record("reviews.add_rater", cycle, by=by, at=at, group=group)


@transaction.atomic
def remove_rater(subject: Subject, *, rater: Person, by: Person, at: datetime) -> None:
    """Do not ask this person about this subject."""
    cycle = lock_draft(subject.cycle, by, policies.can_change_raters)
    _refuse_oneself(subject, by)
    entered = Nomination.objects.filter(subject=subject, rater=rater)
    if entered.filter(is_added=False).exists():
        return
    if not entered.delete()[0]:
        _enter(subject, rater, "", is_added=False, by=by, at=at)
    touch(cycle)
    audit.record("reviews.remove_rater", cycle, by=by, at=at)


def _enter(subject: Subject, rater: Person, group: str, *, is_added: bool, by: Person, at: datetime) -> None:
    entry = {"group": group, "is_added": is_added, "proposed_by": by, "proposed_on": at.date()}
    Nomination.objects.update_or_create(subject=subject, rater=rater, defaults=entry)


def _refuse_oneself(subject: Subject, by: Person) -> None:
    if subject.person_id == by.pk:
        raise Refused(_("Nobody changes who is asked about them. Ask another HR person."))


def _set(cycle: ReviewCycle, fields: dict[str, Any]) -> None:
    if unknown := set(fields) - EDITABLE:
        raise TypeError(f"not fields of a draft: {sorted(unknown)}")
    for name, value in fields.items():
        setattr(cycle, name, value)
    _refuse_contradiction(cycle)


def _refuse_contradiction(cycle: ReviewCycle) -> None:
    """A coach who releases must be a reader raters were told of; a comparison tells nobody what they were not to read then."""
    if cycle.releaser == Releaser.COACH and Reader.COACH not in cycle.readers:
        raise Refused(_("Where the coach releases reports, the coach is one of the readers: name them there too."))
    if cycle.compares_to and (why := queries.why_not_comparable(purpose=cycle.purpose, readers=cycle.readers, earlier=cycle.compares_to)):
        raise Refused(why)


def touch(cycle: ReviewCycle) -> None:
    """The draft is another one now: pages that showed the old one are stale."""
    ReviewCycle.objects.filter(pk=cycle.pk).update(version=F("version") + 1)


def lock_draft(cycle: ReviewCycle, by: Person, policy: Callable[[Person, ReviewCycle], Verdict] = policies.can_edit) -> ReviewCycle:
    """The draft as it is now, held; Denied when it is none any more, or not theirs."""
    locked = ReviewCycle.objects.select_for_update(of=("self",)).select_related("scope", "questionnaire").get(pk=cycle.pk)
    policy(by, locked).enforce()
    return locked


