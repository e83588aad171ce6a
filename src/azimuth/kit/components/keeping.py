"""Markup that is the same for everybody, made once per process."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from django.template import Context, Node
from django.template.base import FilterExpression, NodeList
from django.utils.safestring import SafeString
from django.utils.translation import get_language

KEPT_AT_MOST = 200


class Kept(Node):
    """Part of a template whose markup follows from the language and a few values alone; it is made once for each of them.

    For the frame around every page, which would be most of the work of a short one. Never for what is about somebody: whatever
    stands inside must be told by the values, and they must be few.
    """

    def __init__(self, inside: NodeList, values: Sequence[FilterExpression]) -> None:
        self.inside, self.values = inside, values
        self.made: dict[Hashable, SafeString] = {}

    def render(self, context: Context) -> SafeString:
        """The markup, made now or before."""
        key = (get_language(), *(value.resolve(context) for value in self.values))
        if key not in self.made:
            if len(self.made) >= KEPT_AT_MOST:
                self.made.clear()
            self.made[key] = self.inside.render(context)
        return self.made[key]
