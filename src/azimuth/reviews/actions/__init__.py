"""The deeds of a cycle, in the order of its life."""

from azimuth.reviews.actions.answering import Incomplete, save, submit
from azimuth.reviews.actions.closing import close, close_due
from azimuth.reviews.actions.coaching import assign_coach, assign_partners
from azimuth.reviews.actions.cohorts import make_cohort_pdf, take_cohort
from azimuth.reviews.actions.drafting import (
    StaleDraft,
    add_rater,
    add_subjects,
    create,
    discard,
    remove_rater,
    remove_subjects,
    update,
)
from azimuth.reviews.actions.launching import carry_out_launch, invite, launch
from azimuth.reviews.actions.rehearsing import keep_rehearsal, rehearse, remedy, update_and_rehearse
from azimuth.reviews.actions.releasing import (
    announce,
    choose_growth,
    make_pdf,
    open_own,
    open_report,
    release,
)
from azimuth.reviews.actions.sharing import COMMENT_LIMIT, acknowledge, share, take_back

__all__ = [
    "COMMENT_LIMIT", "Incomplete", "StaleDraft", "acknowledge", "add_rater", "add_subjects", "announce", "assign_coach", "assign_partners",
    "carry_out_launch", "choose_growth", "close", "close_due", "create", "discard", "invite", "keep_rehearsal", "launch", "make_cohort_pdf",
    "make_pdf", "open_own", "open_report", "rehearse", "release", "remedy", "remove_rater", "remove_subjects", "save", "share", "submit",
    "take_back", "take_cohort", "update", "update_and_rehearse",
]
