"""Markup that is kept: the same for the same values and language, never more."""

from __future__ import annotations

from django.template import Context, Template
from django.utils import translation

from azimuth.kit.components import keeping


class Counted:
    """Says how often it was asked."""

    def __init__(self) -> None:
        self.times = 0

    def __str__(self) -> str:
        self.times += 1
        return "<asked>"


def test_it_is_made_once_for_each_value_and_language() -> None:
    template, said = Template("{% kept place %}{{ said }} {{ place }} {% translate 'Home' %}{% endkept %}"), Counted()
    shown = [template.render(Context({"said": said, "place": place})) for place in ("a", "a", "b", "a", "b")]
    assert shown == ["&lt;asked&gt; a Home"] * 2 + ["&lt;asked&gt; b Home"] + ["&lt;asked&gt; a Home", "&lt;asked&gt; b Home"]
    assert said.times == 2
    with translation.override("de"):
        template.render(Context({"said": said, "place": "a"}))
    assert said.times == 3


def test_two_places_in_a_template_keep_apart() -> None:
    template = Template("{% kept %}one {{ x }}{% endkept %}, {% kept %}two {{ x }}{% endkept %}")
    assert [template.render(Context({"x": x})) for x in ("<", ">")] == ["one &lt;, two &lt;"] * 2


def test_it_does_not_grow_without_end() -> None:
    template = Template("{% kept number %}{{ number }}{% endkept %}")
    node = template.nodelist[0]
    assert isinstance(node, keeping.Kept)
    for number in range(3 * keeping.KEPT_AT_MOST):
        assert template.render(Context({"number": number})) == str(number)
        assert len(node.made) <= keeping.KEPT_AT_MOST
