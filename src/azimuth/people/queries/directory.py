"""The directory: what it can be narrowed by, and who fits a few words."""

from __future__ import annotations

from django.db import connection
from django.db.models.functions import Lower

from azimuth.people.models import Person, PersonQuerySet

SUGGESTED = 12

_LOCATIONS = """
WITH RECURSIVE place (name) AS (
    (SELECT location FROM people_person WHERE location > '' ORDER BY location LIMIT 1)
    UNION ALL
    SELECT (SELECT location FROM people_person WHERE location > place.name ORDER BY location LIMIT 1)
    FROM place WHERE place.name IS NOT NULL
)
SELECT name FROM place WHERE name IS NOT NULL LIMIT 300
"""


def locations() -> list[str]:
    """The places people work at, by name. Hops along the index, so its cost is the number of places, not of people."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCATIONS)
        return [row[0] for row in cursor.fetchall()]


def suggestions(people: PersonQuerySet, words: str, *, many: int = SUGGESTED) -> list[Person]:
    """The first people of these who fit the words, by name; without words none."""
    return list(people.matching(words).select_related("unit").order_by("search_text", "pk")[:many]) if words.strip() else []


def called(person: Person) -> str:
    """A person as named in a field one types into: enough to know them by, and to find them again."""
    known = person.email or person.employee_id or f"#{person.pk.hex[:8]}"
    return f"{person.name} ({known})"


def found_by(people: PersonQuerySet, text: str) -> list[Person]:
    """Who is meant by what was typed or chosen: a name as `called`, an address, an employee number, or a few words."""
    known = text.rpartition("(")[2].rstrip(") ") if text.endswith(")") else text.strip()
    if known.startswith("#"):
        exact = [person for person in people.matching(text.rpartition("(")[0])[:200] if person.pk.hex.startswith(known[1:])]
    else:
        by_address = people.alias(address=Lower("email")).filter(address=known.lower())  # the index is on lower(email)
        exact = list(by_address[:2]) or list(people.filter(employee_id=known)[:2])
    return exact or suggestions(people, text, many=6)
