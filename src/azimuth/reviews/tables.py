"""Lists of cycles and subjects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from django.db.models import F
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from azimuth.kit import signs
from azimuth.kit.addresses import address
from azimuth.kit.search import prefix_query
from azimuth.kit.tables import Column, Filter, Rows, Table
from azimuth.people.models import Person
from azimuth.reviews.models import ReviewCycle
from azimuth.reviews.queries.rehearsals import visibility
from azimuth.reviews.states import CycleState, ListState


class CycleTable(Table):
    """The cycles one steers."""

    key = "cycles"
    caption = _("360 cycles")
    order = ("-created_on", "pk")
    empty_title = _("No cycle yet")
    empty_text = _("A cycle asks colleagues for their view of each subject and turns it into a report. A first one takes five clicks.")
    columns = (
        Column("name", _("Name"), sort=("name", "pk"), url=lambda row: address("reviews:cycle", row.pk)),
        Column("state", _("State"), "state_in_words"),
        Column("purpose", _("Purpose"), "purpose_in_words", drops=True),
        Column("closes", _("Closes"), lambda row: row.closes_at.date() if row.closes_at else None, sort=("closes_at", "pk")),
        Column("created_on", _("Made"), sort=("created_on", "pk"), drops=True),
    )
    filters = (Filter("state", _("State"), CycleState.choices, lambda rows, state: rows.filter(state=state)),)

    def search(self, rows: Rows, words: str) -> Rows:
        """By name."""
        return rows.filter(name__icontains=words) if words else rows


def _matching(rows: Rows, words: str) -> Rows:
    return rows.filter(person__in=Person.objects.matching(words)) if prefix_query(words) else rows


class SubjectTable(Table):
    """The subjects of a launched cycle, before there are reports; never who answered."""

    key = "subjects"
    caption = _("Subjects")
    order = ("search_text", "pk")
    empty_title = _("No subjects")
    export_name = "subjects"
    columns: ClassVar[Sequence[Column]] = (
        Column("person", _("Subject"), "name", sort=("search_text", "pk"), url=lambda row: address("reviews:raters", row.cycle_id, row.pk)),
        Column("unit", _("Unit"), "unit_name", drops=True),
        Column("report", _("Report"), lambda row: _("taken out") if row.withdrawn_on else "", drops=True),
    )

    def search(self, rows: Rows, words: str) -> Rows:
        """By name, role or unit."""
        return _matching(rows, words)

    def read(self, rows: Rows) -> Rows:
        """Name and unit. Sorted by what people are searched by: that has an index, so a cycle of ten thousand is as quick as one of ten."""
        shown = rows.only("cycle", "released_on", "withdrawn_on", "list_state")
        return shown.annotate(name=F("person__name"), unit_name=F("person__unit__name"), search_text=F("person__search_text"))


class NominatingSubjectTable(SubjectTable):
    """The subjects while raters are proposed: how far each list is."""

    columns = (*SubjectTable.columns[:2], Column("list_state", _("List of raters"), lambda row: ListState(row.list_state).label, sort=("list_state", "search_text", "pk"), url=lambda row: address("reviews:list", row.pk)))
    filters = (Filter("list", _("List"), ListState.choices, lambda rows, state: rows.filter(list_state=state)),)


class ReportedSubjectTable(SubjectTable):
    """The subjects of a counted cycle: whether their report is out, and whether they said that they have read it."""

    columns = (
        *SubjectTable.columns[:2],
        Column("released_on", _("Report released"), lambda row: _("taken out") if row.withdrawn_on else row.released_on, sort=("released_on", "pk")),
        Column("acknowledged_on", _("Acknowledged"), drops=True),
    )
    filters = (
        Filter(
            "released", _("Report"), (("yes", _("released")), ("no", _("not released"))),
            lambda rows, chosen: rows.filter(released_on__isnull=chosen == "no"),
        ),
    )

    def read(self, rows: Rows) -> Rows:
        """The acknowledgement as well."""
        return super().read(rows).annotate(acknowledged_on=F("acknowledgement__acknowledged_on"))


class AuditedSubjectTable(ReportedSubjectTable):
    """The same for auditors, who see the cycle and not whom it asks."""

    columns = (Column("person", _("Subject"), "name", sort=("search_text", "pk")), *ReportedSubjectTable.columns[1:])


def _rehearsed(rows: Rows, chosen: str) -> Rows:
    return {"subjects": rows.filter(is_subject=True), "raters": rows.filter(others__gt=0), "outside": rows.filter(is_external=True)}[chosen]


class RehearsedTable(Table):
    """What a launch asks of everybody."""

    key = "rehearsed"
    caption = _("Person by person")
    order = ("-minutes", "pk")
    empty_title = _("Nobody is asked")
    empty_text = _("Add subjects, then rehearse again.")
    export_name = "rehearsal"
    filters = (
        Filter("who", _("Who"), (("subjects", _("subjects")), ("raters", _("raters of others")), ("outside", _("from outside"))), _rehearsed),
    )

    def __init__(self, request: HttpRequest, queryset: Rows, *, cycle: ReviewCycle) -> None:
        super().__init__(request, queryset, may_export=True)
        self.columns = (  # type: ignore[misc]
            Column("name", _("Name"), sort=("search_text", "pk")),
            Column("unit", _("Unit"), drops=True),
            Column("own", _("Self forms"), sort=("own", "pk"), align="end"),
            Column("others", _("Forms about others"), sort=("others", "pk"), align="end"),
            Column("minutes", _("Minutes, about"), sort=("minutes", "pk"), align="end"),
            Column("mails", _("Mails at most"), align="end", drops=True),
            Column("readers", _("Their report is seen by"), lambda row: visibility(cycle, name=row.name, lead=row.lead) if row.is_subject else "", drops=True),
        )

    def search(self, rows: Rows, words: str) -> Rows:
        """By name and unit."""
        return rows.matching(words)  # type: ignore[attr-defined]


class DraftSubjectTable(Table):
    """The subjects of a draft, with their lead."""

    key = "subjects"
    caption = _("Subjects")
    order = ("person__search_text", "pk")

    columns = (
        Column("person", _("Subject"), "person.name", sort=("person__search_text", "pk"), url=lambda row: address("reviews:raters", row.cycle_id, row.pk)),
        Column("unit", _("Unit"), "person.unit.name", drops=True),
        Column("lead", _("Lead"), "lead.name", drops=True),
        Column("pick", _("Take off"), "", cell="reviews/_pick.html", is_exported=False),
    )

    def search(self, rows: Rows, words: str) -> Rows:
        """By name, role or unit."""
        return _matching(rows, words)


LIST_TONES = {ListState.CHOOSING: "neutral", ListState.RETURNED: "warn", ListState.PROPOSED: "accent", ListState.APPROVED: "good"}


class ListTable(Table):
    """Lists of raters that are proposed, approved or looked after."""

    key = "lists"
    caption = _("Lists of raters")
    order = ("person__name", "pk")
    empty_title = _("No list waits")
    empty_text = _("When a cycle asks you to propose raters, or to approve a list, it is shown here.")
    columns = (
        Column("person", _("About"), "person.name", sort=("person__name", "pk"), url=lambda row: address("reviews:list", row.pk)),
        Column("unit", _("Unit"), "person.unit.name", drops=True),
        Column("cycle", _("Cycle"), "cycle.name", sort=("cycle__name", "person__name", "pk"), drops=True),
        Column("state", _("List"), lambda row: row.get_list_state_display(), cell=lambda row: signs.badge(row.get_list_state_display(), LIST_TONES[row.list_state])),
        Column("until", _("Until"), "cycle.nominations_close_at", sort=("cycle__nominations_close_at", "person__name", "pk")),
    )
    filters = (Filter("state", _("List"), ListState.choices, lambda rows, state: rows.filter(list_state=state)),)

    def search(self, rows: Rows, words: str) -> Rows:
        """By name, role or unit."""
        return _matching(rows, words)


class CoachTable(Table):
    """The subjects of a cycle with who coaches them."""

    key = "coaches"
    caption = _("Subjects and their coaches")
    order = ("person__name", "pk")
    empty_title = _("No subjects")
    columns = (
        Column("person", _("Subject"), "person.name", sort=("person__name", "pk")),
        Column("unit", _("Unit"), "person.unit.name", drops=True),
        Column("lead", _("Lead"), "lead.name", drops=True),
        Column("coach", _("Coach"), "coach.name", sort=("coach__name", "person__name", "pk")),
        Column("pick", _("Choose"), "", cell="reviews/_pick_subject.html", is_exported=False),
    )
    filters = (
        Filter("coached", _("Coach"), (("yes", _("has a coach")), ("no", _("has none"))), lambda rows, chosen: rows.filter(coach__isnull=chosen == "no")),
    )

    def search(self, rows: Rows, words: str) -> Rows:
        """By name, role or unit of the subject."""
        return _matching(rows, words)
