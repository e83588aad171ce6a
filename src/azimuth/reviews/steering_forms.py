"""What HR types while a cycle runs."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from azimuth.kit import days
from azimuth.kit.forms import DateField, Form
from azimuth.people.forms.choosing import PersonField
from azimuth.people.models import PersonQuerySet
from azimuth.reviews import queries
from azimuth.reviews.models import ReviewCycle
from azimuth.reviews.reminder_days import RemindersField
from azimuth.reviews.schedule import last_day

LONGEST = timedelta(days=366)
PROPOSED = timedelta(days=7)


class ExtendForm(Form):
    """Until the end of which day; in the cycle's zone, which the page names."""

    closes_on = DateField(label=gettext_lazy("Open until the end of"))

    def __init__(self, data: Any = None, *, cycle: ReviewCycle) -> None:
        self.zone = ZoneInfo(cycle.time_zone)
        self.present: date = last_day(cycle.closes_at, self.zone) if cycle.closes_at else date.min
        super().__init__(data, initial={"closes_on": self.present + PROPOSED})
        field = self.fields["closes_on"]
        field.help_text = _("Now: %(day)s. Time zone: %(zone)s.") % {"day": days.in_full(self.present), "zone": cycle.time_zone.replace("_", " ")}
        field.widget.attrs["min"] = self.present.isoformat()

    def clean_closes_on(self) -> date:
        """Later than now, and within a year."""
        chosen: date = self.cleaned_data["closes_on"]
        if chosen < self.present:
            raise forms.ValidationError(_("A deadline only moves later. Choose a day after %(day)s.") % {"day": days.in_full(self.present)})
        if chosen > self.present + LONGEST:
            raise forms.ValidationError(_("This is more than a year later. Is it the right day?"))
        return chosen

    @property
    def until(self) -> datetime:
        """The moment that day ends."""
        return datetime.combine(self.cleaned_data["closes_on"] + timedelta(days=1), time(0), self.zone)


class RemindersForm(Form):
    """On which days raters are reminded."""

    reminders = RemindersField()


class SomebodyForm(Form):
    """One person of those given."""

    person = PersonField(label=gettext_lazy("Person"))

    def __init__(self, data: Any = None, *, people: PersonQuerySet) -> None:
        super().__init__(data)
        self.fields["person"].people = people  # type: ignore[attr-defined]


class AskForm(SomebodyForm):
    """Somebody to be asked, and as what."""

    group = forms.ChoiceField(label=gettext_lazy("As"), widget=forms.RadioSelect)

    def __init__(self, data: Any = None, *, people: PersonQuerySet) -> None:
        super().__init__(data, people=people)
        self.fields["group"].choices = queries.addable_groups()  # type: ignore[attr-defined]


class LeadForm(SomebodyForm):
    """Another lead, and who answers as manager."""

    form = forms.ChoiceField(
        label=gettext_lazy("Who answers as manager"), widget=forms.RadioSelect, initial="moves",
        choices=[
            ("moves", gettext_lazy("the new lead: the former one's form is taken back, and what may be written there is destroyed unread")),
            ("stays", gettext_lazy("still the former lead, who has worked with them so far; the new one stands for “the lead” in everything else")),
        ],
    )

    def __init__(self, data: Any = None, *, people: PersonQuerySet) -> None:
        super().__init__(data, people=people)
        self.fields["person"].label = _("New lead")
