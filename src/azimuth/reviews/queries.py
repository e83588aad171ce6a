"""Answers about cycles that are not a queryset of one model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from azimuth.jobs.models import Job
from azimuth.people.models import Person, ReportingLine, Unit
from azimuth.people.states import Role
from azimuth.questionnaires import queries as questionnaires
from azimuth.questionnaires.models import RaterGroup
from azimuth.reviews import invented, planning
from azimuth.reviews.models import Assignment, ProgressDay, RaterEdit, ReviewCycle, Subject
from azimuth.reviews.states import AssignmentState, CycleState, Reader, Releaser

SHORTEST = timedelta(hours=1)  # a cycle is open at least


@dataclass(frozen=True)
class Plan:
    """What a launch of this draft would do today."""

    subjects: Sequence[UUID]
    asked: Sequence[planning.Asked]
    forecast: planning.Forecast


def plan(cycle: ReviewCycle, on: date) -> Plan:
    """Derive raters for all subjects of a draft from today's organisation, with the hand's edits."""
    subjects = list(cycle.subjects.order_by("person__name", "person_id").values_list("person_id", flat=True))
    lines = ReportingLine.objects.current().solid().filter(person__in=Person.objects.present(on), lead__in=Person.objects.present(on))
    organisation = planning.Organisation.of_lines(lines.values_list("person_id", "lead_id"))
    edits = RaterEdit.objects.filter(subject__cycle=cycle).values_list("subject__person_id", "rater_id", "group", "is_added")
    rules = planning_rules(cycle)
    asked = planning.derive(subjects, organisation, rules, (planning.Edit(*edit) for edit in edits))
    return Plan(subjects, asked, planning.forecast(asked, subjects, rules, minutes(cycle)))


def planning_rules(cycle: ReviewCycle) -> planning.Rules:
    """The draft's numbers as the planner wants them."""
    return planning.Rules(tuple(cycle.groups), cycle.maximum, cycle.minimum, cycle.seed.hex)


def minutes(cycle: ReviewCycle) -> Mapping[str, int]:
    """Estimated minutes for a form, by rater group."""
    snapshot = cycle.snapshot or (questionnaires.snapshot(cycle.questionnaire) if cycle.questionnaire else {})
    return snapshot.get("minutes", {})


@dataclass(frozen=True)
class Waiting:
    """What one cycle still wants from one rater."""

    cycle: ReviewCycle
    assignments: Sequence[Assignment]
    left: int
    minutes_left: int

    @property
    def done(self) -> int:
        """Forms submitted."""
        return len(self.assignments) - self.left

    @property
    def drafts(self) -> int:
        """Forms with something saved, not submitted."""
        return sum(1 for assignment in self.assignments if assignment.state == AssignmentState.DRAFT)


def waiting_for(person: Person, at: datetime) -> list[Waiting]:
    """The open cycles in which this person rates, soonest deadline first; two queries."""
    rows = Assignment.objects.of(person).answerable(at).select_related("subject__person", "subject__cycle").defer("subject__cycle__snapshot").annotate(
        needed=F("subject__cycle__snapshot__minutes")  # the snapshot itself is long, and would come with every row
    ).order_by("subject__cycle__closes_at", "subject__cycle_id", "subject__person__name", "pk")
    by_cycle: dict[UUID, list[Assignment]] = {}
    for row in rows:
        by_cycle.setdefault(row.subject.cycle_id, []).append(row)
    return [_waiting(assignments) for assignments in by_cycle.values()]


def _waiting(assignments: list[Assignment]) -> Waiting:
    cycle = assignments[0].subject.cycle
    left = [a for a in assignments if a.state != AssignmentState.SUBMITTED]
    needed: Mapping[str, int] = assignments[0].needed  # type: ignore[attr-defined]
    return Waiting(cycle, assignments, len(left), sum(needed.get(a.group, 0) for a in left))


@dataclass(frozen=True)
class SubjectRaters:
    """One subject with who is asked about them, as HR may see it: never who answered."""

    subject: Subject
    raters: Sequence[tuple[str, Person]]

    @property
    def labelled(self) -> list[tuple[RaterGroup, Person]]:
        """The same with groups as words."""
        return [(RaterGroup(group), rater) for group, rater in self.raters]


