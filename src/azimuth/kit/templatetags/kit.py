"""Component tags, known to every template without a load: see docs/developer/kit.md and the gallery."""

from __future__ import annotations

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token

from azimuth.kit import addresses, days, signs
from azimuth.kit.components import blocks, buttons, fields, lists
from azimuth.kit.components.keeping import Kept
from azimuth.kit.qr import qr

register = template.Library()

SIMPLE = (
    signs.icon, signs.badge, signs.avatar, signs.face, signs.day, signs.moment, signs.progress, signs.stat, buttons.button,
    fields.field, fields.form_errors, fields.select_box, lists.steps, lists.tabs, lists.crumbs, lists.pager, lists.data_table, lists.chart, lists.plain_table, qr,
)
BLOCKS = (blocks.page_head, blocks.card, blocks.callout, blocks.empty_state, blocks.dialog, blocks.disclosure, blocks.menu)

register.filter("in_full", days.in_full)
register.filter("spelled", days.spelled)
register.filter("lasting", days.lasting)
for part in SIMPLE:
    register.simple_tag(part)
for block in BLOCKS:
    register.simple_block_tag(block)
register.simple_tag(addresses.address)


@register.tag
def kept(parser: Parser, token: Token) -> Kept:
    """`{% kept value ... %}…{% endkept %}`: markup that depends on nothing but the language and these values is made once and kept."""
    values: list[FilterExpression] = [parser.compile_filter(bit) for bit in token.split_contents()[1:]]
    inside: NodeList = parser.parse(("endkept",))
    parser.delete_first_token()
    return Kept(inside, values)
