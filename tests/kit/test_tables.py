"""Tables and paging by key: every row once, in order, in a constant number of queries; exports for those who may."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models import Count, F, QuerySet
from django.test import RequestFactory
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from azimuth.kit import paging
from azimuth.kit.components.lists import data_table
from azimuth.kit.tables import Column, Filter, Table
from azimuth.people.models import Person, ReportingLine, Unit
from tests import cast as stage

GRADES = ["", "A", "B"]


class PeopleTable(Table):
    """People, for tests."""

    key, caption, order, per_page, export_name = "people", "People", ("name",), 3, "people"
    columns = (
        Column("name", "Name", sort=("name",), url=lambda row: f"/people/{row.pk}/"),
        Column("unit", "Unit", value="unit.name", sort=("unit__name", "name"), drops=True),
        Column("email", "Mail", sort=("email",)),
        Column("sign", "Sign", value=lambda row: "=1+1", is_exported=True),
        Column("shown", "Shown", cell=lambda row: row.name.upper(), value="name", is_exported=False),
    )
    filters = (Filter("grade", "Grade", [("A", "A"), ("B", "B")], lambda rows, code: rows.filter(grade=code)),)

    def search(self, rows: QuerySet, words: str) -> QuerySet:
        """By name."""
        return rows.filter(name__icontains=words)


def table(query: str = "", *, may_export: bool = False) -> PeopleTable:
    return PeopleTable(RequestFactory().get(f"/people/{query}"), Person.objects.select_related("unit"), may_export=may_export)


def walk(queryset: QuerySet, keys: tuple[str, ...], size: int) -> tuple[list[Any], list[Any]]:
    """All rows, reached by "next" from the first page, and again by "previous" from the last."""
    there, pages, url = [], [], ""
    for _turn in range(100):
        page = paging.page(RequestFactory().get("/" + url), queryset, keys, size=size)
        there += list(page.rows)
        pages.append(page)
        url = page.next_url
        if not url:
            break
    back, url = list(pages[-1].rows), pages[-1].previous_url
    for _turn in range(100):
        if not url:
            break
        page = paging.page(RequestFactory().get("/" + url.removeprefix("/")), queryset, keys, size=size)
        back = list(page.rows) + back
        url = page.previous_url
    return there, back


class EveryRowOnce(TestCase):
    """Paging there and back over rows with ties and empty values."""

    @given(
        rows=st.lists(st.tuples(st.sampled_from(["Ada", "Bo", "Cleo"]), st.sampled_from([None, "a@x.org", "b@x.org", "c@x.org"])), max_size=9),
        keys=st.sampled_from([("name",), ("-name",), ("employee_id",), ("-employee_id",), ("grade", "-name"), ("-employee_id", "name")]), size=st.integers(1, 4),
    )
    @settings(max_examples=60, deadline=None)
    def test_there_and_back(self, rows: list[tuple[str, str | None]], keys: tuple[str, ...], size: int) -> None:
        Person.objects.all().delete()
        for place, (name, key) in enumerate(rows):
            Person.objects.create(name=name, employee_id=f"{key}{place}" if key else None, grade=GRADES[place % 3])
        there, back = walk(Person.objects.all(), keys, size)
        assert len(there) == len(rows) == len({row.pk for row in there})
        assert [row.pk for row in there] == [row.pk for row in back]


@pytest.mark.django_db
def test_paging_over_annotations_and_relations(cast: stage.Cast) -> None:
    counted = Unit.objects.annotate(many=Count("people"))
    there, back = walk(counted, ("-many", "name"), 1)
    assert [unit.name for unit in there] == [unit.name for unit in back]
    assert {unit.pk for unit in there} == {unit.pk for unit in Unit.objects.all()}
    there, back = walk(Person.objects.select_related("unit"), ("unit__name",), 2)
    assert there == back
    assert len(there) == Person.objects.count()


@pytest.mark.django_db
@pytest.mark.parametrize("cursor", ["x", "", "bm9wZQ", "W10", "WyJhIl0", "WyJhIiwgImIiXQ", "e30", "W251bGwsIG51bGxd", "é"])
def test_a_broken_cursor_never_breaks_the_page(cast: stage.Cast, cursor: str) -> None:
    page = paging.page(RequestFactory().get("/", {"after": cursor}), Person.objects.all(), ("name",), size=3)
    assert len(page) <= 3


@pytest.mark.django_db
def test_a_sort_key_that_is_none_is_our_mistake(cast: stage.Cast) -> None:
    with pytest.raises(Exception, match="nothing"):
        paging.page(RequestFactory().get("/"), Person.objects.all(), ("nothing",))


@pytest.mark.django_db
def test_queries_stay_two_however_many_rows(django_assert_num_queries: Callable) -> None:
    unit = stage.unit("Meridian")
    for many in (1, 40):
        Person.objects.bulk_create(Person(name=f"Person {number}", unit=unit) for number in range(many))
        with django_assert_num_queries(2):
            data_table(table())
    assert (table("?q=no such").page.total, table().page.total) == (0, 41)


class Led(Table):
    """People with something read along, for tests."""

    order = ("unit_name", "pk")
    per_page = 2
    columns = (Column("name", "Name", sort=("name",)), Column("unit", "Unit", "unit_name"))

    def read(self, rows: QuerySet) -> QuerySet:
        """The unit's name."""
        return rows.annotate(unit_name=F("unit__name"))


