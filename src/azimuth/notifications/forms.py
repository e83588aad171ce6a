"""What people choose about reminders."""

from __future__ import annotations

from datetime import date, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from azimuth.kit.forms import Form

PAUSES = ((1, _("tomorrow")), (3, _("in 3 days")), (7, _("in a week")))


class SnoozeForm(Form):
    """For how many days one wants to be left alone."""

    days = forms.TypedChoiceField(label=_("Remind me again"), choices=PAUSES, coerce=int)

    def until(self, today: date) -> date:
        """The day to be reminded on again."""
        return today + timedelta(days=self.cleaned_data["days"])