def raters_of(subject: Subject, on: date) -> SubjectRaters:
    """Who is, or in a draft would be, asked about this subject."""
    if subject.cycle.launched_on:
        pairs = list(Assignment.objects.filter(subject=subject).values_list("group", "rater_id"))
    else:
        pairs = [(ask.group, ask.rater) for ask in plan(subject.cycle, on).asked if ask.subject == subject.person_id]
    people = Person.objects.select_related("unit").in_bulk([rater for _group, rater in pairs])
    order: dict[str, int] = {group: place for place, group in enumerate(planning.ORDER)}
    return SubjectRaters(subject, sorted(((g, people[r]) for g, r in pairs), key=lambda p: (order.get(p[0], 9), p[1].name)))


BAND_HEADINGS = [gettext_lazy("Unit"), gettext_lazy("Group"), gettext_lazy("Forms"), gettext_lazy("Submitted")]


def standing(cycle: ReviewCycle) -> str:
    """Where a cycle stands, in a sentence."""
    return {
        CycleState.LAUNCHING: _("Raters are being derived and told."),
        CycleState.OPEN: _("Raters are answering. Answers are sealed; nobody can read them before the count."),
        CycleState.CLOSED: _("Nobody can answer any more; the answers are being counted."),
        CycleState.COUNTED: _("Counted, and the key is destroyed. Reports wait to be released."),
        CycleState.RELEASED: _("All reports are released."),
    }.get(CycleState(cycle.state), "")


def bands_in_words(day: ProgressDay | None) -> list[list[str]]:
    """The rows of HR's progress table."""
    cells = day.bands if day else []
    return [[cell["unit"] or _("Small groups together"), str(RaterGroup(cell["group"]).label) if cell["group"] else "", str(cell["invited"]), f"{cell['band']} %"] for cell in cells]



def people_listed(scope: QuerySet[Person], words: Iterable[str]) -> tuple[list[UUID], list[str]]:
    """People of `scope` named by e-mail or employee number, and the words that name nobody."""
    wanted = {word.strip().lower(): word.strip() for word in words if word.strip()}
    found: dict[str, UUID] = {}
    keys = list(wanted)
    rows = scope.annotate(by_email=Lower("email"), by_number=Lower("employee_id")).filter(Q(by_email__in=keys) | Q(by_number__in=keys))
    for key, email, number in rows.values_list("pk", "by_email", "by_number"):
        found.update({word: key for word in (email, number) if word in wanted})
    return list(dict.fromkeys(found.values())), [shown for word, shown in wanted.items() if word not in found]


def everybody(scope: QuerySet[Person]) -> QuerySet[Person]:
    """People of `scope` with somebody to answer about them: a lead or direct reports."""
    lines = ReportingLine.objects.current().solid()
    return scope.filter(Q(pk__in=lines.values("person_id")) | Q(pk__in=lines.values("lead_id")))


def leads(scope: QuerySet[Person]) -> QuerySet[Person]:
    """People of `scope` who lead somebody."""
    return scope.filter(pk__in=ReportingLine.objects.current().solid().values("lead_id"))


def units_run_by(viewer: Person) -> QuerySet[Unit]:
    """The open units this person may run a cycle for."""
    if viewer.has_role(Role.HR_ADMIN):
        return Unit.objects.open().order_by("path")
    scope = Q(pk__in=[])
    for grant in viewer.grants_in_force:
        if grant.role == Role.HR_PARTNER and grant.unit:
            scope |= Q(path__startswith=grant.unit.path)
    return Unit.objects.open().filter(scope).order_by("path")


def people_filtered(scope: QuerySet[Person], *, unit: Unit | None, grade: str, location: str) -> QuerySet[Person]:
    """People of `scope` by unit (and below), grade and location; empty means any."""
    if unit:
        scope = scope.of_unit(unit)  # type: ignore[attr-defined]
    if grade:
        scope = scope.filter(grade__iexact=grade)
    if location:
        scope = scope.filter(location__iexact=location)
    return scope


def addable_groups() -> list[tuple[str, str]]:
    """Rater groups a hand may add to."""
    return [(group.value, str(group.label)) for group in (RaterGroup.PEER, RaterGroup.DIRECT_REPORT, RaterGroup.MANAGER)]


