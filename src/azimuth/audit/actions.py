"""What is done with the log: record, and hand it out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from django.db import models
from django.db.models import QuerySet

from azimuth.audit import queries
from azimuth.audit.models import Entry


class Actor(Protocol):
    """Whoever acted: anything with a key and a name."""

    @property
    def pk(self) -> UUID: ...
    @property
    def name(self) -> str: ...


def record(action: str, thing: models.Model | None = None, *, by: Actor | None, at: datetime, **detail: Any) -> Entry:
    """Write down that `by` did `action` to `thing`; `by=None` is the installation itself.

    `action` reads "app.verb" ("reviews.launch") and stands in `audit/actions.toml` with its detail keys. `detail` holds JSON values: counts, field names, codes; never
    content, and never what could link a rater to an answer (privacy.md). Call it last in a long transaction: the
    chain is locked from here to the commit.
    """
    return Entry.objects.create(
        at=at,
        actor_id=str(by.pk) if by else "",
        actor_name=by.name[:200] if by else "",
        action=action,
        object_type=thing._meta.label_lower if thing else "",
        object_id=str(thing.pk) if thing else "",
        object_name=str(thing)[:300] if thing else "",
        detail=detail,
    )


def hand_out(entries: QuerySet[Entry], form: str, *, by: Actor, at: datetime) -> Iterator[str]:
    """The entries as lines of a file ("csv" or "jsonl"); that they were handed out is itself recorded, and among them."""
    record("audit.download", by=by, at=at, form=form)
    return queries.as_csv(entries) if form == "csv" else queries.as_json_lines(entries)
