"""Forms of a person's record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from azimuth.kit.forms import DateField, Form, ModelChoiceWithSearch, TimeZoneField
from azimuth.people.forms.choosing import PersonField
from azimuth.people.models import Attribute, Person, PersonQuerySet, Unit, UnitQuerySet


class RecordForm(Form):
    """The record of a person: what HR keeps, with the custom attributes HR declared."""

    name = forms.CharField(label=_("Name"), max_length=200)
    email = forms.EmailField(label=_("Work e-mail"), max_length=254, required=False, help_text=_("Mails and sign-in codes go there."))
    job_title = forms.CharField(label=_("Job title"), max_length=200, required=False)
    unit = ModelChoiceWithSearch(label=_("Unit"), queryset=Unit.objects.none(), required=False, empty_label="")
    location = forms.CharField(label=_("Location"), max_length=120, required=False)
    grade = forms.CharField(label=_("Grade"), max_length=60, required=False, help_text=_("Seen by this person and HR only."))
    employee_id = forms.CharField(label=_("Employee number"), max_length=100, required=False, help_text=_("As in your HR system; imports use it."))
    started_on = DateField(label=_("First day"), required=False)

    def __init__(self, data: Any = None, *, units: UnitQuerySet, attributes: Sequence[Attribute], person: Person | None = None) -> None:
        initial = {name: getattr(person, name) for name in self.base_fields if hasattr(person, name)} if person else {}
        super().__init__(data, initial=initial)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.attributes = attributes
        held = person.attributes if person else {}
        for attribute in attributes:
            field = attribute_field(attribute)
            field.initial = held.get(attribute.key)
            self.fields[f"attribute_{attribute.key}"] = field
        self.held = held

    def facts(self) -> dict[str, Any]:
        """The record as actions take it; undeclared attributes stay as they are."""
        facts = {name: self.cleaned_data[name] for name in self.base_fields}
        values = {attribute.key: _plain(self.cleaned_data[f"attribute_{attribute.key}"]) for attribute in self.attributes}
        kept = {key: value for key, value in self.held.items() if key not in values}
        return {**facts, "attributes": {**kept, **{key: value for key, value in values.items() if value not in (None, "")}}}

    @property
    def attribute_fields(self) -> list[forms.BoundField]:
        """The fields of the custom attributes."""
        return [self[f"attribute_{attribute.key}"] for attribute in self.attributes]


class NewPersonForm(RecordForm):
    """A new person: the record, and whom they report to."""

    lead = PersonField(label=_("Reports to"), required=False)

    def __init__(self, data: Any = None, *, units: UnitQuerySet, attributes: Sequence[Attribute], people: PersonQuerySet) -> None:
        super().__init__(data, units=units, attributes=attributes)
        self.fields["lead"].people = people  # type: ignore[attr-defined]


class MoveForm(Form):
    """Under whom, from when."""

    lead = PersonField(label=_("New lead"), required=False, help_text=_("Type a name, an address or an employee number. Empty makes this person a head of the organisation."))
    on = DateField(label=_("From"), help_text=_("Today or earlier."))

    def __init__(self, data: Any = None, *, people: PersonQuerySet, today: date) -> None:
        super().__init__(data, initial={"on": today})
        self.fields["lead"].people = people  # type: ignore[attr-defined]


class DottedForm(Form):
    """For whom else, from when."""

    lead = PersonField(label=_("Also works for"))
    on = DateField(label=_("From"))

    def __init__(self, data: Any = None, *, people: PersonQuerySet, today: date) -> None:
        super().__init__(data, initial={"on": today})
        self.fields["lead"].people = people  # type: ignore[attr-defined]


class EndForm(Form):
    """When somebody leaves, and who leads their reports then."""

    on = DateField(label=_("First day away"), help_text=_("From this day on they can no longer sign in."))
    reports_to = PersonField(label=_("Their reports go to"), required=False)

    def __init__(self, data: Any = None, *, people: PersonQuerySet, today: date, lead: Person | None, has_reports: bool) -> None:
        super().__init__(data, initial={"on": today, "reports_to": lead})
        self.fields["reports_to"].people = people  # type: ignore[attr-defined]
        if not has_reports:
            del self.fields["reports_to"]


class PreferencesForm(Form):
    """The language and time zone one reads in."""

    language = forms.ChoiceField(label=_("Language"), required=False, help_text=_("Of pages and mails."))
    time_zone = TimeZoneField(required=False, help_text=_("Deadlines are shown in it."))

    def __init__(self, data: Any = None, *, person: Person) -> None:
        super().__init__(data, initial={"language": person.language, "time_zone": person.time_zone})
        self.fields["language"].choices = [("", _("As the browser says")), *settings.LANGUAGES]  # type: ignore[attr-defined]


def attribute_field(attribute: Attribute) -> forms.Field:
    """The field for values of a custom attribute, by its kind."""
    match attribute.kind:
        case Attribute.Kind.NUMBER:
            return forms.FloatField(label=attribute.label, required=False)
        case Attribute.Kind.DATE:
            return DateField(label=attribute.label, required=False)
        case Attribute.Kind.CHOICE:
            return forms.ChoiceField(label=attribute.label, required=False, choices=[("", ""), *((choice, choice) for choice in attribute.choices)])
        case _:
            return forms.CharField(label=attribute.label, required=False, max_length=300)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
