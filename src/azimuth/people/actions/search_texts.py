"""Keeping the words people are found by in step with names, roles and units."""

from __future__ import annotations

from django.db import connection

from azimuth.kit.search import plain
from azimuth.people.models import PersonQuerySet

_UPDATE = """
UPDATE people_person SET search_text = new.text
FROM unnest(%s::uuid[], %s::text[]) AS new (id, text)
WHERE people_person.id = new.id AND people_person.search_text <> new.text
"""


def search_text(name: str, job_title: str, unit: str) -> str:
    """The words a person is found by, without accents; lists are ordered by it, so the name comes first."""
    return plain(f"{name} {job_title} {unit}")


def refresh(people: PersonQuerySet, *, batch: int = 5000) -> None:
    """Write the search text of these people anew where it changed; set-based, one UPDATE per batch."""
    rows = people.order_by().values_list("id", "name", "job_title", "unit__name").iterator(chunk_size=batch)
    ids: list[object] = []
    texts: list[str] = []
    for key, name, job_title, unit in rows:
        ids.append(key)
        texts.append(search_text(name, job_title, unit or ""))
        if len(ids) == batch:
            _write(ids, texts)
            ids, texts = [], []
    if ids:
        _write(ids, texts)


def _write(ids: list[object], texts: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_UPDATE, [ids, texts])
