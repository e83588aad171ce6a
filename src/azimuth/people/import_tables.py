"""The tables of the import: past imports, and the rows and problems of one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import Q
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from azimuth.kit.signs import badge, moment
from azimuth.kit.tables import Column, Filter, Table
from azimuth.people.importing.problems import TITLES
from azimuth.people.models import ImportedProblem, ImportedRow, PeopleImport
from azimuth.people.queries import imports
from azimuth.people.states import ImportState

_TONES = {ImportState.APPLIED: "good", ImportState.DISCARDED: "neutral", ImportState.CHECKED: "accent"}


class ImportTable(Table):
    """Imports, the newest first."""

    key, caption, order = "imports", _("Imports of people"), ("-created_at",)
    empty_title = _("No imports yet")
    columns: ClassVar[Sequence[Column]] = (
        Column("file", _("File"), value="file_name", url=lambda row: row.get_absolute_url()),
        Column("state", _("State"), value=lambda row: row.get_state_display(), cell=lambda row: badge(row.get_state_display(), _TONES.get(row.state, "info"))),
        Column("rows", _("Rows"), value="row_count", align="end"),
        Column("by", _("By"), value=lambda row: row.created_by.name if row.created_by else _("command line"), drops=True),
        Column("at", _("Uploaded"), value="created_at", cell=lambda row: moment(row.created_at), drops=True),
    )


class RowTable(Table):
    """What an import does with people, one kind of it."""

    key, order = "people-rows", ("id",)
    search_label = _("Search by name, number or unit")
    empty_title = _("Nobody")
    columns: ClassVar[Sequence[Column]] = (
        Column("name", _("Name")),
        Column("employee_id", _("Number"), drops=True),
        Column("row", _("Row"), value="number", align="end"),
        Column(
            "changes", _("What changes"), value=lambda row: "; ".join(f"{name}: {before} → {after}" for name, before, after in imports.in_words(row.changes)),
            cell=lambda row: render_to_string("people/import/_changes.html", {"changes": imports.in_words(row.changes)}),
        ),
    )

    def __init__(self, request: HttpRequest, imported: PeopleImport, kind: str, caption: object) -> None:
        super().__init__(request, ImportedRow.objects.filter(of=imported, kinds__contains=[kind]), may_export=True)
        self.caption = caption  # type: ignore[misc]
        self.export_name = f"import-{kind}"  # type: ignore[misc]

    def search(self, rows: Any, words: str) -> Any:
        """Rows with all these words."""
        return rows.matching(words)


class ProblemTable(Table):
    """What is wrong with a file, in the order of its rows."""

    key, caption, order, export_name = "people-rows", _("Problems"), ("id",), "import-problems"
    search_label = _("Search by row, column or value")
    columns: ClassVar[Sequence[Column]] = (
        Column("row", _("Row"), value="number", cell=lambda row: row.number or _("file")),
        Column("column", _("Column")),
        Column("value", _("Value"), drops=True),
        Column(
            "problem", _("Problem and remedy"), value=lambda row: imports.problem_of(row).remedy,
            cell=lambda row: render_to_string("people/import/_problem.html", {"problem": imports.problem_of(row)}),
        ),
    )
    filters: ClassVar[Sequence[Filter]] = (
        Filter("weight", _("Weight"), (("fault", _("Faults: the row is set aside")), ("note", _("Notes: the row is applied"))),
               lambda rows, code: rows.filter(is_fault=code == "fault")),
        Filter("code", _("Kind"), (), lambda rows, code: rows.filter(code=code)),
    )

    def __init__(self, request: HttpRequest, imported: PeopleImport) -> None:
        super().__init__(request, ImportedProblem.objects.filter(of=imported), may_export=True)
        self.codes: dict[str, int] = imported.summary.get("codes", {})

    def choices_of(self, item: Filter) -> Sequence[tuple[str, object]]:
        """The kinds of problem this file has, with their numbers."""
        if item.key == "code":
            return [(code, f"{TITLES[code]} ({count})") for code, count in self.codes.items()]
        return item.choices

    def search(self, rows: Any, words: str) -> Any:
        """Problems of a row by its number, or with these words in column or value."""
        wanted = Q(value__icontains=words) | Q(column__icontains=words)
        return rows.filter(wanted | Q(number=int(words)) if words.isdecimal() and len(words) < 9 else wanted)
