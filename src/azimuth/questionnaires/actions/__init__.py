"""Deeds on questionnaires, a module per noun: `keeping` (whole questionnaires), `editing` (their parts), `scales`,
`translating`."""

from azimuth.questionnaires.actions.editing import (
    add_question,
    add_sections,
    edit_frame,
    edit_question,
    edit_section,
    move_question,
    move_section,
    remove_question,
    remove_section,
)
from azimuth.questionnaires.actions.keeping import (
    add,
    apply_import,
    discard,
    duplicate,
    mark_used,
    next_version,
    restore,
    retire,
)
from azimuth.questionnaires.actions.scales import (
    add_scale,
    copy_scale,
    edit_scale,
    load_scales,
    restore_scale,
    retire_scale,
)
from azimuth.questionnaires.actions.translating import translate

__all__ = [
    "add",
    "add_question",
    "add_scale",
    "add_sections",
    "apply_import",
    "copy_scale",
    "discard",
    "duplicate",
    "edit_frame",
    "edit_question",
    "edit_scale",
    "edit_section",
    "load_scales",
    "mark_used",
    "move_question",
    "move_section",
    "next_version",
    "remove_question",
    "remove_section",
    "restore",
    "restore_scale",
    "retire",
    "retire_scale",
    "translate",
]
