"""Lists of nominated raters: what stands on one, who else could and why not, and what waits for whom. Never who answered."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from azimuth.people.models import Person, ReportingLine
from azimuth.people.states import LineKind, Role
from azimuth.questionnaires.models import RaterGroup
from azimuth.reviews import planning, policies
from azimuth.reviews.models import Assignment, Nomination, ReviewCycle, Subject
from azimuth.reviews.states import OPEN_LISTS, Approver, AssignmentState, CycleState, ListState, Nominator

FOUND = 10  # people a search shows
SUGGESTED = 12
UNIT_MATES = 8


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody on a list."""

    key: UUID
    name: str
    note: str
    group: str
    is_external: bool
    is_filled: bool  # put there from the reporting line, where too few were proposed

    @property
    def label(self) -> str:
        """The rater group in words."""
        return str(RaterGroup(self.group).label)


@dataclass(frozen=True, slots=True)
class Need:
    """How many of a group a list needs, may have, and has."""

    group: str
    least: int
    most: int
    chosen: int

    @property
    def label(self) -> str:
        """The rater group in words."""
        return str(RaterGroup(self.group).label)

    @property
    def missing(self) -> int:
        """How many more must be chosen."""
        return max(self.least - self.chosen, 0)

    @property
    def is_full(self) -> bool:
        """Whether no more may be chosen."""
        return self.chosen >= self.most


@dataclass(frozen=True)
class RaterList:
    """One subject's list. `struck`: people taken off by whoever approves. `seen` changes with the list: stale pages are noticed."""

    subject: Subject
    entries: Sequence[Listed]
    struck: frozenset[UUID]
    needs: Sequence[Need]
    seen: str

    @property
    def is_short(self) -> bool:
        """Whether a group still needs more."""
        return any(need.missing for need in self.needs)

    def need_of(self, group: str) -> Need | None:
        """What the list needs of a group; None when the group is not proposed by hand."""
        return next((need for need in self.needs if need.group == group), None)


def list_of(subject: Subject) -> RaterList:
    """The list as it stands, the subject's cycle and person loaded. Three queries at most."""
    rows = list(Nomination.objects.filter(subject=subject).select_related("rater", "external"))
    by_hand = nominated_groups(subject.cycle)
    entries = sorted((_listed(row) for row in rows if row.is_added and row.group in by_hand), key=lambda entry: (by_hand.index(entry.group), entry.name))
    chosen = Counter(entry.group for entry in entries)
    sizes = subject.cycle.sizes
    needs = [Need(group, min(sizes[group][0], _available(subject, group)), sizes[group][1], chosen[group]) for group in by_hand]
    struck = frozenset(row.rater_id for row in rows if not row.is_added and row.rater_id)
    return RaterList(subject, entries, struck, needs, _fingerprint(subject, entries))


def nominated_groups(cycle: ReviewCycle) -> list[str]:
    """The groups proposed by hand in this cycle, in the order of the form."""
    return [group.value for group in planning.ORDER if cycle.has_nominations and group in cycle.nominated and group in cycle.groups]


def _listed(row: Nomination) -> Listed:
    is_filled = row.proposed_by_id is None
    if row.external:
        return Listed(row.external.pk, row.external.name, row.external.email, row.group, is_external=True, is_filled=is_filled)
    if row.rater is None:
        raise LookupError("A nomination of nobody.")
    return Listed(row.rater.pk, row.rater.name, row.rater.job_title, row.group, is_external=False, is_filled=is_filled)


def _available(subject: Subject, group: str) -> int:
    """How many there are to choose from: nobody can choose three of two direct reports."""
    if group == RaterGroup.DIRECT_REPORT:
        return ReportingLine.objects.current().solid().filter(lead=subject.person_id).count()
    return 99