def test_what_is_read_along_is_sorted_by_paged_by_and_not_counted(cast: stage.Cast, django_assert_num_queries: Callable) -> None:
    Person.objects.filter(pk=cast.dan.pk).update(unit=None)
    wanted = list(Person.objects.annotate(unit_name=F("unit__name")).order_by("unit_name", "pk"))  # who has no unit comes last
    found, url = [], ""
    for _turn in range(len(wanted)):
        led = Led(RequestFactory().get(f"/{url}"), Person.objects.all())
        with django_assert_num_queries(2) as captured:
            page = led.page
        assert "people_unit" not in captured[1]["sql"]
        found += page.rows
        url = page.next_url
        if not url:
            break
    assert found == wanted
    assert [row.unit_name for row in found][-1] is None
    assert cast.ada.unit.name in Led(RequestFactory().get("/"), Person.objects.filter(pk=cast.ada.pk)).body


def test_a_column_that_is_always_there_gives_its_page_a_plain_bound(cast: stage.Cast) -> None:
    lines = ReportingLine.objects.annotate(search_text=F("person__search_text"), about=F("person__unit__name"))
    asked = {name: paging._order(lines, (name,)).kinds[0].may_be_empty for name in ("search_text", "about")}
    assert asked == {"search_text": False, "about": True}


@pytest.mark.django_db
def test_search_filter_and_sort(cast: stage.Cast) -> None:
    Person.objects.filter(pk__in=[cast.ada.pk, cast.bo.pk]).update(grade="A")
    assert [row.name for row in table("?q=an").page] == ["Cleo Brandt", "Dan Moreau", "Eve Castellano"]
    assert {row.name for row in table("?grade=A").page} == {"Ada Novak", "Bo Lindqvist"}
    assert next(iter(table("?sort=-name").page)).name == "Jon Abara"
    assert [heading.direction for heading in table("?sort=-unit").headings] == ["", "descending", "", "", ""]
    assert table("?sort=-unit").headings[1].url == "?sort=unit"


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["?sort=password", "?sort=--name", "?grade=Z", "?grade=A'", "?q=%00", "?export=exe", "?sort=&after=&before="])
def test_nonsense_in_the_address_bar_is_ignored(cast: stage.Cast, query: str) -> None:
    one = table(query)
    assert len(one.page) == 3
    assert not one.wants_export
    assert data_table(one)


@pytest.mark.django_db
def test_the_page_keeps_its_state_in_every_link(cast: stage.Cast) -> None:
    html = data_table(table("?q=a&grade=&sort=name"))
    assert 'href="?q=a&amp;grade=&amp;sort=-name"' in html
    assert "after=" in html
    assert 'hx-target="#people"' in html


@pytest.mark.django_db
def test_nothing_fits_says_how_to_see_all(cast: stage.Cast) -> None:
    html = data_table(table("?q=nobody"))
    assert "Nothing fits" in html
    assert 'href="/people/"' in html


@pytest.mark.django_db
def test_nothing_there_says_so() -> None:
    assert "Nothing here yet" in data_table(table())


@pytest.mark.django_db
def test_export_needs_permission(cast: stage.Cast) -> None:
    assert "Export" not in data_table(table())
    with pytest.raises(PermissionDenied):
        table("?export=csv").export()


@pytest.mark.django_db
def test_csv_has_all_pages_of_what_is_shown_and_no_formulas(cast: stage.Cast) -> None:
    """A36: from a page."""
    response = table("?export=csv&sort=-name&q=a", may_export=True).export()
    rows = list(csv.reader(io.StringIO(b"".join(response).decode("utf-8-sig"))))
    assert rows[0] == ["Name", "Unit", "Mail", "Sign"]
    assert [row[0] for row in rows[1:]] == sorted((person.name for person in Person.objects.filter(name__icontains="a")), reverse=True)
    assert {row[3] for row in rows[1:]} == {"'=1+1"}
    assert response["Content-Disposition"] == 'attachment; filename="people.csv"'


@pytest.mark.django_db
def test_xlsx_is_a_workbook(cast: stage.Cast) -> None:
    assert table("?export=xlsx", may_export=True).export().content[:2] == b"PK"


@pytest.mark.django_db
def test_many_rows_are_not_counted_to_the_end(monkeypatch: pytest.MonkeyPatch, cast: stage.Cast) -> None:
    monkeypatch.setattr(paging, "COUNTED_AT_MOST", 5)
    assert table().page.has_more_than_total
    assert "More than 5" in data_table(table())


@pytest.mark.django_db
def test_a_cell_made_by_a_template_stays_markup() -> None:
    class Marked(PeopleTable):
        columns = (*PeopleTable.columns, Column("mark", "Mark", value="name", cell="kit/_mark.html"))

    stage.assemble()
    shown = str(data_table(Marked(RequestFactory().get("/people/"), Person.objects.select_related("unit"))))
    assert "<svg" in shown
    assert "&lt;" not in shown
