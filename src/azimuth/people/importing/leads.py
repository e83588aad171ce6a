"""Who reports to whom: names and numbers become persons, and no line may close a circle."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from azimuth.kit.search import plain
from azimuth.people.importing.entries import Entries, Entry
from azimuth.people.importing.fields import Field
from azimuth.people.importing.present import Known, State
from azimuth.people.importing.problems import Problem

_SHOWN_OF_A_LOOP = 12


@dataclass(frozen=True, slots=True)
class _Someone:
    """Whom a lead's name may mean: a row of the file, or a person only the database knows."""

    entry: Entry | None
    known: Known | None

    @property
    def person(self) -> UUID | None:
        if self.entry:
            return self.entry.person
        return self.known.id if self.known else None

    @property
    def called(self) -> str:
        return (self.entry.called if self.entry else "") or (self.known.called if self.known else "")


def lead(found: Entries, state: State, leaving: Set[UUID]) -> None:
    """Give every entry its lead and dotted leads, and name what is wrong: absent, leaving, unclear, oneself, circles."""
    names = _Names(found, state)
    for entry in found.all:
        if entry.has_left(state.on):
            continue  # the file moves nobody who has left
        if entry.lead:
            _solid(found, entry, names, state, leaving)
        if entry.dotted:
            _dotted(found, entry, names, state, leaving)
    settle(found, state, leaving)


def settle(found: Entries, state: State, leaving: Set[UUID]) -> None:
    """Look for circles until there are none: a row set aside may leave an old line standing, and that may close another one.

    To be asked again when more rows were found faulty.
    """
    more = True
    while more:
        _keep_where_lead_is_set_aside(found, state)
        more = _name_loops(found, _loops(lines_after(found, state, leaving)), state)


def lines_after(found: Entries, state: State, leaving: Set[UUID]) -> dict[UUID, UUID]:
    """The solid lines as they will be: of those who stay and are not changed, and of the entries that can be applied."""
    back = {entry.person for entry in found.sound() if not entry.has_left(state.on)}
    after = {
        known.id: known.lead for known in state.people.values()
        if known.lead and known.id not in leaving and known.lead not in leaving and (known.id in back or not known.has_left(state.on))
    }
    if Field.LEAD in found.columns:
        for entry in found.sound():
            if entry.keeps_lead:
                continue
            if entry.lead_id and not entry.has_left(state.on):
                after[entry.person] = entry.lead_id
            else:
                after.pop(entry.person, None)
    return after


def say_missing(found: Entries, after: Mapping[UUID, UUID], on: date) -> None:
    """Name people without a lead beside the head, who is whoever has most people below; a file without any lead is named once."""
    if Field.LEAD not in found.columns or not found.all:
        return
    if not any(entry.lead for entry in found.all):
        if len(found.all) > 1:
            found.problems.append(Problem("no_leads", None, found.columns[Field.LEAD]))
        return
    heads = [entry for entry in found.sound() if not entry.lead and not entry.has_left(on)]
    if len(heads) > 1:
        below = Counter(_top(person, after) for person in after)
        head = max(heads, key=lambda entry: below[entry.person])
        for entry in heads:
            if entry is not head:
                found.fault(entry, "missing_lead", Field.LEAD, head=head.called)


class _Names:
    """Everything a lead can be called by: employee number, e-mail, name; in the file first, then in the database."""

    def __init__(self, found: Entries, state: State) -> None:
        self._keys: dict[str, _Someone] = {}
        self._names: dict[str, dict[UUID, _Someone]] = defaultdict(dict)
        in_file = {entry.known.id for entry in found.all if entry.known}
        people = [_Someone(entry, entry.known) for entry in found.all]
        people += [_Someone(None, known) for known in state.people.values() if known.id not in in_file]
        for key in ("employee_id", "email"):
            for someone in people:
                source = someone.entry or someone.known
                value = getattr(source, key)
                if value:
                    self._keys.setdefault(value, someone)
                    self._keys.setdefault(value.casefold(), someone)
        for someone in people:
            source = someone.entry or someone.known
            if source and someone.person and not (someone.entry is None and someone.known and someone.known.has_left(state.on)):
                self._names[plain(source.name)][someone.person] = someone

    def find(self, text: str) -> list[_Someone]:
        """Whom a text means: one, none, or several of the same name."""
        someone = self._keys.get(text) or self._keys.get(text.casefold())
        if someone:
            return [someone]
        last, comma, first = text.partition(",")
        same = self._names.get(plain(text)) or (self._names.get(plain(f"{first} {last}")) if comma else None) or {}
        return list(same.values())


