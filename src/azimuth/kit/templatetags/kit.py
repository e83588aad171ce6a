"""Component tags, known to every template without a load: see docs/developer/kit.md and the gallery."""

from __future__ import annotations

from django import template

from azimuth.kit import signs
from azimuth.kit.components import blocks, buttons, fields, lists
from azimuth.kit.qr import qr

register = template.Library()

SIMPLE = (
    signs.icon, signs.badge, signs.avatar, signs.face, signs.day, signs.moment, signs.progress, signs.stat, buttons.button,
    fields.field, fields.form_errors, lists.steps, lists.tabs, lists.crumbs, lists.pager, lists.data_table, lists.chart, lists.plain_table, qr,
)
BLOCKS = (blocks.page_head, blocks.card, blocks.callout, blocks.empty_state, blocks.dialog, blocks.disclosure, blocks.menu)

for part in SIMPLE:
    register.simple_tag(part)
for block in BLOCKS:
    register.simple_block_tag(block)
