"""Tables one can search, filter, sort, page and export; every state is in the address bar, and all of it works without JavaScript."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from azimuth.kit import paging, sheets, signs
from azimuth.kit.markup import safe

Rows = QuerySet[Any]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Column:
    """One column. `value` is a path such as "unit.name" or a function of the row; it is what is exported and, without `cell`, shown.

    `cell` shows the row otherwise: a function giving markup, or the name of a template that gets `row` and `value`. `url` makes
    the cell a link. `sort` names the sort keys (empty: not sortable); `align` "end" for numbers; `drops` hides it on narrow screens.
    """

    key: str
    label: object
    value: str | Callable[[Any], object] = ""
    cell: Callable[[Any], object] | str | None = None
    sort: Sequence[str] = ()
    url: Callable[[Any], str] | None = None
    align: str = "start"
    drops: bool = False
    is_exported: bool = True

    def of(self, row: Any) -> object:
        """The value of this column for a row."""
        if callable(self.value):
            return self.value(row)
        for step in (self.value or self.key).split("."):
            row = getattr(row, step, None) if not isinstance(row, dict) else row.get(step)
        return row

    def shown(self, row: Any) -> object:
        """What the page shows for a row; None or "" where there is nothing."""
        if isinstance(self.cell, str):
            return SafeString(render_to_string(self.cell, {"row": row, "value": self.of(row)}).strip())  # strip alone makes it plain text
        value = self.cell(row) if self.cell else self.of(row)
        if isinstance(value, datetime):
            return signs.moment(value)
        return signs.day(value) if isinstance(value, date) else value


@dataclass(frozen=True)
class Filter:
    """A choice that narrows the rows: `narrow(rows, chosen)` gets one of the codes of `choices`."""

    key: str
    label: object
    choices: Sequence[tuple[str, object]]
    narrow: Callable[[Rows, str], Rows]


@dataclass(frozen=True)
class Heading:
    """A column's heading as the page needs it."""

    column: Column
    url: str
    direction: str  # "ascending", "descending" or ""