def candidates(subject: Subject, words: str, on: date) -> list[Person]:
    """Up to ten people matching `words` who could be asked about this subject."""
    if not words.strip():
        return []
    return list(Person.objects.present(on).matching(words).exclude(pk=subject.person_id).select_related("unit").order_by("name", "pk")[:10])


def job_of(cycle: ReviewCycle) -> Job | None:
    """The launch or count under way, if any."""
    if cycle.state not in {CycleState.LAUNCHING, CycleState.CLOSED}:
        return None
    keys = [f"reviews.launch:{cycle.pk}", f"reviews.count:{cycle.pk}"]
    return Job.objects.filter(key__in=keys).exclude(state=Job.State.DONE).order_by("-created_at").first()


@dataclass(frozen=True)
class Heavy:
    """A rater with many forms."""

    person: Person
    forms: int
    minutes: int


@dataclass(frozen=True)
class Short:
    """A subject with a group too small to be shown by itself."""

    subject: Subject
    group: str
    invited: int
    is_merged: bool


@dataclass(frozen=True)
class Summary:
    """What a launch would ask of people, for the page before it."""

    subjects: int
    forms: int
    raters: int
    forms_by_group: Sequence[tuple[str, int]]
    minutes_each: Sequence[tuple[str, int]]
    median_minutes: int
    most_minutes: int
    heavy: Sequence[Heavy]
    heavy_total: int
    short: Sequence[Short]
    short_total: int
    without_lead: Sequence[Subject]
    obstacles: Sequence[str]
    readers: Sequence[str]

    @property
    def is_ready(self) -> bool:
        """Whether it may be launched."""
        return not self.obstacles


def load(cycle: ReviewCycle, on: date) -> list[tuple[str, str, int, int]]:
    """(name, unit, forms, minutes) of everybody who is, or in a draft would be, asked; those with most first. Never who answered."""
    if cycle.launched_on:
        pairs = Assignment.objects.filter(subject__cycle=cycle).values_list("rater_id", "group")
    else:
        pairs = [(ask.rater, ask.group) for ask in plan(cycle, on).asked]  # type: ignore[assignment]
    forms: Counter[UUID] = Counter()
    needed: Counter[UUID] = Counter()
    for rater, group in pairs:
        forms[rater] += 1
        needed[rater] += minutes(cycle).get(group, 0)
    people = Person.objects.filter(pk__in=forms).values_list("pk", "name", "unit__name")
    return sorted(((name, unit or "", forms[key], needed[key]) for key, name, unit in people), key=lambda row: (-row[2], row[0]))


SHOWN = 25  # rows of each list on the page; the rest is counted


