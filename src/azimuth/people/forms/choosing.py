"""Choosing a person among tens of thousands, and letting a deed have its say in a form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from azimuth.access.verdict import Refused
from azimuth.people.models import Person, PersonQuerySet
from azimuth.people.queries.directory import called, found_by


class PersonInput(forms.TextInput):
    """A text field that suggests people while one types; without JavaScript an address, a number or a whole name will do."""

    template_name = "people/widgets/person_input.html"

    def format_value(self, value: Any) -> str | None:
        """A person as they are called, or what was typed."""
        return called(value) if isinstance(value, Person) else value


class PersonField(forms.Field):
    """One person of `people` (set it in the form's __init__), found by what was typed. Gives a Person, or None when empty."""

    widget = PersonInput
    people: PersonQuerySet = Person.objects.none()

    def __init__(self, **more: Any) -> None:
        more.setdefault("help_text", gettext_lazy("Type a name, an address or an employee number."))
        super().__init__(**more)

    def to_python(self, value: Any) -> Person | None:
        """The person meant; raises ValidationError when nobody or several fit."""
        if value in self.empty_values or isinstance(value, Person):
            return value or None
        found = found_by(self.people, str(value).strip())
        if len(found) == 1:
            return found[0]
        if not found:
            raise ValidationError(_("Nobody of this name was found. Check the spelling, or type the address."))
        names = "; ".join(called(person) for person in found[:5])
        raise ValidationError(_("Several people fit: %(names)s. Type one of these.") % {"names": names})


def carried_out(form: forms.BaseForm, deed: Callable[[], object]) -> bool:
    """Do the deed of a valid form; a refusal becomes the form's error, so that what was typed stays. Says whether it was done."""
    try:
        deed()
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True