class Table:
    """Declare `columns` and what may be done; make one per request with the rows the viewer may see.

    `search(rows, words)` narrows by free text; `beside` is the id of a part of the page that goes by search and filters, too; `order` is the order at first; `may_export` comes from a policy. A page asks
    `if table.wants_export: return table.export()` before it renders.
    """

    key: ClassVar[str] = "table"
    caption: ClassVar[object] = ""
    columns: ClassVar[Sequence[Column]] = ()
    filters: ClassVar[Sequence[Filter]] = ()
    order: ClassVar[Sequence[str]] = ("pk",)
    per_page: ClassVar[int] = 25
    search_label: ClassVar[object] = _("Search")
    empty_title: ClassVar[object] = _("Nothing here yet")
    empty_text: ClassVar[object] = ""
    export_name: ClassVar[str] = ""
    beside: ClassVar[str] = ""

    def __init__(self, request: HttpRequest, queryset: Rows, *, may_export: bool = False) -> None:
        self.request = request
        self.rows = queryset
        self.may_export = may_export

    def search(self, rows: Rows, words: str) -> Rows:
        """Rows that fit the words; override to switch the search field on."""
        return rows

    def choices_of(self, item: Filter) -> Sequence[tuple[str, object]]:
        """The choices of a filter; override where they come from the database."""
        return item.choices

    def read(self, rows: Rows) -> Rows:
        """The rows with what the columns show beyond their own fields; for a page or a file, not where they are only counted."""
        return rows

    # ---- what the address bar asks for

    @property
    def can_search(self) -> bool:
        """Whether there is a search field."""
        return type(self).search is not Table.search

    @property
    def words(self) -> str:
        """The words searched for."""
        return self.request.GET.get("q", "").replace("\x00", "").strip()[:200]

    @cached_property
    def chosen(self) -> dict[str, str]:
        """The filters in use, by key; unknown values count as none."""
        asked = [(item, self.request.GET.get(item.key, "")) for item in self.filters]
        return {item.key: value for item, value in asked if value and any(str(code) == value for code, _label in self.choices_of(item))}

    @cached_property
    def sorted_by(self) -> tuple[Column | None, bool]:
        """The column sorted by, if one was chosen, and whether it descends."""
        asked = self.request.GET.get("sort", "")
        column = next((column for column in self.columns if column.sort and column.key == asked.lstrip("-")), None)
        return column, asked.startswith("-")

    @property
    def sort_asked(self) -> str:
        """The column sorted by, as the address bar says it."""
        column, descends = self.sorted_by
        return f"{'-' if descends else ''}{column.key}" if column else ""

    @property
    def is_narrowed(self) -> bool:
        """Whether the rows are fewer than all because of a search or filter."""
        return bool((self.can_search and self.words) or self.chosen)

    # ---- the rows

    @cached_property
    def narrowed(self) -> Rows:
        """All rows that fit search and filters."""
        rows = self.search(self.rows, self.words) if self.can_search and self.words else self.rows
        for item in self.filters:
            if item.key in self.chosen:
                rows = item.narrow(rows, self.chosen[item.key])
        return rows

    @property
    def keys(self) -> list[str]:
        """The sort keys in force."""
        column, descends = self.sorted_by
        if column is None:
            return list(self.order)
        return [_turned(name) if descends else name for name in column.sort]

    @cached_property
    def page(self) -> paging.Page:
        """The page of rows the address bar asks for."""
        return paging.page(self.request, self.read(self.narrowed), self.keys, size=self.per_page, counted=self.narrowed)

    @property
    def body(self) -> SafeString:
        """The rows of this page. Written here and not in a template, as it is most of the work of a page with a table."""
        tags = [_cell_tags(column, is_first=place == 0) for place, column in enumerate(self.columns)]
        nothing = signs.nothing()  # once: most empty cells are in columns that are empty all the way down
        lines = ("".join(f"{begin}{_content(column, row, nothing)}{end}" for column, (begin, end) in zip(self.columns, tags, strict=True)) for row in self.page)
        return SafeString("".join(f"<tr>{line}</tr>\n" for line in lines))

    @property
    def headings(self) -> list[Heading]:
        """The headings with the addresses that sort by them."""
        chosen, descends = self.sorted_by
        made = []
        for column in self.columns:
            direction = ("descending" if descends else "ascending") if column is chosen else ""
            sort = f"-{column.key}" if direction == "ascending" else column.key
            url = paging.with_query(self.request, sort=sort, after=None, before=None) if column.sort else ""
            made.append(Heading(column, url, direction))
        return made

    @property
    def head(self) -> SafeString:
        """The headings as markup."""
        return SafeString("".join(_head_cell(heading, safe(self.key)) for heading in self.headings))

    @property
    def controls(self) -> list[tuple[Filter, Sequence[tuple[str, object]], str]]:
        """The filters with their choices and the one chosen."""
        return [(item, self.choices_of(item), self.chosen.get(item.key, "")) for item in self.filters]

    @property
    def clear_url(self) -> str:
        """The address without search and filters."""
        return paging.with_query(self.request, q=None, after=None, before=None, **{item.key: None for item in self.filters})

    @property
    def pages_label(self) -> str:
        """The name of the links between its pages."""
        return _("Pages of %(table)s") % {"table": self.caption or self.key}

    # ---- export

    @property
    def wants_export(self) -> str:
        """The format asked for ("csv", "xlsx"), or nothing."""
        asked = self.request.GET.get("export", "")
        return asked if asked in {"csv", "xlsx"} else ""

    def export_url(self, kind: str) -> str:
        """The address that exports what is shown now, all pages of it."""
        return paging.with_query(self.request, export=kind, after=None, before=None)

    @property
    def exports(self) -> list[tuple[str, str]]:
        """Name and address of each export this viewer may have."""
        return [("CSV", self.export_url("csv")), ("XLSX", self.export_url("xlsx"))] if self.may_export else []

    def export_rows(self) -> Iterator[Sequence[object]]:
        """Headings, then every row that fits search and filters, in the order shown."""
        columns = [column for column in self.columns if column.is_exported]
        yield [str(column.label) for column in columns]
        for row in self.read(self.narrowed).order_by(*self.keys, "pk").iterator(chunk_size=2000):
            yield [column.of(row) for column in columns]

    def export(self) -> HttpResponseBase:
        """The file asked for: CSV is streamed, XLSX built whole. Raises PermissionDenied unless `may_export`."""
        if not self.may_export:
            raise PermissionDenied
        name = f"{self.export_name or self.key}.{self.wants_export or 'csv'}"
        rows: Iterable[Sequence[object]] = self.export_rows()
        response: HttpResponseBase
        if self.wants_export == "xlsx":
            response = HttpResponse(sheets.write_xlsx(rows, str(self.caption or self.key)), content_type=XLSX)
        else:
            response = StreamingHttpResponse(sheets.csv_lines(rows), content_type="text/csv; charset=utf-8")
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response


def _cell_tags(column: Column, *, is_first: bool) -> tuple[str, str]:
    name = "th" if is_first else "td"
    scope, drops = ' scope="row"' if is_first else "", " data-drops" if column.drops else ""
    return f'<{name}{scope} data-align="{safe(column.align)}"{drops}>', f"</{name}>"


_SORT_SIGNS = {"": "chevrons-up-down", "ascending": "arrow-up", "descending": "arrow-down"}


def _head_cell(heading: Heading, key: str) -> str:
    column, label = heading.column, safe(heading.column.label)
    drops = " data-drops" if column.drops else ""
    sort = f' aria-sort="{heading.direction}"' if heading.direction else ""
    if heading.url:
        url = safe(heading.url)
        swap = f'hx-get="{url}" hx-target="#{key}" hx-select="#{key}" hx-swap="outerHTML" hx-push-url="true"'
        label = f'<a class="table__sort" href="{url}" {swap}>{label}{signs.icon(_SORT_SIGNS[heading.direction], 14)}</a>'
    return f'<th scope="col" data-align="{safe(column.align)}"{drops}{sort}>{label}</th>\n'


def _content(column: Column, row: Any, nothing: SafeString) -> str:
    value = column.shown(row)
    shown = nothing if value is None or value == "" else safe(value)
    url = column.url(row) if column.url else ""
    return f'<a href="{safe(url)}">{shown}</a>' if url else shown


def _turned(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"