def _fingerprint(subject: Subject, entries: Iterable[Listed]) -> str:
    words = [subject.list_state, *sorted(f"{entry.key}{entry.group}" for entry in entries)]
    return hashlib.blake2b(" ".join(words).encode(), digest_size=12).hexdigest()


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could be put on a list: why one might, and why one cannot ("" when one can)."""

    person: Person
    reason: str
    obstacle: str

    @property
    def note(self) -> tuple[str, ...]:
        """What stands below the name."""
        return tuple(part for part in (self.person.job_title, self.reason) if part)


class Choice:
    """Who of these people may be put on one list, and why not. Three queries, however many people there are."""

    def __init__(self, listed: RaterList, people: Iterable[Person], *, by: Person, on: date) -> None:
        subject = listed.subject
        self.listed, self.cycle, self.subject, self.on, self.may_undo = listed, subject.cycle, subject, on, policies.approves(by, subject)
        lines = ReportingLine.objects.current().solid().filter(Q(person=subject.person_id) | Q(lead=subject.person_id)).values_list("person_id", "lead_id")
        self.lead = next((lead for person, lead in lines if person == subject.person_id), None)
        self.reports = {person for person, lead in lines if lead == subject.person_id}
        added = Nomination.objects.filter(subject__cycle=self.cycle, is_added=True)
        self.forms = dict(added.filter(rater__in=[person.pk for person in people]).values_list("rater").annotate(many=Count("pk")))
        self.rated_in_turn = set(added.filter(rater=subject.person_id).values_list("subject__person_id", flat=True))
        self.on_it = {entry.key for entry in listed.entries}

    def group_of(self, person: UUID) -> str:
        """In which rater group this person would stand."""
        is_report = person in self.reports and RaterGroup.DIRECT_REPORT in self.cycle.groups
        return RaterGroup.DIRECT_REPORT if is_report else RaterGroup.PEER

    def obstacle(self, person: Person) -> str:
        """Why this person cannot be put on the list, to be read after the name; empty when they can."""
        return self.is_asked_anyway(person) or self._is_out(person) or self._is_too_much(person)

    def is_asked_anyway(self, person: Person) -> str:
        """Why this person need not be put on the list; empty when it is up to the list."""
        if person.pk == self.subject.person_id:
            return _("is the subject, and answers the self form")
        if person.pk in self.on_it:
            return _("is on the list")
        if person.pk == self.lead and RaterGroup.MANAGER in self.cycle.groups:
            return _("is the lead, and is asked as Manager")
        if self.group_of(person.pk) == RaterGroup.DIRECT_REPORT and self.listed.need_of(RaterGroup.DIRECT_REPORT) is None:
            return _("is asked anyway, as a direct report")
        return ""

    def _is_out(self, person: Person) -> str:
        if (person.started_on and person.started_on > self.on) or (person.ended_on and person.ended_on <= self.on):
            return _("does not work here")
        if person.pk in self.listed.struck and not self.may_undo:
            return _("was taken off by whoever approves the list")
        if self.listed.need_of(self.group_of(person.pk)) is None:
            return _("is asked as the reporting line says: this group is not proposed by hand")
        return ""

    def _is_too_much(self, person: Person) -> str:
        need, forms, mutual = self.listed.need_of(self.group_of(person.pk)), self.cycle.rater_limit, self.cycle.mutual_limit
        if need and need.is_full:
            return _("does not fit any more: “%(group)s” is full with %(n)d") % {"n": need.most, "group": need.label}
        if forms is not None and self.forms.get(person.pk, 0) >= forms:
            return ngettext("has been chosen for %(n)d form already, the most there may be", "has been chosen for %(n)d forms already, the most there may be", forms) % {"n": forms}
        if mutual is not None and person.pk in self.rated_in_turn and len(self.rated_in_turn & self.on_it) >= mutual:
            return _("has chosen %(name)s too, and at most %(n)d of a list may rate each other") % {"name": self.subject.person.name, "n": mutual}
        return ""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Whom a page offers: those a search has found, and those suggested."""

    found: Sequence[Candidate]
    suggested: Sequence[Candidate]


