"""Who leaves because a file that speaks for everybody does not name them, and who stays all the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from azimuth.kit.search import plain
from azimuth.people.importing.entries import Entries
from azimuth.people.importing.fields import Field
from azimuth.people.importing.mapping import Reach
from azimuth.people.importing.present import Known, State
from azimuth.people.importing.problems import Problem
from azimuth.people.states import Role

_UNSURE = frozenset({"ragged_row", "encoding", "formula", "missing_id"})
_NEVER_THE_LAST = (Role.HR_ADMIN, Role.SYSTEM_ADMIN)


@dataclass(frozen=True, slots=True)
class Leavers:
    """Who leaves, of how many the file speaks for, and by whose choice."""

    reach: Reach
    absent: list[Known] = field(default_factory=list)  # not in the file
    ended: dict[UUID, date] = field(default_factory=dict)  # in the file, with a day that has come
    of: int = 0

    @property
    def ids(self) -> frozenset[UUID]:
        """Keys of everybody who leaves."""
        return frozenset([*(known.id for known in self.absent), *self.ended])

    @property
    def ends_half(self) -> bool:
        """Whether half of those the file speaks for, or more, would leave."""
        return bool(self.ids) and 2 * len(self.ids) >= self.of


def leavers(found: Entries, state: State, wanted: Reach | None, by: UUID | None) -> Leavers:
    """Who leaves with this file. `wanted` None means nobody has said whom it speaks for, so that is guessed."""
    present = state.present()
    reach = wanted or guess_reach(found, state, present)
    spoken_for = _spoken_for(found, state, present, reach)
    named = {entry.known.id for entry in found.all if entry.known}
    unsure = _names_without_sure_key(found)
    absent = [known for known in spoken_for if known.id not in named and (not unsure or plain(known.name) not in unsure)]
    ended = {}
    for entry in found.sound():
        day = entry.values.get(Field.ENDED_ON)
        if entry.known and isinstance(day, date) and day <= state.on and not entry.known.has_left(state.on):
            ended[entry.known.id] = day
    kept = _kept(state, present, {known.id for known in absent} | ended.keys(), by)
    for person, why in kept.items():
        found.problems.append(Problem("keeps_last", says={"person": state.people[person].called, "why": why}))
    for entry in found.all:
        if entry.person in kept:
            entry.values.pop(Field.ENDED_ON, None)
    return Leavers(
        reach, [known for known in absent if known.id not in kept], {person: day for person, day in ended.items() if person not in kept},
        len(present) if reach == Reach.PART else len({known.id for known in spoken_for} | ended.keys()),
    )


def _names_without_sure_key(found: Entries) -> set[str]:
    """Names in rows whose key is missing or may be wrong: people of these names may be the ones meant, so they stay."""
    rows = {problem.row for problem in found.problems if problem.code in _UNSURE}
    return {plain(entry.name) for entry in found.all if entry.known is None and entry.name and (entry.row in rows or not (entry.employee_id or entry.email))}


def guess_reach(found: Entries, state: State, present: Sequence[Known] | None = None) -> Reach:
    """Whom a file speaks for if nobody says: the organisations at the top of its units where it names any, all where it
    names somebody who is here, and only the people in it where everybody is new."""
    present = state.present() if present is None else present
    named = {entry.known.id for entry in found.all if entry.known}
    if not any(known.id in named for known in present):
        return Reach.PART
    return Reach.ROOTS if any(len(entry.unit) > 1 for entry in found.all) else Reach.ALL


def _spoken_for(found: Entries, state: State, present: Sequence[Known], reach: Reach) -> list[Known]:
    """The people here the file should name: of its kind (numbers where it has numbers) and in its organisations."""
    if reach == Reach.PART:
        return []
    has_ids = any(entry.employee_id for entry in found.all)
    people = [known for known in present if (known.employee_id if has_ids else known.email)]
    if reach == Reach.ALL:
        return people
    roots = _roots(found, state, people)
    return [known for known in people if state.root(known.unit) in roots]


def _roots(found: Entries, state: State, people: Sequence[Known]) -> set[UUID | None]:
    """Top units the file names, and those most of whose people it names under whatever top (an organisation renamed)."""
    named = {entry.known.id for entry in found.all if entry.known}
    roots = {state.root(entry.place) for entry in found.all if isinstance(entry.place, UUID)}
    totals = Counter(state.root(known.unit) for known in people)
    covered = Counter(state.root(known.unit) for known in people if known.id in named)
    known_tops = {unit.name.casefold(): unit.id for unit in state.units.values() if unit.parent is None}
    roots |= {known_tops[entry.place[0].casefold()] for entry in found.all if isinstance(entry.place, tuple) and entry.place[0].casefold() in known_tops}
    return roots | {root for root, count in covered.items() if root is not None and 2 * count >= totals[root]}


def _kept(state: State, present: Sequence[Known], going: set[UUID], by: UUID | None) -> dict[UUID, str]:
    """People who may not leave by a file: whoever imports it, and the last who can administer."""
    kept = {by: _("it is you who imports it.")} if by in going and by is not None else {}
    for role in _NEVER_THE_LAST:
        holders = [known.id for known in present if role in known.roles]
        if holders and all(person in going and person not in kept for person in holders):
            kept[holders[0]] = _("nobody else would be left with the role “%(role)s”.") % {"role": role.label}
    return kept
