"""The field for the days before a deadline on which raters are reminded."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

MOST, FARTHEST = 8, 90


class RemindersField(forms.CharField):
    """Days before the close, typed as "7, 2, 0". Gives them sorted, the earliest reminder first."""

    def __init__(self, **more: Any) -> None:
        super().__init__(
            label=gettext_lazy("Reminders, days before the close"), required=False, max_length=80,
            help_text=gettext_lazy("Such as 7, 2, 0: a week before, two days before, and on the last day. Empty: none. Only those with open forms get one, "
                                   "one mail for everything, in the morning where they are; on days off it comes the next working day."),
            **more,
        )

    def prepare_value(self, value: Any) -> Any:
        """The days as one types them."""
        return ", ".join(str(day) for day in value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        """The days; raises ValidationError for what is no day."""
        if isinstance(value, list):
            return value
        words = [word for word in re.split(r"[,;\s]+", super().to_python(value) or "") if word]
        if not all(word.isascii() and word.isdecimal() and int(word[:4]) <= FARTHEST for word in words):
            raise forms.ValidationError(_("Write days as whole numbers from 0 to %(most)d, separated by commas.") % {"most": FARTHEST})
        days = sorted({int(word) for word in words}, reverse=True)
        if len(days) > MOST:
            raise forms.ValidationError(_("More than %(most)d reminders are too many.") % {"most": MOST})
        return days
