"""What changes for one person: the entry beside what we know, field by field."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from azimuth.people.importing.entries import Entry
from azimuth.people.importing.fields import ATTRIBUTE, KEPT_WHEN_EMPTY, TEXTS, Field
from azimuth.people.importing.present import COLUMNS, Known, State

NameOf = Callable[[UUID | None], str]


class Kind(StrEnum):
    """What an import does with a row or person. One can be changed and moved at once."""

    NEW = "new"
    CHANGED = "changed"
    MOVED = "moved"
    LEAVING = "leaving"
    BACK = "back"
    UNCHANGED = "unchanged"
    SET_ASIDE = "set_aside"
    PASSED_OVER = "passed_over"


@dataclass(frozen=True, slots=True)
class Change:
    """One field before and after, as it is shown."""

    field: str
    before: str
    after: str


@dataclass(slots=True)
class Outcome:
    """What becomes of one person. `values` are new values of columns by field, `attributes` the whole new set or None."""

    entry: Entry | None
    known: Known | None
    kinds: list[Kind] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    attributes: dict[str, Any] | None = None
    has_new_unit: bool = False
    has_new_lead: bool = False
    has_new_dotted: bool = False
    ends_on: date | None = None

    @property
    def person(self) -> UUID:
        """The person's key, known or to be."""
        return self.entry.person if self.entry else self.known.id  # type: ignore[union-attr]

    @property
    def name(self) -> str:
        """The name as it will be."""
        return (self.entry.name if self.entry else "") or (self.known.name if self.known else "")

    @property
    def does_something(self) -> bool:
        """Whether applying it changes a row."""
        return any(kind in DEEDS for kind in self.kinds)


DEEDS = frozenset({Kind.NEW, Kind.CHANGED, Kind.MOVED, Kind.LEAVING, Kind.BACK})


@dataclass(frozen=True, slots=True)
class Comparer:
    """Compares entries with a state. `mapped` are the fields the file has; `name_of` says who a key is."""

    state: State
    mapped: frozenset[str]
    name_of: NameOf

    def outcome(self, entry: Entry) -> Outcome:
        """What becomes of an entry."""
        found = Outcome(entry, entry.known)
        if entry.is_faulty:
            found.kinds.append(Kind.SET_ASIDE)
        elif entry.is_passed_over:
            found.kinds.append(Kind.PASSED_OVER)
        elif entry.known is None:
            self._new(found, entry)
        else:
            self._known(found, entry, entry.known)
        return found

    def _new(self, found: Outcome, entry: Entry) -> None:
        found.kinds.append(Kind.NEW)
        found.values = {code: value for code, value in entry.values.items() if code in COLUMNS and value not in {None, ""}}
        found.attributes = {code.removeprefix(ATTRIBUTE): value for code, value in entry.values.items() if code.startswith(ATTRIBUTE) and value is not None}
        found.has_new_unit = entry.place is not None
        found.has_new_lead = entry.lead_id is not None
        found.has_new_dotted = bool(entry.dotted_ids)
        found.changes = [Change(Field.UNIT, "", self._unit(entry.place))] if entry.place else []
        if entry.lead_id:
            found.changes.append(Change(Field.LEAD, "", self.name_of(entry.lead_id)))

    def _known(self, found: Outcome, entry: Entry, known: Known) -> None:
        self._columns(found, entry, known)
        self._attributes(found, entry, known)
        if found.changes:
            found.kinds.append(Kind.CHANGED)
        if not entry.has_left(self.state.on) and self._place(found, entry, known):
            found.kinds.append(Kind.MOVED)
        self._dates(found, entry, known)
        if not found.kinds:
            found.kinds.append(Kind.UNCHANGED)

    def _columns(self, found: Outcome, entry: Entry, known: Known) -> None:
        for code in COLUMNS:
            if code == Field.ENDED_ON or (code not in self.mapped and code != Field.NAME):
                continue
            before, after = known.values[code], entry.values.get(code)
            if not after and (code in KEPT_WHEN_EMPTY or not before or code not in TEXTS):
                continue
            if after == before or (code == Field.EMAIL and str(after).casefold() == known.email.casefold()):
                continue
            found.values[code] = after
            found.changes.append(Change(code, show(before), show(after)))

    def _attributes(self, found: Outcome, entry: Entry, known: Known) -> None:
        after = dict(known.attributes)
        for code, value in entry.values.items():
            if not code.startswith(ATTRIBUTE):
                continue
            key = code.removeprefix(ATTRIBUTE)
            before = after.get(key)
            if before != value:
                found.changes.append(Change(code, show(before), show(value)))
                after[key] = value
                if value is None:
                    del after[key]
        if after != known.attributes:
            found.attributes = after

    def _place(self, found: Outcome, entry: Entry, known: Known) -> bool:
        if entry.place is not None and entry.place != known.unit:
            found.has_new_unit = True
            found.changes.append(Change(Field.UNIT, self._unit(known.unit), self._unit(entry.place)))
        if Field.LEAD in self.mapped and not entry.keeps_lead and entry.lead_id != known.lead:
            found.has_new_lead = True
            found.changes.append(Change(Field.LEAD, self.name_of(known.lead), self.name_of(entry.lead_id)))
        if Field.DOTTED_LEAD in self.mapped and entry.dotted_ids != known.dotted:
            found.has_new_dotted = True
            found.changes.append(Change(Field.DOTTED_LEAD, self._people(known.dotted), self._people(entry.dotted_ids)))
        return found.has_new_unit or found.has_new_lead or found.has_new_dotted

    def _dates(self, found: Outcome, entry: Entry, known: Known) -> None:
        """The end: whoever the file has without one works here; a day to come is a change, a day that has come is leaving."""
        before, after = known.values[Field.ENDED_ON], entry.values.get(Field.ENDED_ON)
        if before == after or (after is None and before is not None and not known.has_left(self.state.on) and Field.ENDED_ON not in entry.values):
            return
        found.values[Field.ENDED_ON] = after
        found.changes.append(Change(Field.ENDED_ON, show(before), show(after)))
        if known.has_left(self.state.on) and (after is None or after > self.state.on):
            found.kinds.insert(0, Kind.BACK)
        elif after is not None and after <= self.state.on and not known.has_left(self.state.on):
            found.kinds = [Kind.LEAVING]
            found.ends_on = after
        elif Kind.CHANGED not in found.kinds:
            found.kinds.append(Kind.CHANGED)

    def absent(self, known: Known) -> Outcome:
        """What becomes of somebody the file does not name though it speaks for them."""
        started = known.values[Field.STARTED_ON]
        day = max(self.state.on, started) if started else self.state.on
        return Outcome(None, known, [Kind.LEAVING], [Change(Field.ENDED_ON, show(known.values[Field.ENDED_ON]), show(day))], {Field.ENDED_ON: day}, ends_on=day)

    def _unit(self, place: UUID | Sequence[str] | None) -> str:
        if place is None:
            return ""
        return " › ".join(self.state.unit_path(place) if isinstance(place, UUID) else place)

    def _people(self, people: frozenset[UUID]) -> str:
        return ", ".join(sorted(self.name_of(person) for person in people))


def show(value: object) -> str:
    """A value as a change shows it."""
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)


def namer(entries: Sequence[Entry], people: Mapping[UUID, Known]) -> NameOf:
    """A function that says who a key is, the file's own words first."""
    names = {person: known.called for person, known in people.items()}
    names.update((entry.person, entry.called) for entry in entries if entry.name)
    return lambda person: names.get(person, "") if person else ""
