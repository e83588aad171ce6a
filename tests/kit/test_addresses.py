"""Addresses for rows of a list are those of Django."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from azimuth.kit.addresses import address
from azimuth.kit.markup import joined, safe


@pytest.mark.parametrize(("name", "keys"), [("reviews:cycle", 1), ("reviews:raters", 2), ("people:directory", 0), ("reviews:answer", 1)])
def test_it_is_what_reverse_gives(name: str, keys: int) -> None:
    for _turn in range(2):
        things = [uuid4() for _ in range(keys)]
        assert address(name, *things) == reverse(name, args=things)
    same = [UUID(int=1)] * keys
    assert address(name, *same) == reverse(name, args=same)


def test_an_unknown_name_is_our_mistake() -> None:
    with pytest.raises(NoReverseMatch):
        address("reviews:nothing", uuid4())


@pytest.mark.parametrize(("value", "markup"), [
    ("<b>&'\"", "&lt;b&gt;&amp;&#x27;&quot;"), (SafeString("<b>"), "<b>"), (7, "7"), (None, "None"), (gettext_lazy("Home"), "Home"),
])
def test_text_is_escaped_and_markup_stays(value: object, markup: str) -> None:
    assert safe(value) == markup
    assert joined([value, "<"]) == f"{markup}&lt;"
    assert isinstance(joined([value]), SafeString)