def candidates_for(listed: RaterList, words: str, viewer: Person, *, on: date) -> Candidates:
    """People who fit a few words, each with the reason why they cannot be chosen where there is one; and people close by who are not on the
    list yet, with the reason why one might ask them, those who can be chosen first."""
    found = list(Person.objects.visible_to(viewer).matching(words).order_by("search_text", "pk")[:FOUND]) if words.strip() else []
    reasons = _reasons(listed, viewer, on)
    near = Person.objects.present(on).in_bulk(list(reasons))
    choice = Choice(listed, [*found, *near.values()], by=viewer, on=on)
    open_to_choice = [near[key] for key in reasons if key in near and listed.need_of(choice.group_of(key)) and not choice.is_asked_anyway(near[key])]
    suggested = [Candidate(person, " · ".join(reasons[person.pk][:2]), choice.obstacle(person)) for person in open_to_choice]
    return Candidates(
        [Candidate(person, "", choice.obstacle(person)) for person in found],
        sorted(suggested, key=lambda candidate: bool(candidate.obstacle))[:SUGGESTED],
    )


def _reasons(listed: RaterList, viewer: Person, on: date) -> dict[UUID, list[str]]:
    """Why one might ask somebody, by person, the closest first."""
    subject = listed.subject
    reasons: dict[UUID, list[str]] = defaultdict(list)
    for key, reason in [*_by_line(subject, viewer), *_earlier(subject, viewer), *_by_unit(subject, on)]:
        if reason not in reasons[key]:
            reasons[key].append(reason)
    return reasons


def _by_line(subject: Subject, viewer: Person) -> Iterator[tuple[UUID, str]]:
    """Direct reports, people under the same lead, dotted lines either way."""
    person = subject.person
    lines = ReportingLine.objects.current()
    lead = lines.solid().filter(person=person).select_related("lead").first()
    near = Q(lead=person) | Q(person=person, kind=LineKind.DOTTED)
    if lead:
        near |= Q(lead=lead.lead, kind=LineKind.SOLID)
    for line in lines.filter(near).order_by("person__name", "pk"):
        if line.kind == LineKind.DOTTED:
            yield (line.lead_id if line.person_id == person.pk else line.person_id), _("dotted line")
        elif line.lead_id == person.pk:
            yield line.person_id, _("reports to you") if viewer.pk == person.pk else _("reports to %(name)s") % {"name": person.name}
        elif lead:
            yield line.person_id, _("reports to %(name)s too") % {"name": lead.lead.name}


def _by_unit(subject: Subject, on: date) -> Iterator[tuple[UUID, str]]:
    unit = subject.person.unit
    if unit:
        for key in Person.objects.present(on).filter(unit=unit).exclude(pk=subject.person_id).order_by("search_text", "pk").values_list("pk", flat=True)[:UNIT_MATES]:
            yield key, _("works in %(unit)s too") % {"unit": unit.name}


def _earlier(subject: Subject, viewer: Person) -> Iterator[tuple[UUID, str]]:
    """Who was asked in earlier cycles, as far as this viewer knows it already: lists they proposed, approved or went on seeing, and forms of their own."""
    person, cycle = subject.person, Q(subject__cycle=subject.cycle_id)
    rows = Nomination.objects.filter(subject__in=Subject.objects.listed_for(viewer).filter(person=person), is_added=True, rater__isnull=False).exclude(cycle)
    if viewer.pk == person.pk:
        rows = rows.filter(Q(subject__cycle__shows_list=True) | Q(proposed_by=viewer))
    for key, name in rows.order_by("-subject__cycle__launched_on", "rater__name").values_list("rater", "subject__cycle__name")[:SUGGESTED]:
        yield key, _("on the list of %(cycle)s") % {"cycle": name}
    if viewer.pk == person.pk:
        mine = Assignment.objects.filter(rater=viewer, state=AssignmentState.COUNTED).exclude(subject__person=viewer)
        for key, name in mine.order_by("-subject__cycle__launched_on", "subject__person__name").values_list("subject__person", "subject__cycle__name")[:SUGGESTED]:
            yield key, _("you were asked about them in %(cycle)s") % {"cycle": name}


