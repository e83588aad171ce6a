"""Answers about cycles that are not a queryset of one model."""

from azimuth.reviews.queries.changes import Change, change_of, kinds, proposed_changes
from azimuth.reviews.queries.coaches import coach_candidates, partners_of, without_coach
from azimuth.reviews.queries.earlier import Earlier, comparable, compared, why_not_comparable
from azimuth.reviews.queries.near import near_to
from azimuth.reviews.queries.nominating import (
    Candidate,
    Candidates,
    Choice,
    Listed,
    ListsWaiting,
    Need,
    RaterList,
    are_all_approved,
    candidates_for,
    list_of,
    lists_waiting,
    nominated_groups,
    ready_to_begin,
    states_of_lists,
)
from azimuth.reviews.queries.outside import Declined, declined_in, declines_waiting, let_in_by, with_declines
from azimuth.reviews.queries.plans import (
    SHORTEST,
    Derived,
    Plan,
    Whoever,
    derived_raters,
    named,
    obstacles,
    plan,
    planning_rules,
)
from azimuth.reviews.queries.progress import (
    Progress,
    Stuck,
    WhatGoes,
    narrowed,
    progress_of,
    stuck,
    what_goes,
)
from azimuth.reviews.queries.rating import (
    Promise,
    Sibling,
    Waiting,
    differences,
    minutes,
    other_readers,
    promise,
    readers_in_words,
    siblings,
    waiting_for,
)
from azimuth.reviews.queries.rehearsals import (
    Rehearsed,
    group_labels,
    mail_days,
    mails_in_words,
    problem_cards,
    rehearsal_of,
    rehearsal_under_way,
    rehearse,
    visibility,
)
from azimuth.reviews.queries.reliability import forecast_reliability, reliability_of
from azimuth.reviews.queries.reminding import (
    NUDGED_AGAIN_AFTER,
    nudged,
    nudged_lately,
    outside_due,
    reminders_due,
)
from azimuth.reviews.queries.reports import (
    how_released,
    invented_content,
    readable_reports,
    reports_to_hand_over,
    reports_to_open,
)
from azimuth.reviews.queries.sharing import ShareChoice, comment_readers, share_choices, shares_of
from azimuth.reviews.queries.steering import (
    SubjectRaters,
    addable_groups,
    asked_one,
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
    "NUDGED_AGAIN_AFTER", "SHORTEST", "Candidate", "Candidates", "Change", "Choice", "Declined", "Derived", "Earlier", "Listed", "ListsWaiting",
    "Need", "Plan", "Progress", "Promise", "RaterList", "Rehearsed", "ShareChoice", "Sibling", "Stuck", "SubjectRaters", "Waiting", "WhatGoes", "Whoever",
    "addable_groups", "are_all_approved", "asked_one", "candidates", "candidates_for", "change_of", "coach_candidates", "comment_readers",
    "comparable", "compared", "declined_in", "declines_waiting", "derived_raters", "differences", "everybody", "forecast_reliability", "group_labels", "how_released",
    "invented_content", "job_of", "kinds", "leads", "let_in_by", "list_of", "lists_waiting", "mail_days", "mails_in_words", "minutes", "named",
    "narrowed", "near_to", "nominated_groups", "nudged", "nudged_lately", "obstacles", "other_readers", "outside_due", "partners_of", "people_filtered",
    "people_listed", "plan", "planning_rules", "problem_cards", "progress_of", "promise", "proposed_changes", "raters_of", "readable_reports",
    "readers_in_words", "ready_to_begin", "rehearsal_of", "rehearsal_under_way", "rehearse", "reliability_of", "reminders_due", "reports_to_hand_over",
    "reports_to_open", "share_choices", "shares_of", "siblings", "standing", "states_of_lists", "stuck", "units_run_by", "visibility",
    "waiting_for", "what_goes", "why_not_comparable", "with_declines", "without_coach",
]
