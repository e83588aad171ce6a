"""Things the tests of notifications share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from azimuth.notifications.actions import Message
from azimuth.people.models import Person

MONDAY = date(2026, 3, 2)
Make = Callable[..., Message]


@pytest.fixture
def message() -> Make:
    """A message with the usual things in it."""

    def make(person: Person, **more: Any) -> Message:
        values = {
            "key": "reviews.invite:1", "kind": "reviews.invite", "title": "Feedback about Bo", "text": "CANARY what it is about",
            "url": "/reviews/mine/", "due_on": date(2026, 3, 20), "minutes": 6,
        }
        return Message(person=person, **{**values, **more})

    return make
