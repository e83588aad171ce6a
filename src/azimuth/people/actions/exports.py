"""Taking the directory away as a file: a deed, since it leaves the house."""

from __future__ import annotations

from datetime import datetime

from azimuth.audit import actions as audit
from azimuth.people import policies
from azimuth.people.models import Person


def take(*, form: str, is_narrowed: bool, by: Person, at: datetime) -> None:
    """Write down that somebody exports the directory, whole or narrowed, as "csv" or "xlsx"."""
    policies.can_export(by).enforce()
    audit.record("people.export", by=by, at=at, form=form, narrowed=is_narrowed)
