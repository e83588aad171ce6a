"""The dated facts of the organisation, and the imports that bring them in."""

from azimuth.people.models.imports import (
    ImportedProblem,
    ImportedRow,
    ImportFile,
    ImportMapping,
    PeopleImport,
)
from azimuth.people.models.organisation import (
    Account,
    AccountManager,
    Attribute,
    Grant,
    GrantQuerySet,
    LineQuerySet,
    Person,
    PersonQuerySet,
    ReportingLine,
    Unit,
    UnitQuerySet,
)

__all__ = [
    "Account", "AccountManager", "Attribute", "Grant", "GrantQuerySet", "ImportFile", "ImportMapping", "ImportedProblem", "ImportedRow",
    "LineQuerySet", "PeopleImport", "Person", "PersonQuerySet", "ReportingLine", "Unit", "UnitQuerySet",
]
