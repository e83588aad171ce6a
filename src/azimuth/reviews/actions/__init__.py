"""The deeds of a cycle, in the order of its life."""

from azimuth.reviews.actions.answering import Incomplete, save, submit
from azimuth.reviews.actions.closing import close, close_due
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
from azimuth.reviews.actions.releasing import choose_growth, make_pdf, open_report, release

__all__ = [
    "Incomplete", "StaleDraft", "add_rater", "add_subjects", "carry_out_launch", "choose_growth", "close", "close_due", "create", "discard", "invite", "keep_rehearsal", "launch", "make_pdf",
    "open_report", "rehearse", "release", "remedy", "remove_rater", "remove_subjects", "save", "submit", "update", "update_and_rehearse",
]
