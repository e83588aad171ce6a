"""Forms as we show them: what was typed survives, invisible signs do not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

# Control characters but tab and line end; zero-width marks of order that make a name read differently from how it is stored.
_INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")

_DIGITS = 9  # more is no version, no place and no size; far more is more than Python turns into a number


def visible(text: str) -> str:
    """The text without control characters and with one kind of line end."""
    return _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def whole_number(text: str) -> int | None:
    """The number a text of digits stands for; None where it is none, or longer than anything of ours is."""
    return int(text) if text.isdecimal() and len(text) <= _DIGITS else None


def _clean(data: Any) -> Any:
    if isinstance(data, MultiValueDict):
        clean = QueryDict(mutable=True)
        for key, values in data.lists():
            clean.setlist(key, [visible(value) if isinstance(value, str) else value for value in values])
        return clean
    if isinstance(data, Mapping):
        return {key: visible(value) if isinstance(value, str) else value for key, value in data.items()}
    return data


class Form(forms.Form):
    """A form whose texts lost their control characters on the way in."""

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(_clean(data), *args, **kwargs)


class ModelForm(forms.ModelForm):
    """A form over a model; the view still calls an action, never save()."""

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(_clean(data), *args, **kwargs)


class DateInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


class MomentInput(forms.DateTimeInput):
    """The browser's own calendar and clock."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%dT%H:%M")


class DateField(forms.DateField):
    """A day."""

    widget = DateInput


class MomentField(forms.DateTimeField):
    """A moment in the current time zone; the page says which."""

    widget = MomentInput


class SearchSelect(forms.Select):
    """A choice among many: a select that grows a search field when JavaScript is there."""

    template_name = "kit/widgets/search_select.html"


class ChoiceWithSearch(forms.ChoiceField):
    """One of many choices, found by typing."""

    widget = SearchSelect


class ModelChoiceWithSearch(forms.ModelChoiceField):
    """One of many rows, found by typing."""

    widget = SearchSelect


@cache
def _zones() -> list[tuple[str, str]]:
    """Every zone by its city; looked up once, since the list is a walk through hundreds of files."""
    cities = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "posix/", "right/", "SystemV/")))
    return [("", ""), *((name, name.replace("_", " ")) for name in cities), ("UTC", "UTC")]


class TimeZoneField(forms.ChoiceField):
    """A time zone by its city."""

    widget = SearchSelect

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Time zone"))
        super().__init__(choices=_zones, **kwargs)
