"""Who gains power by an import: who comes to lead people, or many more of them, and whose address opens an office."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from azimuth.people.importing.comparing import NameOf, Outcome
from azimuth.people.importing.fields import Field

_MANY = 5  # more people below than before, and at least twice as many: worth naming


@dataclass(frozen=True, slots=True)
class Gain:
    """One person's gain. `before` and `after` count everybody below them ("lead"), or are addresses ("address")."""

    kind: str  # "lead": leads nobody today; "more": many more than today; "address": an office is opened by a new address
    person: UUID
    name: str
    before: str
    after: str
    direct: int = 0
    is_you: bool = False

    def as_json(self) -> dict[str, object]:
        """JSON values, without the key: rows that are new have none yet."""
        return {"kind": self.kind, "name": self.name, "before": self.before, "after": self.after, "count": int(self.after) if self.after.isdecimal() else 0, "direct": self.direct, "is_you": self.is_you}


def gains(before: Mapping[UUID, UUID], after: Mapping[UUID, UUID], outcomes: Sequence[Outcome], name_of: NameOf, by: UUID | None) -> list[Gain]:
    """Everybody who gains, the widest reach first. `before` and `after` give each person's lead."""
    below_before, below_after = below(before), below(after)
    direct = Counter(after.values())
    found = []
    for lead, count in below_after.items():
        had = below_before.get(lead, 0)
        if not had or (count - had >= _MANY and count >= 2 * had):
            found.append(Gain("more" if had else "lead", lead, name_of(lead), str(had), str(count), direct[lead], is_you=lead == by))
    found.sort(key=lambda gain: (-int(gain.after), gain.name))
    for outcome in outcomes:
        if outcome.known and outcome.known.roles and Field.EMAIL in outcome.values:
            found.insert(0, Gain("address", outcome.person, outcome.name, outcome.known.email, outcome.values[Field.EMAIL], is_you=outcome.person == by))
    return found


def below(lines: Mapping[UUID, UUID]) -> dict[UUID, int]:
    """How many people stand below each lead, directly or through others. A circle's people count once each."""
    waiting = Counter(lines.values())
    counts: Counter[UUID] = Counter()
    ready = [person for person in lines if person not in waiting]
    while ready:
        person = ready.pop()
        lead = lines.get(person)
        if lead is None:
            continue
        counts[lead] += counts[person] + 1
        waiting[lead] -= 1
        if not waiting[lead]:
            ready.append(lead)
    for lead in waiting:
        counts[lead] = max(counts[lead], 1)
    return dict(counts)
