"""The plan of an import: a file beside the organisation as it stands. Pure: it asks nothing and writes nothing."""

from __future__ import annotations

import gc
import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from azimuth.people.importing import leads, matching, units
from azimuth.people.importing.comparing import DEEDS, Comparer, Kind, Outcome, namer
from azimuth.people.importing.entries import Entries, collect
from azimuth.people.importing.fields import AttributeField, Field
from azimuth.people.importing.leaving import Leavers, leavers
from azimuth.people.importing.mapping import ColumnMap, Options, Reach, faults
from azimuth.people.importing.matching import Guard
from azimuth.people.importing.power import Gain, gains
from azimuth.people.importing.present import State
from azimuth.people.importing.problems import Problem
from azimuth.people.importing.reading import Sheet
from azimuth.people.importing.units import Path


def anybody(_roles: frozenset[str]) -> bool:
    """The guard of the command line: whoever runs it administers the machine."""
    return True


@dataclass(frozen=True)
class Asked:
    """Everything a plan is made of besides the database: the sheet, how to read it, what the person decided, who asks."""

    sheet: Sheet
    columns: ColumnMap
    options: Options = field(default_factory=Options)
    attributes: Sequence[AttributeField] = ()
    by: UUID | None = None
    may_change_address: Guard = anybody


@dataclass
class Plan:
    """What an import would do. Faulty rows stand in `outcomes` as set aside; whether the rest is applied is not the plan's to say."""

    on: date
    reach: Reach
    rows: int
    ignored: list[str]
    outcomes: list[Outcome] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    created_units: list[Path] = field(default_factory=list)
    opened_units: list[UUID] = field(default_factory=list)
    alike: list[tuple[Path, Path]] = field(default_factory=list)
    gains: list[Gain] = field(default_factory=list)
    leaderless: list[UUID] = field(default_factory=list)  # not changed by the file, but their lead leaves
    leaving: int = 0
    spoken_for: int = 0
    ends_half: bool = False

    @property
    def counts(self) -> dict[str, int]:
        """How many people are new, changed, moved, leaving, back, unchanged, and how many units are created."""
        found = Counter(kind for outcome in self.outcomes for kind in outcome.kinds)
        shown = (Kind.NEW, Kind.CHANGED, Kind.MOVED, Kind.LEAVING, Kind.BACK, Kind.UNCHANGED)
        return {**{kind.value: found[kind] for kind in shown}, "units": len(self.created_units)}

    @property
    def set_aside(self) -> int:
        """How many rows have a fault."""
        return sum(Kind.SET_ASIDE in outcome.kinds for outcome in self.outcomes)

    @property
    def taken(self) -> int:
        """How many rows of the file are or would be applied, unchanged ones among them."""
        return sum(outcome.entry is not None and not {Kind.SET_ASIDE, Kind.PASSED_OVER} & set(outcome.kinds) for outcome in self.outcomes)

    @property
    def blocking(self) -> list[Problem]:
        """Faults of the file as a whole: nothing can be applied while they stand."""
        return [problem for problem in self.problems if problem.is_fault and problem.row is None]

    @property
    def does_nothing(self) -> bool:
        """Whether applying it would change nothing."""
        return not any(outcome.does_something for outcome in self.outcomes) and not self.created_units and not self.opened_units

    @property
    def digest(self) -> str:
        """The same for the same deeds: by it a plan made anew is compared with the one the person agreed to."""
        rows = {outcome.person: outcome.entry.row for outcome in self.outcomes if outcome.entry and not outcome.entry.known}
        deeds = [
            (rows.get(outcome.person) or str(outcome.person), outcome.kinds, [(change.field, change.before, change.after) for change in outcome.changes],
             {code: str(value) for code, value in outcome.values.items()} if Kind.NEW in outcome.kinds else None)
            for outcome in self.outcomes if outcome.does_something or Kind.SET_ASIDE in outcome.kinds
        ]
        parts = [deeds, self.created_units, [str(key) for key in self.opened_units], sorted(str(key) for key in self.leaderless)]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def make(asked: Asked, state: State) -> Plan:
    """Compare a sheet with the organisation: every change, every problem, who leaves, who gains power."""
    with _collector_resting():
        return _make(asked, state)


@contextmanager
def _collector_resting() -> Iterator[None]:
    """A plan of 60,000 people is a million small objects and no garbage: looking through them again and again took a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _make(asked: Asked, state: State) -> Plan:
    plan = Plan(state.on, asked.options.reach or Reach.PART, len(asked.sheet.rows), asked.columns.unused(asked.sheet.header))
    plan.problems = faults(asked.columns)
    if plan.problems:
        return plan
    found = collect(asked.sheet, asked.columns, asked.attributes)
    matching.match(found, state, asked.may_change_address)
    placed = units.place(found, state, asked.options.merges, creates=asked.options.creates_units)
    going = _confirmed(plan, found, leavers(found, state, asked.options.reach, asked.by), asked.options)
    leads.lead(found, state, going.ids)
    while matching.check_addresses(found, state):
        leads.settle(found, state, going.ids)
    after = leads.lines_after(found, state, going.ids)
    leads.say_missing(found, after, state.on)
    name_of = namer(found.all, state.people)
    comparer = Comparer(state, frozenset(asked.columns.columns), name_of)
    plan.outcomes = [comparer.outcome(entry) for entry in found.all] + [comparer.absent(known) for known in going.absent]
    plan.created_units, plan.opened_units, plan.alike = units.created_for(placed, found.sound()), placed.opened, placed.alike
    before = {known.id: known.lead for known in state.present() if known.lead}
    plan.gains = gains(before, after, plan.outcomes, name_of, asked.by)
    _say_leaderless(plan, found, state, going)
    plan.problems += found.problems
    plan.problems.sort(key=lambda problem: (problem.row is not None, problem.row or 0))
    return plan


def _confirmed(plan: Plan, found: Entries, going: Leavers, options: Options) -> Leavers:
    """Who leaves. Half of those the file speaks for do not leave unconfirmed: either that stands in the way of the whole file, or
    it is withheld and those who are not in the file stay."""
    plan.reach, plan.leaving, plan.spoken_for, plan.ends_half = going.reach, len(going.ids), going.of, going.ends_half
    if not going.ends_half or options.may_end_half:
        return going
    says = {"leaving": plan.leaving, "of": plan.spoken_for}
    plan.problems.append(Problem("ended_half", value=str(plan.leaving), says=says, is_only_said=options.withholds_ending))
    if not options.withholds_ending:
        return going
    for entry in found.all:
        if entry.person in going.ended:
            entry.values.pop(Field.ENDED_ON)
    plan.reach = Reach.PART
    return replace(going, reach=Reach.PART, absent=[], ended={})


def _say_leaderless(plan: Plan, found: Entries, state: State, going: Leavers) -> None:
    """Who loses a lead because the lead leaves."""
    gets_lead = {entry.person for entry in found.sound() if Field.LEAD in found.columns and not entry.keeps_lead}
    for known in state.people.values():
        if known.lead in going.ids and known.id not in going.ids and known.id not in gets_lead:
            plan.leaderless.append(known.id)
            if not known.has_left(state.on):
                says = {"person": known.called, "lead": state.people[known.lead].called}
                found.problems.append(Problem("lead_ends", says=says))


__all__ = ["DEEDS", "Asked", "Plan", "anybody", "make"]
