"""Answers about cycles that are not a queryset of one model."""

from azimuth.reviews.queries.plans import (
    SHORTEST,
    Plan,
    Summary,
    Whoever,
    load,
    named,
    obstacles,
    plan,
    planning_rules,
    summary,
)
from azimuth.reviews.queries.rating import (
    Promise,
    Waiting,
    differences,
    promise,
    readers_in_words,
    siblings,
    waiting_for,
)
from azimuth.reviews.queries.reports import invented_content, readable_reports, releasable_by_lead
from azimuth.reviews.queries.steering import (
    BAND_HEADINGS,
    SubjectRaters,
    addable_groups,
    bands_in_words,
    candidates,
    everybody,
    job_of,
    leads,
    people_filtered,
    people_listed,
    raters_of,
    standing,
    units_run_by,
)

__all__ = [
    "BAND_HEADINGS", "SHORTEST", "Plan", "Promise", "SubjectRaters", "Summary", "Waiting", "Whoever", "addable_groups", "bands_in_words",
    "candidates", "differences", "everybody", "invented_content", "job_of", "leads", "load", "minutes", "named", "obstacles", "people_filtered",
    "people_listed", "plan", "planning_rules", "promise", "raters_of", "readable_reports", "readers_in_words", "releasable_by_lead", "siblings",
    "standing", "summary", "units_run_by", "waiting_for",
]
