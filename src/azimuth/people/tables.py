"""The directory as a table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cached_property
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import F, OuterRef, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from azimuth.kit.signs import day, face
from azimuth.kit.tables import Column, Filter, Table
from azimuth.people import policies
from azimuth.people.models import Person, ReportingLine, Unit
from azimuth.people.queries import directory, units


def _of_unit(people: Any, key: str) -> Any:
    unit = Unit.objects.filter(pk=key).first()
    if unit is None:
        return people.none()
    inside = Unit.objects.within(unit).values("pk")
    return people.filter(unit__in=inside)


def _without_lead(people: Any, _code: str) -> Any:
    return people.without_lead()


class Directory(Table):
    """Everybody who works here, for everybody inside."""

    key, caption, order, export_name = "directory", _("People"), ("search_text",), "people"
    search_label = _("Search by name, job title or unit")
    empty_title = _("Nobody is here yet")
    empty_text = _("People come in by an import or one by one.")
    columns: ClassVar[Sequence[Column]] = (
        Column("name", _("Name"), sort=("search_text",), cell=lambda row: face(row.name, url=row.get_absolute_url())),
        Column("job_title", _("Job title"), sort=("job_title", "search_text")),
        Column("unit", _("Unit"), value="unit_name", drops=True),
        Column("location", _("Location"), sort=("location", "search_text"), drops=True),
    )
    reads: ClassVar[Sequence[str]] = ("name", "job_title", "location", "search_text")
    filters: ClassVar[Sequence[Filter]] = (
        Filter("unit", _("Unit"), (), _of_unit),
        Filter("location", _("Location"), (), lambda people, place: people.filter(location=place)),
    )

    def __init__(self, request: HttpRequest, viewer: Person, *, on: date) -> None:
        super().__init__(request, Person.objects.visible_to(viewer), may_export=bool(policies.can_export(viewer)))
        self.on = on

    def search(self, rows: Any, words: str) -> Any:
        """People whose name, role or unit have words that begin like these."""
        return rows.matching(words)

    def read(self, rows: Any) -> Any:
        """What the columns show of each person, and the unit's name."""
        return rows.only(*self.reads).annotate(unit_name=F("unit__name"))

    @cached_property
    def _choices(self) -> dict[str, list[tuple[str, str]]]:
        return {"unit": self._units(), "location": [(place, place) for place in directory.locations()]}

    def choices_of(self, item: Filter) -> Sequence[tuple[str, object]]:
        """Units and places come from the database."""
        return self._choices.get(item.key, item.choices)

    def _units(self) -> list[tuple[str, str]]:
        """The top of the tree, and the unit asked for where it lies deeper (a link from a person's page)."""
        known = units.choices()
        asked = self.request.GET.get("unit", "")
        if asked and asked not in dict(known):
            known += [(str(unit.pk), unit.name) for unit in _unit(asked)]
        return known

    @property
    def state(self) -> str:
        """Who is listed: "present" unless another state was chosen; "" for everybody."""
        may_choose = any(item.key == "state" for item in self.filters)
        return self.chosen.get("state", "") if may_choose and "state" in self.request.GET else "present"

    @property
    def controls(self) -> list[tuple[Filter, Sequence[tuple[str, object]], str]]:
        """The filters; the state shows what is in force."""
        return [(item, choices, self.state if item.key == "state" else chosen) for item, choices, chosen in super().controls]

    @cached_property
    def narrowed(self) -> Any:
        """Those who fit search and filters, of the state asked for."""
        rows: Any = super().narrowed
        match self.state:
            case "present":
                return rows.present(self.on)
            case "left":
                return rows.left(self.on)
            case _:
                return rows


STATE = Filter("state", _("State"), (("present", _("Present")), ("left", _("Left"))), lambda people, _state: people)


class PartnerDirectory(Directory):
    """The directory for HR partners, who also see who left their units."""

    filters: ClassVar[Sequence[Filter]] = (*Directory.filters, STATE)


class RecordTable(Directory):
    """The directory with the record, for HR administrators."""

    columns: ClassVar[Sequence[Column]] = (
        *Directory.columns,
        Column("employee_id", _("Number"), drops=True),
        Column("started_on", _("First day"), sort=("started_on", "search_text"), cell=lambda row: day(row.started_on), drops=True),
        Column("ended_on", _("Leaves"), sort=("ended_on", "search_text"), cell=lambda row: day(row.ended_on), drops=True),
    )
    reads: ClassVar[Sequence[str]] = (*Directory.reads, "employee_id", "started_on", "ended_on")
    filters: ClassVar[Sequence[Filter]] = (
        *Directory.filters,
        STATE,
        Filter("lead", _("Lead"), (("none", _("Without a lead")),), _without_lead),
    )


class RecordExport(RecordTable):
    """What goes into a file: the record of those listed, as an import would read it again."""

    columns: ClassVar[Sequence[Column]] = (
        Column("employee_id", _("Employee number")),
        Column("name", _("Name"), sort=("search_text",)),
        Column("email", _("Work e-mail")),
        Column("job_title", _("Job title"), sort=("job_title", "search_text")),
        Column("grade", _("Grade")),
        Column("unit", _("Unit"), value="unit_name"),
        Column("location", _("Location"), sort=("location", "search_text")),
        Column("lead_number", _("Lead's employee number")),
        Column("lead_email", _("Lead's e-mail")),
        Column("started_on", _("First day"), sort=("started_on", "search_text")),
        Column("ended_on", _("Leaves"), sort=("ended_on", "search_text")),
    )
    reads: ClassVar[Sequence[str]] = (*RecordTable.reads, "email", "grade")

    def read(self, rows: Any) -> Any:
        """The lead with each person."""
        lead = ReportingLine.objects.current().solid().filter(person=OuterRef("pk"))
        return super().read(rows).annotate(lead_number=Subquery(lead.values("lead__employee_id")[:1]), lead_email=Subquery(lead.values("lead__email")[:1]))


def directory_for(request: HttpRequest, viewer: Person, *, on: date) -> Directory:
    """The directory as this viewer may see it."""
    if policies.can_export(viewer):
        return RecordExport(request, viewer, on=on) if "export" in request.GET else RecordTable(request, viewer, on=on)
    return PartnerDirectory(request, viewer, on=on) if viewer.units_partnered else Directory(request, viewer, on=on)


def _unit(key: str) -> list[Unit]:
    try:
        return list(Unit.objects.filter(pk=UUID(key)))
    except ValueError:
        return []
