"""Forms of the import: the file, its columns, the decisions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from azimuth.kit.forms import Form
from azimuth.people.importing import fields, mapping, reading
from azimuth.people.importing.fields import AttributeField, Field
from azimuth.people.importing.mapping import ColumnMap, Options, Reach
from azimuth.people.importing.problems import Unreadable
from azimuth.people.models import PeopleImport

LEVELS = 6  # columns a path of units may be spread over
SEPARATORS = (" > ", " / ", " - ", " – ", " | ", " » ", "/", "\\")


class UploadForm(Form):
    """A file."""

    file = forms.FileField(
        label=gettext_lazy("CSV or XLSX file"), help_text=gettext_lazy("Any column names, separator and encoding; up to 50 MB and 200,000 rows."),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
        error_messages={"required": gettext_lazy("Choose a file first.")},
    )

    def __init__(self, data: Any = None, files: Any = None, *, is_too_large: bool = False) -> None:
        super().__init__(data, files)
        self.is_too_large = is_too_large

    def clean(self) -> dict[str, Any]:
        """A file larger than an import takes was not even received: say so, and nothing else."""
        if self.is_too_large:
            self.errors.pop("file", None)
            try:
                reading.refuse_size(reading.BYTES_AT_MOST + 1)
            except Unreadable as unreadable:
                self.add_error("file", unreadable.problem.remedy)
        return self.cleaned_data


class ColumnsForm(Form):
    """What each column of the file holds, and how the file is to be read."""

    unit_separator = forms.ChoiceField(
        label=gettext_lazy("Paths of units"), required=False,
        choices=[("", gettext_lazy("each cell is one unit")), *((sign, sign) for sign in SEPARATORS)],
        help_text=gettext_lazy("The sign between the steps, where one cell holds a whole path such as “North > Sales”."),
    )
    month_first = forms.ChoiceField(
        label=gettext_lazy("Dates such as 03/04/2026"), required=False,
        choices=[("day", gettext_lazy("3 April: day first")), ("month", gettext_lazy("4 March: month first"))],
    )
    family_name_first = forms.BooleanField(label=gettext_lazy("Names are written “Novak, Ada”"), required=False)

    def __init__(self, data: Any = None, *, imported: PeopleImport, attributes: Sequence[AttributeField]) -> None:
        chosen = ColumnMap.from_json(imported.columns)
        super().__init__(data, initial={
            "unit_separator": chosen.unit_separator, "month_first": "month" if chosen.month_first else "day", "family_name_first": chosen.family_name_first,
        })
        self.header: list[str] = imported.header
        self.sample: list[list[str]] = imported.sample
        if chosen.unit_separator not in dict(self.fields["unit_separator"].choices):  # type: ignore[attr-defined]
            self.fields["unit_separator"].choices += [(chosen.unit_separator, chosen.unit_separator)]  # type: ignore[attr-defined]
        places = {name: _code(code, level) for code, names in chosen.columns.items() for level, name in enumerate(names, start=1)}
        choices = _choices(attributes)
        for number, name in enumerate(self.header):
            self.fields[f"column-{number}"] = forms.ChoiceField(label=name, required=False, choices=choices, initial=places.get(name, ""))

    def columns(self) -> list[tuple[forms.BoundField, str, list[str]]]:
        """Each column: its field, its name, a few of its cells."""
        return [
            (self[f"column-{number}"], name, [cell for row in self.sample if number < len(row) and (cell := row[number].strip())][:3])
            for number, name in enumerate(self.header)
        ]

    def clean(self) -> dict[str, Any]:
        """No field comes from two columns; somebody must be recognisable, and named."""
        taken: dict[str, str] = {}
        for number, name in enumerate(self.header):
            code = self.cleaned_data.get(f"column-{number}")
            if code and code in taken:
                text = _("“%(other)s” is taken for this already. Choose one of the two.") % {"other": taken[code]}
                self.add_error(f"column-{number}", text)
            elif code:
                taken[code] = name
        for problem in mapping.faults(self._map()):
            self.add_error(None, ValidationError(problem.remedy))
        return self.cleaned_data

    def _map(self) -> ColumnMap:
        found: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for number, name in enumerate(self.header):
            code = self.cleaned_data.get(f"column-{number}") or ""
            if code:
                field, _sign, level = code.partition(":")
                found[field].append((level, name))
        columns = {code: tuple(name for _level, name in sorted(names, key=lambda item: item[0])) for code, names in found.items()}
        typed = self.cleaned_data.get
        return ColumnMap(
            columns, unit_separator=typed("unit_separator") or "", month_first=typed("month_first") == "month",
            family_name_first=bool(typed("family_name_first")),
        )

    @property
    def chosen(self) -> ColumnMap:
        """The mapping, once the form is valid."""
        return self._map()


class DecisionsForm(Form):
    """What the person decides after a first look: whom the file speaks for, new units, spellings, and whether half may leave."""

    reach = forms.ChoiceField(label=gettext_lazy("Whom does this file speak for?"), widget=forms.RadioSelect, choices=[
        (Reach.PART.value, gettext_lazy("Only the people in it: nobody leaves")),
        (Reach.ROOTS.value, gettext_lazy("Everybody in the organisations it names: people of theirs who are not in it have left")),
        (Reach.ALL.value, gettext_lazy("Everybody we have: people who are not in it have left")),
    ])
    creates_units = forms.BooleanField(label=gettext_lazy("Create units that do not exist yet"), required=False)

    def __init__(self, data: Any = None, *, imported: PeopleImport) -> None:
        self.options = Options.from_json(imported.options)
        found = imported.summary
        super().__init__(data, initial={"reach": found.get("reach"), "creates_units": self.options.creates_units})
        self.merges = [*self.options.merges.items(), *((rare, usual) for rare, usual in found.get("alike", []))]
        for number, (rare, usual) in enumerate(self.merges):
            label = _("“%(rare)s” is “%(usual)s”: one unit") % {"rare": rare, "usual": usual}
            self.fields[f"merge-{number}"] = forms.BooleanField(label=label, required=False, initial=rare in self.options.merges)
        if found.get("ends_half"):
            label = _("Yes, %(leaving)s of %(of)s people leave") % {"leaving": found["leaving"], "of": found["spoken_for"]}
            self.fields["may_end_half"] = forms.BooleanField(label=label, required=False, initial=self.options.may_end_half)

    def spellings(self) -> list[forms.BoundField]:
        """The fields that join spellings."""
        return [self[name] for name in self.fields if name.startswith("merge-")]

    @property
    def chosen(self) -> Options:
        """The decisions, once the form is valid."""
        merges = {rare: usual for number, (rare, usual) in enumerate(self.merges) if self.cleaned_data.get(f"merge-{number}")}
        return replace(
            self.options, reach=Reach(self.cleaned_data["reach"]), creates_units=self.cleaned_data["creates_units"], merges=merges,
            may_end_half=self.cleaned_data.get("may_end_half", False),
        )


def _code(code: str, level: int) -> str:
    return f"{code}:{level}" if code == Field.UNIT else code


def _choices(attributes: Sequence[AttributeField]) -> list[tuple[str, object]]:
    choices: list[tuple[str, object]] = [("", _("not used"))]
    for field in Field:
        if field == Field.UNIT:
            choices += [(_code(field, 1), _("Unit")), *((_code(field, level), _("Unit, step %(level)s down") % {"level": level}) for level in range(2, LEVELS + 1))]
        else:
            choices.append((field.value, fields.LABELS[field]))
    return choices + [(item.code, item.label) for item in attributes]
