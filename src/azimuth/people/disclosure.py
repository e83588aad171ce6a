"""Which facts about a person reach which eyes. Pure: no query, no model."""

from __future__ import annotations

from enum import StrEnum


class Relation(StrEnum):
    """What the viewer is to the person looked at."""

    SELF = "self"
    HR = "hr"  # an HR administrator, or the HR partner of the person's unit
    COLLEAGUE = "colleague"  # everybody else inside, leads and system administrators too


FACTS_OF_WORK = frozenset({"name", "job_title", "unit", "location", "email", "time_zone", "lead", "reports"})
FACTS_OF_RECORD = frozenset({"employee_id", "grade", "language", "started_on", "ended_on", "attributes"})


def facts_shown(relation: Relation) -> frozenset[str]:
    """The facts of a person this relation may read: work for everybody inside, the record for the person and their HR."""
    return FACTS_OF_WORK if relation is Relation.COLLEAGUE else FACTS_OF_WORK | FACTS_OF_RECORD
