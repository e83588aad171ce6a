"""What happened in the organisation since the launch and concerns a running cycle: proposed to HR, never applied by itself.

Each kind is one query over the whole cycle: who is asked, against who works here and who leads whom today.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from azimuth.kit import days
from azimuth.notifications.quiet import zone_of
from azimuth.people.models import Person, ReportingLine
from azimuth.questionnaires.models import RaterGroup
from azimuth.reviews import schedule
from azimuth.reviews.models import Assignment, ReviewCycle, Subject
from azimuth.reviews.queries.steering import everybody
from azimuth.reviews.states import ChangeKind

COLLEAGUES = (RaterGroup.PEER, RaterGroup.DIRECT_REPORT, RaterGroup.EXTERNAL)
MOSTLY = 0.8  # of those who could be: from here on a cycle is taken to be about everybody, and who joins is proposed
LIMIT = 200   # of a kind


@dataclass(frozen=True, slots=True)
class Change:
    """One proposal: what happened, to whom, what following it would do. `key` changes with what happened, so that a stale page is noticed."""

    kind: ChangeKind
    key: str
    person: Person
    subject: Subject | None
    reason: str
    effect: str
    label: str


def proposed_changes(cycle: ReviewCycle, at: datetime, *, viewer: Person | None = None) -> list[Change]:
    """All proposals for a cycle but those left as they are, and those about the viewer: a constant number of queries."""
    found = [
        *_raters_leaving(cycle, at, viewer), *_subjects_leaving(cycle, at), *_leads_changed(cycle), *_reports_joined(cycle, at),
        *_reports_moved(cycle, at), *_people_joined(cycle, at),
    ]
    settled = set(cycle.left_as_is.values_list("key", flat=True))
    return [
        change for change in found
        if change.key not in settled and not (viewer and viewer.pk in {change.person.pk, change.subject.person_id if change.subject else None})
    ]


def change_of(cycle: ReviewCycle, key: str, at: datetime, *, viewer: Person) -> Change | None:
    """The proposal of this key as things are now; None when it is no longer so."""
    return next((change for change in proposed_changes(cycle, at, viewer=viewer) if change.key == key), None)


def _subjects(cycle: ReviewCycle) -> QuerySet[Subject]:
    return cycle.subjects.taking_part().select_related("person", "lead")


def _key(kind: ChangeKind, *parts: object) -> str:
    return ":".join([kind.value, *(str(part) for part in parts)])


def _leaving(cycle: ReviewCycle) -> Q:
    """People who have left, or leave before the deadline."""
    last = schedule.last_day(cycle.closes_at, zone_of(cycle.time_zone)) if cycle.closes_at else date.max
    return Q(ended_on__lte=last)


def _raters_leaving(cycle: ReviewCycle, at: datetime, viewer: Person | None) -> Iterator[Change]:
    """Raters of others, and not of the viewer, who have left or are about to."""
    asked = Assignment.objects.asked().filter(subject__cycle=cycle).exclude(group=RaterGroup.SELF)
    asked = asked.exclude(subject__person=viewer) if viewer else asked
    people = list(Person.objects.filter(_leaving(cycle), pk__in=asked.values("rater")).order_by("name")[:LIMIT])
    forms = list(asked.filter(rater__in=people).values_list("rater_id", "subject_id", "group"))
    counts = _sizes(cycle, {subject for _rater, subject, _group in forms})
    for person in people:
        theirs = [(subject, group) for rater, subject, group in forms if rater == person.pk]
        short = sum(1 for cell in theirs if cell[1] in COLLEAGUES and counts[cell] - 1 < cycle.minimum)
        yield Change(
            ChangeKind.RATER_LEAVES, _key(ChangeKind.RATER_LEAVES, person.pk, person.ended_on), person, None, _leaves(person, at),
            _fewer(len(theirs), short, cycle.minimum), _("Stop asking %(name)s") % {"name": person.name},
        )


def _sizes(cycle: ReviewCycle, subjects: Iterable[UUID]) -> Counter[tuple[UUID, str]]:
    """How many are asked about each of these subjects in each group."""
    rows = Assignment.objects.asked().filter(subject__cycle=cycle, subject__in=list(subjects)).order_by().values_list("subject_id", "group").annotate(n=Count("pk"))
    return Counter({(subject, group): n for subject, group, n in rows})


def _leaves(person: Person, at: datetime) -> str:
    words = {"name": person.name, "day": days.spelled(person.ended_on) if person.ended_on else ""}
    if person.ended_on and person.ended_on <= at.date():
        return _("%(name)s has left: %(day)s was the first day away.") % words
    return _("%(name)s leaves before the deadline: %(day)s is the first day away.") % words


def _fewer(forms: int, short: int, minimum: int) -> str:
    said = ngettext("%(n)d form is taken back; what may be written there is destroyed unread.", "%(n)d forms are taken back; what may be written there is destroyed unread.", forms) % {"n": forms}
    if short:
        said += " " + ngettext(
            "%(n)d group is then below %(minimum)d people and is not shown by itself.", "%(n)d groups are then below %(minimum)d people and are not shown by themselves.", short
        ) % {"n": short, "minimum": minimum}
    return said


def _subjects_leaving(cycle: ReviewCycle, at: datetime) -> Iterator[Change]:
    """Subjects who have left or are about to."""
    for subject in _subjects(cycle).filter(person__in=Person.objects.filter(_leaving(cycle))).order_by("person__name")[:LIMIT]:
        yield Change(
            ChangeKind.SUBJECT_LEAVES, _key(ChangeKind.SUBJECT_LEAVES, subject.pk, subject.person.ended_on), subject.person, subject, _leaves(subject.person, at),
            _("No more feedback is gathered about %(name)s, and there is no report. What is written is destroyed unread.") % {"name": subject.person.name},
            _("Take %(name)s out") % {"name": subject.person.name},
        )


def _leads_changed(cycle: ReviewCycle) -> Iterator[Change]:
    """Subjects whose lead is no longer the one at the launch."""
    now = ReportingLine.objects.current().solid().filter(person=OuterRef("person"), lead__ended_on=None)
    rows = _subjects(cycle).annotate(now=Subquery(now.values("lead")[:1])).exclude(now=None).filter(~Q(now=F("lead")) | Q(lead=None))
    moved = list(rows.filter(person__ended_on=None).order_by("person__name")[:LIMIT])
    leads = Person.objects.in_bulk({subject.now for subject in moved})
    others = set(Assignment.objects.filter(subject__in=moved, rater__in=leads).exclude(group=RaterGroup.MANAGER).values_list("subject_id", "rater_id"))
    for subject in moved:
        lead = leads[subject.now]
        words = {"name": subject.person.name, "lead": lead.name, "before": subject.lead.name if subject.lead else _("nobody")}
        moves = RaterGroup.MANAGER in cycle.groups and (subject.pk, lead.pk) not in others
        yield Change(
            ChangeKind.LEAD_CHANGED, _key(ChangeKind.LEAD_CHANGED, subject.pk, lead.pk), lead, subject,
            _("%(name)s reports to %(lead)s now, at the launch to %(before)s.") % words, _effect_of_lead(words, moves=moves, cycle=cycle),
            _("Make %(lead)s the lead here") % words,
        )


def _effect_of_lead(words: dict[str, str], *, moves: bool, cycle: ReviewCycle) -> str:
    if moves:
        return _("%(lead)s answers as manager. The form of %(before)s is taken back; what may be written there is destroyed unread. To let it stay, choose on the page of the raters.") % words
    if RaterGroup.MANAGER in cycle.groups:
        return _("%(lead)s gives feedback about %(name)s as something else already, which stays confidential. The form of the manager stays with %(before)s.") % words
    return _("%(lead)s stands in the place of %(before)s wherever the cycle says “the lead”.") % words


def _reports_joined(cycle: ReviewCycle, at: datetime) -> Iterator[Change]:
    """People who report to a subject since the launch and are not asked about them."""
    if RaterGroup.DIRECT_REPORT not in cycle.groups or cycle.launched_on is None:
        return
    known = Assignment.objects.filter(subject__cycle=cycle, subject__person=OuterRef("lead"), rater=OuterRef("person"))
    lines = ReportingLine.objects.current().solid().filter(~Exists(known), starts_on__gte=cycle.launched_on, lead__in=_subjects(cycle).values("person"))
    rows = list(lines.filter(person__in=Person.objects.present(at.date())).select_related("person").order_by("person__name")[:LIMIT])
    subjects = {subject.person_id: subject for subject in _subjects(cycle).filter(person__in=[line.lead_id for line in rows])}
    counts, most = _sizes(cycle, [subject.pk for subject in subjects.values()]), cycle.sizes[RaterGroup.DIRECT_REPORT][1]
    for line in rows:
        subject = subjects[line.lead_id]
        if counts[subject.pk, RaterGroup.DIRECT_REPORT.value] >= most:
            continue
        words = {"name": line.person.name, "lead": subject.person.name, "day": days.spelled(line.starts_on)}
        yield Change(
            ChangeKind.REPORT_JOINS, _key(ChangeKind.REPORT_JOINS, subject.pk, line.person_id), line.person, subject,
            _("%(name)s reports to %(lead)s since %(day)s and is not asked about them.") % words,
            _("%(name)s gets one more form, as direct report.") % words, _("Ask %(name)s") % words,
        )


def _reports_moved(cycle: ReviewCycle, at: datetime) -> Iterator[Change]:
    """Direct reports of a subject who report to somebody else since the launch."""
    if cycle.launched_on is None:
        return
    elsewhere = ReportingLine.objects.current().solid().filter(person=OuterRef("rater"), starts_on__gte=cycle.launched_on).exclude(lead=OuterRef("subject__person"))
    rows = Assignment.objects.asked().filter(Exists(elsewhere), subject__cycle=cycle, group=RaterGroup.DIRECT_REPORT, rater__in=Person.objects.present(at.date()))
    found = list(rows.select_related("rater", "subject__person", "subject__lead").order_by("rater__name")[:LIMIT])
    counts = _sizes(cycle, {row.subject_id for row in found})
    for row in found:
        if row.rater is None:
            continue
        words = {"name": row.rater.name, "lead": row.subject.person.name}
        short = int(counts[row.subject_id, row.group] - 1 < cycle.minimum)
        yield Change(
            ChangeKind.REPORT_MOVES, _key(ChangeKind.REPORT_MOVES, row.subject_id, row.rater_id), row.rater, row.subject,
            _("%(name)s does not report to %(lead)s any more. They have worked together, so leaving it as it is is mostly right.") % words,
            _fewer(1, short, cycle.minimum), _("Stop asking %(name)s") % words,
        )


def _people_joined(cycle: ReviewCycle, at: datetime) -> Iterator[Change]:
    """People of the cycle's unit who started since the launch, where nearly everybody there is a subject."""
    if cycle.launched_on is None:
        return
    scope = Person.objects.present(at.date())
    around = everybody(scope.of_unit(cycle.scope) if cycle.scope else scope)
    missing = around.exclude(pk__in=cycle.subjects.values("person"))
    joined = list(missing.filter(started_on__gte=cycle.launched_on).order_by("name")[:LIMIT])
    if not joined or cycle.subjects.count() < MOSTLY * (around.count() - len(joined)):
        return
    for person in joined:
        words = {"name": person.name, "day": days.spelled(person.started_on) if person.started_on else ""}
        yield Change(
            ChangeKind.PERSON_JOINS, _key(ChangeKind.PERSON_JOINS, person.pk), person, None, _("%(name)s started on %(day)s and is not in this cycle.") % words,
            _("Feedback is gathered about %(name)s, from raters derived from the reporting line. They may have seen little of each other yet.") % words,
            _("Add %(name)s") % words,
        )


def kinds(changes: Iterable[Change]) -> list[tuple[ChangeKind, list[Change]]]:
    """The proposals under the headings of their kinds."""
    grouped: dict[ChangeKind, list[Change]] = {}
    for change in changes:
        grouped.setdefault(change.kind, []).append(change)
    return [(kind, grouped[kind]) for kind in ChangeKind if kind in grouped]