# ---- what waits for whom


@dataclass(frozen=True, slots=True)
class ListsWaiting:
    """Lists of one cycle that wait for somebody to propose or to approve them; `own` is the key of the viewer's own subject row."""

    cycle_name: str
    closes_at: datetime
    time_zone: str
    many: int
    is_approval: bool = False
    own: UUID | None = None


_CYCLE = ("cycle__name", "cycle__nominations_close_at", "cycle__time_zone")


def lists_waiting(viewer: Person, at: datetime) -> list[ListsWaiting]:
    """What this viewer is to propose or to approve, soonest first; one query while no cycle has nominations, else three."""
    if not ReviewCycle.objects.filter(state=CycleState.NOMINATING, nominations_close_at__gt=at).exists():
        return []
    mine = Subject.objects.to_propose(at).filter(person=viewer, cycle__nominator=Nominator.SUBJECT).values_list(*_CYCLE, "pk")
    rows = [*(ListsWaiting(name, closes, zone, 1, own=key) for name, closes, zone, key in mine), *_of_others(viewer, at)]
    return sorted(rows, key=lambda row: (row.closes_at, row.cycle_name))


def _of_others(viewer: Person, at: datetime) -> Iterator[ListsWaiting]:
    """Where a subject has no lead, HR in charge takes the lead's place."""
    lead, hr = Q(lead=viewer), Q(pk__in=[])
    if viewer.has_role(Role.HR_ADMIN) or viewer.has_role(Role.HR_PARTNER):
        hr = Q(cycle__in=ReviewCycle.objects.run_by(viewer))
    proposing = (lead & Q(cycle__nominator=Nominator.LEAD)) | (hr & (Q(cycle__nominator=Nominator.HR) | Q(cycle__nominator=Nominator.LEAD, lead=None)))
    approving = (lead & Q(cycle__approver=Approver.LEAD)) | (hr & (Q(cycle__approver=Approver.HR) | Q(cycle__approver=Approver.LEAD, lead=None)))
    rows = (Subject.objects.to_propose(at) | Subject.objects.to_approve(at)).filter(lead | hr).exclude(person=viewer)
    counted = rows.order_by("cycle").values_list(*_CYCLE).annotate(
        choosing=Count("pk", filter=Q(list_state__in=OPEN_LISTS) & proposing), waiting=Count("pk", filter=Q(list_state=ListState.PROPOSED) & approving),
    )
    for name, closes, zone, choosing, waiting in counted:
        if choosing:
            yield ListsWaiting(name, closes, zone, choosing)
        if waiting:
            yield ListsWaiting(name, closes, zone, waiting, is_approval=True)


def states_of_lists(cycle: ReviewCycle) -> list[tuple[str, int]]:
    """How many lists of a cycle stand where, in words."""
    counted = dict(cycle.subjects.order_by().values_list("list_state").annotate(many=Count("pk")))
    return [(str(state.label), counted[state]) for state in ListState if counted.get(state)]


def are_all_approved(cycle: ReviewCycle) -> bool:
    """Whether no list waits for anybody: raters could be asked now."""
    return not cycle.subjects.exclude(list_state=ListState.APPROVED).exists()


def ready_to_begin(cycles: Iterable[ReviewCycle]) -> set[UUID]:
    """Those of these cycles whose lists are all approved before the deadline."""
    keys = {cycle.pk for cycle in cycles if cycle.state == CycleState.NOMINATING}
    unready = Subject.objects.filter(cycle__in=keys).exclude(list_state=ListState.APPROVED) if keys else Subject.objects.none()
    return keys - set(unready.values_list("cycle_id", flat=True).distinct())
