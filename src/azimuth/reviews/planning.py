"""Who is asked about whom: derived from the reporting lines, drawn evenly where there are too many. Pure."""

from __future__ import annotations

import hashlib
from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from uuid import UUID

from azimuth.questionnaires.models import RaterGroup

# A rater stands in one group only; the first that fits, in this order.
ORDER = (RaterGroup.SELF, RaterGroup.MANAGER, RaterGroup.DIRECT_REPORT, RaterGroup.PEER, RaterGroup.EXTERNAL)
HEAVY = 8  # forms for one rater, beyond which HR is told


@dataclass(frozen=True, slots=True)
class Asked:
    """One rater asked about one subject."""

    subject: UUID
    rater: UUID
    group: str


@dataclass(frozen=True, slots=True)
class Edit:
    """A hand's entry on the list: somebody added, or taken off."""

    subject: UUID
    rater: UUID
    group: str
    is_added: bool


@dataclass(frozen=True, slots=True)
class Rules:
    """What the draft says about groups and numbers; `seed` fixes the draw."""

    groups: tuple[str, ...]
    sizes: Mapping[str, tuple[int, int]]  # of a group for one subject: at least, at most
    minimum: int
    seed: str
    nominated: frozenset[str] = frozenset()  # groups proposed by hand; derived only up to their least number, where the hand left room

    def most(self, group: str) -> int:
        """How many raters of a group one subject may have."""
        return self.sizes[group][1]


@dataclass
class Organisation:
    """Today's solid lines among people who work here."""

    lead_of: Mapping[UUID, UUID]
    reports_of: Mapping[UUID, Sequence[UUID]] = field(default_factory=dict)

    @classmethod
    def of_lines(cls, lines: Iterable[tuple[UUID, UUID]]) -> Organisation:
        """From (person, lead) pairs."""
        lead_of = dict(lines)
        reports: dict[UUID, list[UUID]] = defaultdict(list)
        for person, lead in lead_of.items():
            reports[lead].append(person)
        return cls(lead_of, {lead: sorted(people) for lead, people in reports.items()})


def derive(subjects: Sequence[UUID], organisation: Organisation, rules: Rules, edits: Iterable[Edit] = ()) -> list[Asked]:
    """Every (subject, rater, group), in a fixed order; the same inputs always give the same list."""
    edits_of: dict[UUID, list[Edit]] = defaultdict(list)
    for edit in edits:
        edits_of[edit.subject].append(edit)
    peers = _draw_peers(subjects, organisation, rules) if RaterGroup.PEER in rules.groups else {}
    asked: list[Asked] = []
    for subject in subjects:
        candidates = _candidates(subject, organisation, rules, peers.get(subject, ()))
        raters: dict[UUID, str] = {}
        _add(raters, candidates, [group for group in ORDER if group in rules.groups and group not in rules.nominated])
        _edit(raters, edits_of.get(subject, ()))
        _fill_up(raters, candidates, rules, but={edit.rater for edit in edits_of.get(subject, ()) if not edit.is_added})
        asked.extend(Asked(subject, rater, group) for rater, group in raters.items())
    return asked


def _candidates(subject: UUID, organisation: Organisation, rules: Rules, peers: Iterable[UUID]) -> dict[str, Iterable[UUID]]:
    """Whom the reporting line offers for each group."""
    lead = organisation.lead_of.get(subject)
    reports = _shuffled(organisation.reports_of.get(subject, ()), rules.seed) if RaterGroup.DIRECT_REPORT in rules.groups else []
    return {
        RaterGroup.SELF: [subject],
        RaterGroup.MANAGER: [lead] if lead else [],
        RaterGroup.DIRECT_REPORT: reports[: rules.most(RaterGroup.DIRECT_REPORT)],
        RaterGroup.PEER: peers,
        RaterGroup.EXTERNAL: (),
    }


def _add(raters: dict[UUID, str], candidates: Mapping[str, Iterable[UUID]], groups: Iterable[str]) -> None:
    for group in groups:
        for rater in candidates[group]:
            raters.setdefault(rater, group)


def _edit(raters: dict[UUID, str], edits: Iterable[Edit]) -> None:
    for edit in edits:
        if edit.is_added:
            raters[edit.rater] = edit.group
        else:
            raters.pop(edit.rater, None)


