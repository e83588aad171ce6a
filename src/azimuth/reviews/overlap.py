"""Which items two questionnaires share. Pure: used by the wizard before, and by the count after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from azimuth.questionnaires import queries as questionnaires

Snapshot = Mapping[str, Any]


@dataclass(frozen=True)
class Overlap:
    """`same` maps the key of an item asked now to the key of the same item then; `asked` is how many items are asked now."""

    same: Mapping[str, str]
    asked: int
    is_same_scale: bool

    @property
    def can_compare(self) -> bool:
        """Whether anything at all can be set side by side."""
        return self.is_same_scale and bool(self.same)


def of(now: Snapshot, then: Snapshot) -> Overlap:
    """An item is the same where its key is, or its words are and the same groups are asked; nothing is on another scale."""
    then_items = questionnaires.all_items(dict(then))
    by_key, by_words = {item["key"]: item["key"] for item in then_items}, {_words(item): item["key"] for item in then_items}
    now_items = questionnaires.all_items(dict(now))
    found = {item["key"]: by_key.get(item["key"]) or by_words.get(_words(item)) for item in now_items}
    return Overlap({key: earlier for key, earlier in found.items() if earlier}, len(now_items), _points(now) == _points(then))


def _words(item: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    return " ".join(item["text"].casefold().split()), tuple(sorted(item["asked_of"]))


def _points(snapshot: Snapshot) -> list[int]:
    return [point["value"] for point in snapshot["scale"]["points"]]
