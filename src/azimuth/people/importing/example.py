"""The template people download: every field the import knows, and three people as an example."""

from __future__ import annotations

from collections.abc import Iterator

from azimuth.people.importing.fields import Field

_COLUMNS = (
    Field.EMPLOYEE_ID, Field.NAME, Field.EMAIL, Field.JOB_TITLE, Field.GRADE, Field.LOCATION, "organisation", "department", Field.LEAD,
    Field.DOTTED_LEAD, Field.LANGUAGE, Field.TIME_ZONE, Field.STARTED_ON, Field.ENDED_ON,
)
_PEOPLE = (
    ("1001", "Ines Okoye", "ines.okoye@example.org", "Managing director", "D", "Lisbon", "Meridian", "", "", "", "en", "Europe/Lisbon", "2019-04-01", ""),
    ("1002", "Tom Berger", "tom.berger@example.org", "Head of workshop", "C", "Graz", "Meridian", "Workshop", "1001", "", "de", "Europe/Vienna", "2020-09-15", ""),
    ("1003", "Aiko Mori", "aiko.mori@example.org", "Instrument maker", "A", "Graz", "Meridian", "Workshop", "1002", "1001", "en", "Europe/Vienna", "2024-02-01", ""),
)


def rows() -> Iterator[tuple[str, ...]]:
    """The header and the example people."""
    yield tuple(str(column) for column in _COLUMNS)
    yield from _PEOPLE