def _fill_up(raters: dict[UUID, str], candidates: Mapping[str, Iterable[UUID]], rules: Rules, *, but: Collection[UUID]) -> None:
    """Where fewer were nominated than a group needs, the reporting line's candidates fill the rest."""
    for group in (group for group in ORDER if group in rules.nominated and group in rules.groups):
        wanted = rules.sizes[group][0] - sum(1 for theirs in raters.values() if theirs == group)
        free = (rater for rater in candidates[group] if rater not in raters and rater not in but)
        for rater in islice(free, max(wanted, 0)):
            raters[rater] = group


def _draw_peers(subjects: Sequence[UUID], organisation: Organisation, rules: Rules) -> dict[UUID, list[UUID]]:
    """Peers under the same lead; where there are more than the maximum, drawn round a ring so that loads differ by one at most."""
    by_lead: dict[UUID, list[UUID]] = defaultdict(list)
    for subject in subjects:
        if lead := organisation.lead_of.get(subject):
            by_lead[lead].append(subject)
    drawn: dict[UUID, list[UUID]] = {}
    for lead, siblings in by_lead.items():
        ring = deque(_shuffled(organisation.reports_of[lead], rules.seed))
        wanted = min(rules.most(RaterGroup.PEER), len(ring) - 1)
        for subject in _shuffled(siblings, rules.seed):
            drawn[subject] = _take(ring, wanted, other_than=subject)
    return drawn


def _take(ring: deque[UUID], wanted: int, *, other_than: UUID) -> list[UUID]:
    """The next `wanted` of the ring, who go to its end; one never draws oneself, and keeps one's place."""
    taken: list[UUID] = []
    passed: UUID | None = None
    while len(taken) < wanted:
        rater = ring.popleft()
        if rater == other_than:
            passed = rater
        else:
            taken.append(rater)
    ring.extend(taken)
    if passed is not None:
        ring.appendleft(passed)
    return taken


def _shuffled(people: Sequence[UUID], seed: str) -> list[UUID]:
    """An order nobody chose: by a hash keyed with the cycle's seed."""
    return sorted(people, key=lambda person: hashlib.blake2b(person.bytes, key=seed.encode()[:64], digest_size=8).digest())


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A group of one subject that has too few raters to be shown by itself."""

    subject: UUID
    group: str
    invited: int
    is_merged: bool  # with all other colleagues it still reaches the minimum


@dataclass(frozen=True)
class Forecast:
    """What a launch would ask of people."""

    forms: int
    raters: int
    forms_of: Mapping[UUID, int]
    minutes_of: Mapping[UUID, int]
    shortfalls: Sequence[Shortfall]
    heavy: Sequence[tuple[UUID, int]]
    without_lead: Sequence[UUID]

    @property
    def minutes(self) -> int:
        """Minutes for everybody together."""
        return sum(self.minutes_of.values())


def forecast(asked: Sequence[Asked], subjects: Sequence[UUID], rules: Rules, minutes: Mapping[str, int]) -> Forecast:
    """Forms, minutes per person, groups that cannot reach the minimum, raters with more than eight forms."""
    forms_of: dict[UUID, int] = defaultdict(int)
    minutes_of: dict[UUID, int] = defaultdict(int)
    invited: dict[UUID, dict[str, int]] = {subject: defaultdict(int) for subject in subjects}
    for ask in asked:
        forms_of[ask.rater] += 1
        minutes_of[ask.rater] += minutes.get(ask.group, 0)
        invited[ask.subject][ask.group] += 1
    heavy = sorted(((rater, forms) for rater, forms in forms_of.items() if forms > HEAVY), key=lambda pair: (-pair[1], pair[0]))
    return Forecast(
        forms=len(asked), raters=len(forms_of), forms_of=forms_of, minutes_of=minutes_of, heavy=heavy,
        shortfalls=[short for subject in subjects for short in _shortfalls(subject, invited[subject], rules)],
        without_lead=[s for s in subjects if RaterGroup.MANAGER in rules.groups and not invited[s].get(RaterGroup.MANAGER)],
    )


def _shortfalls(subject: UUID, invited: Mapping[str, int], rules: Rules) -> list[Shortfall]:
    colleagues = {g: n for g, n in invited.items() if g not in {RaterGroup.SELF, RaterGroup.MANAGER}}
    everybody = sum(colleagues.values())
    if not everybody and {RaterGroup.PEER, RaterGroup.DIRECT_REPORT} & set(rules.groups):
        return [Shortfall(subject, RaterGroup.PEER, 0, is_merged=False)]
    return [Shortfall(subject, g, n, is_merged=everybody >= rules.minimum) for g, n in colleagues.items() if n < rules.minimum]
