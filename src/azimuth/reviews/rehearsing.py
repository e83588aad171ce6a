"""What a launch would ask of whom and what stands in its way, out of a plan and a few facts about people. Pure."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from azimuth.questionnaires.models import RaterGroup
from azimuth.reviews.planning import HEAVY, Asked, Edit, Forecast, Organisation

NAMED = 500  # people a problem names; all are counted, and its remedy is for all


@dataclass(frozen=True, slots=True)
class Fact:
    """What a rehearsal needs to know of somebody."""

    name: str
    search_text: str
    unit: str
    has_address: bool
    leaves_on: date | None
    is_external: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """What would be asked of one person."""

    key: UUID
    own: int
    others: int
    minutes: int
    is_subject: bool
    lead: str


@dataclass(frozen=True, slots=True)
class Problem:
    """One kind of problem and the people it touches, in the order of their names; `code` names its remedy too."""

    code: str
    people: Sequence[UUID]

    def shown(self, facts: Mapping[UUID, Fact]) -> dict[str, Any]:
        """As JSON: the first are named."""
        named = [{"key": str(key), "name": facts[key].name} for key in self.people[:NAMED]]
        return {"code": self.code, "count": len(self.people), "people": named}


def digest(asked: Iterable[Asked]) -> str:
    """A hash over every task, whatever their order."""
    lines = sorted(f"{ask.subject.hex}{ask.rater.hex}{ask.group}" for ask in asked)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def rows(asked: Iterable[Asked], subjects: Collection[UUID], organisation: Organisation, facts: Mapping[UUID, Fact], minutes: Mapping[str, int]) -> list[Row]:
    """One row for everybody who is asked or is a subject."""
    own: Counter[UUID] = Counter()
    others: Counter[UUID] = Counter()
    needed: Counter[UUID] = Counter()
    for ask in asked:
        (own if ask.group == RaterGroup.SELF else others)[ask.rater] += 1
        needed[ask.rater] += minutes.get(ask.group, 0)
    about = set(subjects)
    return [Row(key, own[key], others[key], needed[key], key in about, _lead(key, organisation, facts)) for key in facts if key in about or own[key] or others[key]]


def _lead(key: UUID, organisation: Organisation, facts: Mapping[UUID, Fact]) -> str:
    lead = organisation.lead_of.get(key)
    return facts[lead].name if lead and lead in facts else ""


def problems(asked: Sequence[Asked], subjects: Sequence[UUID], what: Forecast, facts: Mapping[UUID, Fact], *, ends_on: date) -> list[Problem]:
    """What HR should look at before launching; empty ones left out. The order is by how much is lost if nobody looks."""
    raters = {ask.rater for ask in asked}
    leaving = {key for key, fact in facts.items() if fact.leaves_on and fact.leaves_on <= ends_on}
    hidden = {short.subject for short in what.shortfalls if not short.is_merged}
    found = [
        Problem("hidden", [key for key in subjects if key in hidden]),
        Problem("leaving_subjects", [key for key in subjects if key in leaving]),
        Problem("leaving_raters", _by_name(raters & leaving - set(subjects), facts)),
        Problem("unreachable", _by_name({key for key in raters if not facts[key].has_address}, facts)),
        Problem("overloaded", [rater for rater, _forms in what.heavy]),
        Problem("small_groups", list(dict.fromkeys(short.subject for short in what.shortfalls if short.is_merged))),
        Problem("without_lead", list(what.without_lead)),
    ]
    return [problem for problem in found if problem.people]


def _by_name(keys: Iterable[UUID], facts: Mapping[UUID, Fact]) -> list[UUID]:
    return sorted(keys, key=lambda key: (facts[key].search_text, key))


def more_peers(asked: Sequence[Asked], subjects: Collection[UUID], nearby: Mapping[UUID, Sequence[UUID]], *, wanted: int) -> list[Edit]:
    """Further peers for subjects with fewer than `wanted`, out of who is nearby and not asked about them yet; who has fewest forms first."""
    load, asked_about = Counter(ask.rater for ask in asked), _asked_about(asked)
    peers = Counter(ask.subject for ask in asked if ask.group == RaterGroup.PEER)
    edits: list[Edit] = []
    for subject in subjects:
        free = [key for key in nearby.get(subject, ()) if key != subject and key not in asked_about[subject]]
        for rater in sorted(free, key=lambda key: load[key])[: max(0, wanted - peers[subject])]:
            load[rater] += 1
            edits.append(Edit(subject, rater, RaterGroup.PEER, is_added=True))
    return edits


def shared_out(asked: Sequence[Asked], heavy: Collection[UUID], organisation: Organisation, *, least: int) -> list[Edit]:
    """Take peers' forms off overloaded raters: others under the same lead with room take them; without any, the form goes where `least` peers remain."""
    load, asked_about = Counter(ask.rater for ask in asked), _asked_about(asked)
    peers = Counter(ask.subject for ask in asked if ask.group == RaterGroup.PEER)
    edits: list[Edit] = []
    for ask in asked:
        if ask.rater not in heavy or ask.group != RaterGroup.PEER or load[ask.rater] <= HEAVY:
            continue
        siblings = organisation.reports_of.get(organisation.lead_of.get(ask.subject, ask.subject), ())
        room = [key for key in siblings if key != ask.subject and key not in asked_about[ask.subject] and load[key] < HEAVY]
        if room:
            taker = min(room, key=lambda key: (load[key], key))
            load[taker] += 1
            asked_about[ask.subject].add(taker)
            edits.append(Edit(ask.subject, taker, RaterGroup.PEER, is_added=True))
        elif peers[ask.subject] > least:
            peers[ask.subject] -= 1
        else:
            continue
        load[ask.rater] -= 1
        edits.append(Edit(ask.subject, ask.rater, "", is_added=False))
    return edits


def _asked_about(asked: Iterable[Asked]) -> dict[UUID, set[UUID]]:
    raters: dict[UUID, set[UUID]] = defaultdict(set)
    for ask in asked:
        raters[ask.subject].add(ask.rater)
    return raters
