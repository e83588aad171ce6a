"""The deeds of a cycle, in the order of its life."""

from azimuth.reviews.actions.answering import Incomplete, save, submit
from azimuth.reviews.actions.beginning import begin, begin_due, carry_out_begin
from azimuth.reviews.actions.cancelling import cancel
from azimuth.reviews.actions.changing import follow_change, leave_as_is
from azimuth.reviews.actions.closing import close, close_due
from azimuth.reviews.actions.coaching import assign_coach, assign_partners
from azimuth.reviews.actions.cohorts import make_cohort_pdf, take_cohort
from azimuth.reviews.actions.declining import decline, let_be, replace
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
from azimuth.reviews.actions.inviting import invite
from azimuth.reviews.actions.launching import carry_out_launch, launch
from azimuth.reviews.actions.links import revoke_links, send_link_again
from azimuth.reviews.actions.nominating import (
    StaleList,
    approve,
    nominate,
    nominate_external,
    propose,
    return_list,
    take_list_back,
    take_off,
)
from azimuth.reviews.actions.outside import add_external, remove_external
from azimuth.reviews.actions.rehearsing import keep_rehearsal, rehearse, remedy, update_and_rehearse
from azimuth.reviews.actions.releasing import (
    announce,
    choose_growth,
    make_pdf,
    open_own,
    open_report,
    release,
)
from azimuth.reviews.actions.reminding import nudge, remind, set_reminders
from azimuth.reviews.actions.sharing import COMMENT_LIMIT, acknowledge, share, take_back
from azimuth.reviews.actions.steering import (
    add_subject,
    ask,
    extend,
    extend_rater,
    extend_subject,
    remove_subject,
    replace_lead,
    replace_rater,
    stop_asking,
    stop_asking_everywhere,
)

__all__ = [
    "COMMENT_LIMIT", "Incomplete", "StaleDraft", "StaleList", "acknowledge", "add_external", "add_rater", "add_subject", "add_subjects", "announce",
    "approve", "ask", "assign_coach", "assign_partners", "begin", "begin_due", "cancel", "carry_out_begin", "carry_out_launch", "choose_growth",
    "close", "close_due", "create", "decline", "discard", "extend", "extend_rater", "extend_subject", "follow_change", "invite", "keep_rehearsal",
    "launch", "leave_as_is", "let_be", "make_cohort_pdf", "make_pdf", "nominate", "nominate_external", "nudge", "open_own", "open_report", "propose",
    "rehearse", "release", "remedy", "remind", "remove_external", "remove_rater", "remove_subject", "remove_subjects", "replace", "replace_lead",
    "replace_rater", "return_list", "revoke_links", "save", "send_link_again", "set_reminders", "share", "stop_asking", "stop_asking_everywhere",
    "submit", "take_back", "take_cohort", "take_list_back", "take_off", "update", "update_and_rehearse",
]