def summary(cycle: ReviewCycle, at: datetime) -> Summary:
    """Forms, for whom, minutes a person, groups below their minimum, raters with more than eight forms."""
    derived = plan(cycle, at.date())
    what = derived.forecast
    people = Person.objects.select_related("unit").in_bulk([rater for rater, _forms in what.heavy[:SHOWN]])
    named = [short.subject for short in what.shortfalls[:SHOWN]] + list(what.without_lead[:SHOWN])
    subjects = {s.person_id: s for s in cycle.subjects.filter(person_id__in=named).select_related("person")}
    each = sorted(what.minutes_of.values())
    by_group = Counter(ask.group for ask in derived.asked)
    return Summary(
        subjects=len(derived.subjects), forms=what.forms, raters=what.raters,
        forms_by_group=[(str(group.label), by_group[group]) for group in planning.ORDER if by_group[group]],
        minutes_each=[(str(group.label), minutes(cycle).get(group, 0)) for group in planning.ORDER if by_group[group]],
        median_minutes=each[len(each) // 2] if each else 0, most_minutes=each[-1] if each else 0,
        heavy=[Heavy(people[r], n, what.minutes_of[r]) for r, n in what.heavy[:SHOWN]], heavy_total=len(what.heavy),
        short=[Short(subjects[s.subject], str(RaterGroup(s.group).label), s.invited, s.is_merged) for s in what.shortfalls[:SHOWN]],
        short_total=len(what.shortfalls), without_lead=[subjects[key] for key in what.without_lead[:SHOWN]],
        obstacles=obstacles(cycle, at, has_subjects=bool(derived.subjects)), readers=readers_in_words(cycle),
    )


def obstacles(cycle: ReviewCycle, at: datetime, *, has_subjects: bool) -> list[str]:
    """Why this draft cannot be launched yet, in sentences; empty when it can."""
    found = []
    if cycle.questionnaire_id is None:
        found.append(_("Choose a questionnaire first."))
    if not has_subjects:
        found.append(_("Choose at least one subject first."))
    if not cycle.closes_at or cycle.closes_at <= at + SHORTEST:
        found.append(_("Choose a close date that lies in the future."))
    elif cycle.opens_at and cycle.opens_at >= cycle.closes_at:
        found.append(_("The cycle must open before it closes."))
    return found


@dataclass(frozen=True)
class Promise:
    """What a rater is told before the first question; exactly what launch froze."""

    readers: Sequence[str]
    purpose: str
    minimum: int
    comment_minimum: int
    is_attributed: bool
    minutes: int
    closes_at: datetime | None
    time_zone: str


def promise(assignment: Assignment) -> Promise:
    """The promise above one form. Self and lead answers are attributed by nature."""
    cycle = assignment.subject.cycle
    return Promise(
        readers=readers_in_words(cycle), purpose=cycle.get_purpose_display(), minimum=cycle.minimum, comment_minimum=cycle.comment_minimum,
        is_attributed=assignment.group in {RaterGroup.SELF, RaterGroup.MANAGER}, minutes=minutes(cycle).get(assignment.group, 0),
        closes_at=cycle.closes_at, time_zone=cycle.time_zone,
    )


def readers_in_words(cycle: ReviewCycle) -> list[str]:
    """Who will read a report of this cycle."""
    return [str(Reader(code).label) for code in cycle.readers]


def siblings(assignment: Assignment) -> list[Assignment]:
    """The same rater's other forms in the same cycle."""
    rows = Assignment.objects.filter(rater=assignment.rater_id, subject__cycle=assignment.subject.cycle_id).exclude(pk=assignment.pk)
    return list(rows.select_related("subject__person").order_by("subject__person__name", "pk"))


def readable_reports(person: Person) -> list[Subject]:
    """Released reports this person may read, their own first."""
    rows = Subject.objects.readable_by(person).select_related("person__unit", "cycle").order_by("-released_on", "person__name")[:200]
    return sorted(rows, key=lambda subject: subject.person_id != person.pk)


def releasable_by_lead(person: Person) -> list[Subject]:
    """Counted reports of one's people that wait for their lead to release them."""
    rows = Subject.objects.filter(lead=person, released_on=None, report__isnull=False, cycle__releaser=Releaser.LEAD)
    return list(rows.select_related("person", "cycle").order_by("person__name"))


def differences(snapshot: dict[str, Any], *, mine: dict[str, Any], other: dict[str, Any]) -> dict[str, str]:
    """For every question answered differently elsewhere, a sentence with the other answer."""
    labels = {point["value"]: point["label"] for point in snapshot["scale"]["points"]} | {questionnaires.NOT_OBSERVED: snapshot["scale"]["not_observed"]}
    found = {}
    for question in questionnaires.all_questions(snapshot):
        key = question["key"]
        here, there = (sheet.get("scores", {}).get(key) or sheet.get("texts", {}).get(key) or "" for sheet in (mine, other))
        if here != there:
            found[key] = _("Elsewhere: %(answer)s") % {"answer": labels.get(there, there) or "–"}
    return found


def invented_content(cycle: ReviewCycle) -> dict[str, Any]:
    """An example report for this cycle's questionnaire."""
    snapshot = cycle.snapshot or (questionnaires.snapshot(cycle.questionnaire) if cycle.questionnaire else {})
    comments = [
        _("She takes time to explain why, not only what. In the March hand-over that saved us a week."),
        _("I would like to hear bad news earlier, even when it is half certain."),
        _("Keeps calm when the customer does not."),
    ]
    return invented.content(
        snapshot, subject=_("Robin Example"), cycle=cycle.name, purpose=cycle.purpose, minimum=cycle.minimum,
        comment_minimum=cycle.comment_minimum, comments=comments,
    )
