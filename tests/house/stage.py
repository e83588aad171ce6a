"""The stage of the house tests: the cast, and what the addresses of the site point at (tests/house/props)."""

from __future__ import annotations

from datetime import datetime

from django.db import models

from tests.cast import Cast
from tests.house.props import PROPS, reviews, things

__all__ = ["Stage", "reviews", "things"]  # imported, the modules register their builders


class Stage:
    """The cast and what was built for it, each thing once."""

    def __init__(self, cast: Cast, now: datetime) -> None:
        self.cast, self.now = cast, now
        self._built: dict[str, object] = {}

    def __getitem__(self, word: str) -> object:
        if word not in self._built:
            assert word in PROPS, (
                f"No prop {word!r}: add a builder to tests/house/props, or name one in the row:  with = {{ {word} = \"...\" }}"
            )
            self._built[word] = PROPS[word](self)
        return self._built[word]

    def key(self, word: str) -> str:
        """What goes into the address for this word."""
        thing = self[word]
        return str(thing.pk) if isinstance(thing, models.Model) else str(thing)
