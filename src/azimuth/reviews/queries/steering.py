"""What those who run a cycle see and choose from; never who answered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy

from azimuth.jobs.models import Job
from azimuth.people.models import Person, ReportingLine, Unit
from azimuth.people.states import Role
from azimuth.questionnaires.models import RaterGroup
from azimuth.reviews import planning
from azimuth.reviews.models import Assignment, ReviewCycle, Subject
from azimuth.reviews.queries.plans import Whoever, named, plan
from azimuth.reviews.states import CycleState


@dataclass(frozen=True)
class SubjectRaters:
    """One subject with who is asked about them, as HR may see it: never who answered."""

    subject: Subject
    raters: Sequence[tuple[str, Whoever]]

    @property
    def labelled(self) -> list[tuple[RaterGroup, Whoever]]:
        """The same with groups as words."""
        return [(RaterGroup(group), rater) for group, rater in self.raters]


def raters_of(subject: Subject, on: date) -> SubjectRaters:
    """Who is, or before answering begins would be, asked about this subject."""
    if subject.cycle.has_begun:
        pairs = [(row.group, row.asked_key) for row in Assignment.objects.asked().filter(subject=subject)]
    else:
        pairs = [(ask.group, ask.rater) for ask in plan(subject.cycle, on).asked if ask.subject == subject.person_id]
    people = named([rater for _group, rater in pairs])
    order: dict[str, int] = {group: place for place, group in enumerate(planning.ORDER)}
    return SubjectRaters(subject, sorted(((g, people[r]) for g, r in pairs), key=lambda p: (order.get(p[0], 9), p[1].name)))


def asked_one(cycle: ReviewCycle, key: UUID, *, subject: Subject | None = None) -> Whoever | None:
    """Somebody who is asked in this cycle (about this subject), from inside or outside; None when nobody of this key is."""
    rows = Assignment.objects.asked().filter(Q(rater=key) | Q(external=key), subject__cycle=cycle)
    is_asked = (rows.filter(subject=subject) if subject else rows).exists()
    return named([key])[key] if is_asked else None


STANDING = {
    CycleState.LAUNCHING: gettext_lazy("Raters are being derived and told."),
    CycleState.NOMINATING: gettext_lazy("Raters are being proposed. Nobody has been asked to answer yet."),
    CycleState.OPEN: gettext_lazy("Raters are answering. Answers are sealed; nobody can read them before the count."),
    CycleState.CLOSED: gettext_lazy("Nobody can answer any more; the answers are being counted."),
    CycleState.COUNTED: gettext_lazy("Counted, and the key is destroyed. Reports wait to be released."),
    CycleState.RELEASED: gettext_lazy("All reports are released."),
    CycleState.CANCELLED: gettext_lazy("Called off. What was written is destroyed unread, and its key with it."),
}


def standing(cycle: ReviewCycle) -> str:
    """Where a cycle stands, in a sentence."""
    return str(STANDING.get(CycleState(cycle.state), ""))


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
    """The launch, beginning, count or destruction under way, if any."""
    works = {CycleState.LAUNCHING: "launch", CycleState.NOMINATING: "begin", CycleState.CLOSED: "count", CycleState.CANCELLED: "destroy"}
    work = works.get(CycleState(cycle.state))
    if work is None:
        return None
    return Job.objects.filter(key=f"reviews.{work}:{cycle.pk}").exclude(state=Job.State.DONE).order_by("-created_at").first()
