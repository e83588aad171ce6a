"""What a rater is asked, and what they are promised."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q
from django.utils.translation import gettext as _

from azimuth.people.models import Person
from azimuth.questionnaires import queries as questionnaires
from azimuth.questionnaires.models import RaterGroup
from azimuth.reviews.models import Assignment, ExternalRater, ReviewCycle
from azimuth.reviews.states import Approver, AssignmentState, Nominator, Reader, Releaser


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
    def closes_at(self) -> datetime | None:
        """Until when: the soonest of what is left, by deadlines of its own; of everything when nothing is left."""
        left = [a for a in self.assignments if a.state != AssignmentState.SUBMITTED] or self.assignments
        return min((a.closes_at for a in left if a.closes_at), default=None)

    @property
    def drafts(self) -> int:
        """Forms with something saved, not submitted."""
        return sum(1 for assignment in self.assignments if assignment.state == AssignmentState.DRAFT)


def waiting_for(person: Person | ExternalRater, at: datetime) -> list[Waiting]:
    """The open cycles in which this person rates, soonest deadline first; two queries."""
    rows = Assignment.objects.of(person).answerable(at).about(
        "subject__person__name", "subject__person__job_title",
        "subject__cycle__name", "subject__cycle__state", "subject__cycle__opens_at", "subject__cycle__closes_at", "subject__cycle__time_zone",
    ).annotate(
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
class Promise:
    """What a rater is told before the first question; exactly what launch froze."""

    readers: tuple[str, ...]
    purpose: str
    minimum: int
    comment_minimum: int
    is_attributed: bool
    minutes: int
    closes_at: datetime | None
    time_zone: str
    chosen: str = ""


def promise(assignment: Assignment) -> Promise:
    """The promise above one form. Self and lead answers are attributed by nature."""
    cycle = assignment.subject.cycle
    return Promise(
        readers=tuple(readers_in_words(cycle)), purpose=cycle.purpose_in_words, minimum=cycle.minimum, comment_minimum=cycle.comment_minimum,
        is_attributed=assignment.group in {RaterGroup.SELF, RaterGroup.MANAGER}, minutes=minutes(cycle).get(assignment.group, 0),
        closes_at=assignment.closes_at, time_zone=cycle.time_zone, chosen=_chosen(assignment),
    )


def _chosen(assignment: Assignment) -> str:
    """Who has chosen the raters, and whether the subject goes on seeing them; empty where the reporting line alone says who is asked."""
    cycle, name = assignment.subject.cycle, assignment.subject.person.name
    if not cycle.has_nominations or assignment.group not in cycle.nominated:
        return ""
    proposed = {
        Nominator.SUBJECT: _("%(name)s proposed whom to ask."), Nominator.LEAD: _("The lead of %(name)s proposed whom to ask."),
        Nominator.HR: _("HR proposed whom to ask about %(name)s."),
    }[Nominator(cycle.nominator)]
    approved = {Approver.LEAD: _("The lead of %(name)s approved the list."), Approver.HR: _("HR approved the list.")}.get(Approver(cycle.approver), "")
    seen = _("%(name)s goes on seeing who is asked, and never learns who answered.") if cycle.shows_list else _("%(name)s does not see the final list, and never learns who answered.")
    return " ".join(part % {"name": name} for part in (proposed, approved, seen) if part)


def readers_in_words(cycle: ReviewCycle) -> list[str]:
    """Who will read a report of this cycle, in the order in which they may."""
    named = {Reader(code) for code in cycle.readers}
    first = {Reader.COACH} & named if cycle.releaser == Releaser.COACH else set()
    after = named - first - {Reader.SUBJECT}
    return [
        *(_("%(reader)s (before the subject)") % {"reader": reader.label} for reader in first),
        str(Reader.SUBJECT.label),
        *(_("%(reader)s (after the subject)") % {"reader": reader.label} for reader in Reader if reader in after),
    ]


def other_readers(cycle: ReviewCycle) -> list[str]:
    """Who besides the subject will read a report of this cycle."""
    return [str(reader.label) for reader in Reader if reader != Reader.SUBJECT and reader in cycle.readers]


@dataclass(frozen=True, slots=True)
class Sibling:
    """Another form of the same rater in the same cycle: as much as a list of them shows."""

    pk: UUID
    state: str
    name: str

    @property
    def state_in_words(self) -> str:
        """How far it is."""
        return str(AssignmentState(self.state).label)


def siblings(assignment: Assignment) -> list[Sibling]:
    """The same rater's other forms in the same cycle, by the names of their subjects."""
    of_the_same = Q(rater=assignment.rater_id, external=assignment.external_id, subject__cycle=assignment.subject.cycle_id)
    rows = Assignment.objects.asked().filter(of_the_same).exclude(pk=assignment.pk)
    return [Sibling(*row) for row in rows.order_by("subject__person__name", "pk").values_list("pk", "state", "subject__person__name")]


def differences(snapshot: dict[str, Any], language: str, *, mine: dict[str, Any], other: dict[str, Any]) -> dict[str, str]:
    """For every question answered differently elsewhere, a sentence with the other answer, in the reader's language."""
    scale = questionnaires.scale_of(snapshot, language)
    labels: dict[object, str] = {point.value: point.label for point in scale.points} | {questionnaires.NOT_OBSERVED: scale.not_observed}
    found = {}
    for question in questionnaires.all_questions(snapshot):
        key = question["key"]
        here, there = (sheet.get("scores", {}).get(key) or sheet.get("texts", {}).get(key) or "" for sheet in (mine, other))
        if here != there:
            found[key] = _("Elsewhere: %(answer)s") % {"answer": labels.get(there, there) or "–"}
    return found
