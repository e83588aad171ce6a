"""A vault of its own and an open box for every test."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime

import pytest

from azimuth.ballots.actions import open_box
from azimuth.ballots.models import Box

OPENED = date(2026, 3, 2)
CLOSES_AT = datetime(2026, 3, 30, 16, 0, tzinfo=UTC)
ITEM, PROMPT = str(uuid.UUID(int=1)), str(uuid.UUID(int=2))


@pytest.fixture
def box(db: None) -> Box:
    """A box that takes answers."""
    return new_box()


def new_box(**changes: object) -> Box:
    """An open box, with the defaults of a first cycle."""
    promised = {
        "purpose": "development", "readers": ["subject"], "minimum": 3, "comment_minimum": 5, "sheet_size": 8192,
        "closes_at": CLOSES_AT, "by": None, "on": OPENED,
    }
    return open_box(**(promised | changes))
