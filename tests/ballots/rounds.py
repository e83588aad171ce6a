"""A round for tests: a questionnaire, raters in groups, their sheets in a box."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from azimuth.ballots.actions import save_sheet
from azimuth.ballots.models import Box
from azimuth.ballots.opening import SubjectSheets
from azimuth.people.models import Person

LISTENS, EXPLAINS, DECIDES = (str(uuid.UUID(int=n)) for n in (11, 12, 13))
KEEP, CHANGE = (str(uuid.UUID(int=n)) for n in (21, 22))
TALK, DRIVE = (str(uuid.UUID(int=n)) for n in (31, 32))


def question(key: str, kind: str = "item", asked_of: Sequence[str] = ()) -> dict[str, Any]:
    """One question of a snapshot."""
    return {"key": key, "kind": kind, "text": "…", "wordings": {}, "asked_of": list(asked_of), "required": False}


def snapshot(*sections: tuple[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """A snapshot on a scale of one to five; by default two competencies and two prompts."""
    chosen = sections or (
        (TALK, [question(LISTENS), question(EXPLAINS), question(KEEP, "prompt")]),
        (DRIVE, [question(DECIDES), question(CHANGE, "prompt")]),
    )
    return {
        "scale": {"points": [{"value": value} for value in range(1, 6)]},
        "sections": [{"key": key, "title": "…", "questions": questions} for key, questions in chosen],
    }


def person(name: str) -> Person:
    """Somebody without a unit or an account: raters are many."""
    return Person.objects.create(name=name)


@dataclass(frozen=True)
class Round:
    """One subject's raters: (person, group, ticket, whether submitted) each."""

    about: Person
    asked: list[tuple[Person, str, uuid.UUID, bool]]

    @property
    def sheets(self) -> SubjectSheets:
        """What the count is told."""
        return SubjectSheets.gather(self.about.pk, [(group, ticket, done) for _, group, ticket, done in self.asked])


def answered(box: Box, groups: Mapping[str, Sequence[dict[str, Any] | None]], *, drafts: int = 0) -> Round:
    """Everybody in `groups` was asked; those with a sheet submitted it; `drafts` peers only began."""
    about = person("Ada Novak")
    asked = []
    for group, sheets in groups.items():
        for number, sheet in enumerate(sheets):
            rater, ticket = person(f"{group} {number}"), uuid.uuid4()
            if sheet is not None:
                save_sheet(box, ticket, sheet, by=rater, seen=None)
            asked.append((rater, group, ticket, sheet is not None))
    for number in range(drafts):
        rater, ticket = person(f"draft {number}"), uuid.uuid4()
        save_sheet(box, ticket, sheet_of(1), by=rater, seen=None)
        asked.append((rater, "peer", ticket, False))
    return Round(about, asked)


def sheet_of(score: int, text: str = "") -> dict[str, Any]:
    """The same score everywhere, and one comment."""
    return {"scores": dict.fromkeys((LISTENS, EXPLAINS, DECIDES), score), "texts": {KEEP: text} if text else {}}
