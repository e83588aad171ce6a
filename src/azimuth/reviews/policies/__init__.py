"""Who may do what with cycles, assignments and reports: right person first, right state second."""

from azimuth.reviews.policies.asking import (
    SEE_RATERS,
    approves,
    can_answer,
    can_approve,
    can_begin,
    can_change_list,
    can_change_raters,
    can_decline,
    can_propose,
    can_see_entries,
    can_take_list_back,
    proposes,
)
from azimuth.reviews.policies.reporting import (
    READ_REPORT,
    SEE_GROWTH,
    can_acknowledge,
    can_choose_growth,
    can_open,
    can_read_report,
    can_release,
    can_share,
    can_take_back,
    reads_first,
)
from azimuth.reviews.policies.running import (
    SEE_CYCLE,
    can_assign_coaches,
    can_cancel,
    can_close,
    can_create,
    can_edit,
    can_launch,
    can_read_cohort,
    can_run,
    can_set_reminders,
    is_counted,
    runners,
    runs_cycles,
    sees_cycles,
)
from azimuth.reviews.policies.steering import (
    can_add_subject,
    can_extend,
    can_leave_as_is,
    can_nudge,
    can_remove_subject,
    can_replace_lead,
    can_send_links,
    can_settle_decline,
    can_steer_raters,
)

__all__ = [
    "READ_REPORT", "SEE_CYCLE", "SEE_GROWTH", "SEE_RATERS", "approves", "can_acknowledge", "can_add_subject", "can_answer", "can_approve",
    "can_assign_coaches", "can_begin", "can_cancel", "can_change_list", "can_change_raters", "can_choose_growth", "can_close", "can_create",
    "can_decline", "can_edit", "can_extend", "can_launch", "can_leave_as_is", "can_nudge", "can_open", "can_propose", "can_read_cohort",
    "can_read_report", "can_release", "can_remove_subject", "can_replace_lead", "can_run", "can_see_entries", "can_send_links", "can_set_reminders",
    "can_settle_decline", "can_share", "can_steer_raters", "can_take_back", "can_take_list_back", "is_counted", "proposes", "reads_first", "runners",
    "runs_cycles", "sees_cycles",
]
