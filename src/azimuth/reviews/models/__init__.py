"""360 cycles: what is asked of whom about whom, and the report that comes of it."""

from azimuth.reviews.models.asking import (
    Assignment,
    AssignmentQuerySet,
    Decline,
    ExternalRater,
    Nomination,
    RaterLink,
)
from azimuth.reviews.models.cohorts import CohortReport
from azimuth.reviews.models.cycles import (
    CycleQuerySet,
    ProgressDay,
    ReviewCycle,
    default_groups,
    default_readers,
)
from azimuth.reviews.models.rehearsals import Rehearsal, RehearsedPerson
from azimuth.reviews.models.sharing import Acknowledgement, ReportShare, ShareQuerySet
from azimuth.reviews.models.steering import LeftAsIs, Nudge
from azimuth.reviews.models.subjects import GrowthArea, Report, ReportPdf, Subject, SubjectQuerySet

__all__ = [
    "Acknowledgement", "Assignment", "AssignmentQuerySet", "CohortReport", "CycleQuerySet", "Decline", "ExternalRater", "GrowthArea", "LeftAsIs",
    "Nomination", "Nudge", "ProgressDay", "RaterLink", "Rehearsal", "RehearsedPerson", "Report", "ReportPdf", "ReportShare", "ReviewCycle", "ShareQuerySet",
    "Subject", "SubjectQuerySet", "default_groups", "default_readers",
]
