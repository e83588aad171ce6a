"""Forms of units, attributes and grants."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from azimuth.kit.forms import DateField, Form, ModelChoiceWithSearch
from azimuth.people.forms.choosing import PersonField
from azimuth.people.models import Attribute, PersonQuerySet, Unit, UnitQuerySet
from azimuth.people.states import Role


class UnitForm(Form):
    """A name."""

    name = forms.CharField(label=_("Name"), max_length=200)


class NewUnitForm(Form):
    """A name, and where in the tree."""

    name = forms.CharField(label=_("Name"), max_length=200)
    parent = ModelChoiceWithSearch(label=_("Part of"), queryset=Unit.objects.none(), required=False, empty_label="", help_text=_("Empty: at the top."))

    def __init__(self, data: Any = None, *, units: UnitQuerySet, parent: Unit | None = None) -> None:
        super().__init__(data, initial={"parent": parent})
        self.fields["parent"].queryset = units  # type: ignore[attr-defined]


class MoveUnitForm(Form):
    """Under which unit."""

    parent = ModelChoiceWithSearch(label=_("Part of"), queryset=Unit.objects.none(), required=False, empty_label="", help_text=_("Empty: at the top."))

    def __init__(self, data: Any = None, *, unit: Unit, units: UnitQuerySet) -> None:
        super().__init__(data, initial={"parent": unit.parent_id})
        self.fields["parent"].queryset = units.exclude(path__startswith=unit.path)  # type: ignore[attr-defined]


class MergeForm(Form):
    """Into which unit."""

    into = ModelChoiceWithSearch(label=_("Merge into"), queryset=Unit.objects.none(), empty_label="")

    def __init__(self, data: Any = None, *, unit: Unit, units: UnitQuerySet) -> None:
        super().__init__(data)
        self.fields["into"].queryset = units.exclude(path__startswith=unit.path)  # type: ignore[attr-defined]


class AttributeForm(Form):
    """What HR may change of an attribute at any time."""

    label = forms.CharField(label=_("Label"), max_length=80, help_text=_("As shown on pages."))
    choices = forms.CharField(label=_("Choices"), required=False, widget=forms.Textarea(attrs={"rows": 5}), help_text=_("For the kind choice: one on each line."))
    may_cut = forms.BooleanField(
        label=_("Results may be cut by it"), required=False,
        help_text=_("Every cut makes groups smaller. Leave it off unless you need it; small groups are hidden in any case."),
    )

    def clean_choices(self) -> list[str]:
        """The choices as a list, each once."""
        lines = (line.strip() for line in self.cleaned_data["choices"].splitlines())
        return list(dict.fromkeys(line for line in lines if line))


class NewAttributeForm(AttributeForm):
    """A new attribute."""

    key = forms.CharField(
        label=_("Key"), max_length=40, help_text=_("As in the heading of your files: small letters, digits and hyphens. It cannot be changed later."),
        validators=[RegexValidator(r"^[a-z][a-z0-9-]*$", _("Use small letters, digits and hyphens, beginning with a letter."))],
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=Attribute.Kind.choices)
    field_order = ("label", "key", "kind", "choices", "may_cut")


class GrantForm(Form):
    """To whom, which role, where, from when to when."""

    person = PersonField(label=_("Person"))
    role = forms.ChoiceField(label=_("Role"))
    unit = ModelChoiceWithSearch(label=_("Unit"), queryset=Unit.objects.none(), required=False, empty_label="", help_text=_("For HR partners: this unit and all below it."))
    starts_on = DateField(label=_("From"))
    ends_on = DateField(label=_("Until"), required=False, help_text=_("The first day without the role. Empty: until it is ended."))

    def __init__(self, data: Any = None, *, people: PersonQuerySet, units: UnitQuerySet, roles: list[Role], initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        self.fields["person"].people = people  # type: ignore[attr-defined]
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["role"].choices = [("", _("Choose a role")), *((role.value, role.label) for role in roles)]  # type: ignore[attr-defined]

    def clean_role(self) -> Role:
        """The role itself."""
        return Role(self.cleaned_data["role"])