def _solid(found: Entries, entry: Entry, names: _Names, state: State, leaving: Set[UUID]) -> None:
    someone = _resolve(found, entry, Field.LEAD, entry.lead, names, state, leaving)
    if someone is None:
        return
    if someone.person == entry.person or (someone.entry and entry.employee_id and someone.entry.employee_id == entry.employee_id):
        found.fault(entry, "self_lead", Field.LEAD, entry.lead)
        return
    entry.lead_id = someone.person


def _dotted(found: Entries, entry: Entry, names: _Names, state: State, leaving: Set[UUID]) -> None:
    leads = set()
    for text in entry.dotted:
        someone = _resolve(found, entry, Field.DOTTED_LEAD, text, names, state, leaving)
        if someone and someone.person == entry.person:
            found.fault(entry, "self_lead", Field.DOTTED_LEAD, text)
        elif someone and someone.person and someone.person != entry.lead_id:
            leads.add(someone.person)
    entry.dotted_ids = frozenset(leads)


def _resolve(found: Entries, entry: Entry, where: Field, text: str, names: _Names, state: State, leaving: Set[UUID]) -> _Someone | None:
    meant = names.find(text)
    if len(meant) != 1:
        found.fault(entry, "lead_unclear" if meant else "lead_not_in_file", where, text, count=len(meant))
        return None
    someone = meant[0]
    if _is_gone(someone, state, leaving):
        found.fault(entry, "lead_leaves", where, text, lead=someone.called)
        return None
    return someone


def _is_gone(someone: _Someone, state: State, leaving: Set[UUID]) -> bool:
    """Whether a lead has left or leaves: by the database, by not being in the file, or by the file's own word."""
    if someone.entry is None:
        return someone.known is not None and (someone.known.id in leaving or someone.known.has_left(state.on))
    return someone.entry.is_passed_over or (someone.entry.has_left(state.on) and not someone.entry.is_faulty)


def _top(person: UUID, after: Mapping[UUID, UUID]) -> UUID:
    seen = {person}
    while (above := after.get(person)) is not None and above not in seen:
        seen.add(above)
        person = above
    return person


def _loops(after: Mapping[UUID, UUID]) -> list[list[UUID]]:
    """Every circle of lines, each once."""
    loops: list[list[UUID]] = []
    settled: set[UUID] = set()
    for start in after:
        trail: dict[UUID, int] = {}
        at: UUID | None = start
        while at is not None and at not in settled and at not in trail:
            trail[at] = len(trail)
            at = after.get(at)
        if at is not None and at in trail:
            loops.append(list(trail)[trail[at]:])
        settled.update(trail)
    return loops


def _name_loops(found: Entries, loops: Iterable[list[UUID]], state: State) -> bool:
    """Name each circle at every row that is part of it, beginning with that row; False when no row is (an old circle)."""
    by_person = {entry.person: entry for entry in found.sound()}
    any_named = False
    for loop in loops:
        called = [by_person[person].called if person in by_person else state.people[person].called for person in loop]
        for place, person in enumerate(loop):
            if person in by_person:
                any_named = True
                found.fault(by_person[person], "lead_cycle", Field.LEAD, by_person[person].lead, loop=_shown(called, place))
    return any_named


def _shown(called: Sequence[str], start: int) -> str:
    """A circle from one of its people round to the same again; the middle of a very long one is left out."""
    count = min(len(called), _SHOWN_OF_A_LOOP)
    names = [called[(start + step) % len(called)] for step in range(count)]
    return " → ".join([*names, *(["…"] if count < len(called) else []), called[start]])


def _keep_where_lead_is_set_aside(found: Entries, state: State) -> None:
    """A lead whose own row is set aside and whom we do not know yet cannot lead: their people keep the lead they have."""
    missing = {entry.person for entry in found.all if entry.is_faulty and (entry.known is None or entry.known.has_left(state.on))}
    for entry in found.sound() if missing else ():
        if entry.lead_id in missing:
            entry.lead_id, entry.keeps_lead = None, True
            found.fault(entry, "lead_set_aside", Field.LEAD, entry.lead)
        entry.dotted_ids -= missing
