"""Parts that walk through a list: steps, tabs, crumbs, pager, data table, chart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from azimuth.kit.markup import safe
from azimuth.kit.paging import Page
from azimuth.kit.tables import Table


@dataclass(frozen=True)
class Tab:
    """One of several faces of a page."""

    label: object
    url: str
    is_current: bool = False
    count: int | None = None


@dataclass(frozen=True)
class ChartTable:
    """The numbers behind a chart: headings and rows of plain values."""

    headings: Sequence[object]
    rows: Sequence[Sequence[object]]
    caption: object = ""


def steps(items: Sequence[tuple[str, object, str | None]], current: str) -> SafeString:
    """The steps of a wizard, as (key, label, address or None), with the current one marked."""
    keys = [key for key, _label, _url in items]
    here = keys.index(current) if current in keys else -1
    rows = [
        {"number": place + 1, "label": label, "url": url, "state": "current" if place == here else "done" if place < here else "ahead"}
        for place, (_key, label, url) in enumerate(items)
    ]
    return SafeString(render_to_string("kit/parts/steps.html", {"steps": rows, "here": here + 1, "all": len(rows)}))


def tabs(items: Iterable[Tab | tuple[object, str, bool]], label: object = "") -> SafeString:
    """Links between the faces of one page: Tab objects or (label, address, is it the current one)."""
    shown = [item if isinstance(item, Tab) else Tab(*item) for item in items]
    return SafeString(render_to_string("kit/parts/tabs.html", {"tabs": shown, "label": label}))


def crumbs(items: Iterable[tuple[object, str]]) -> SafeString:
    """The way here from above: (label, address) pairs."""
    return SafeString(render_to_string("kit/parts/crumbs.html", {"items": list(items)}))


def pager(page: Page, target: str = "", label: object = "") -> SafeString:
    """Links to the rows before and after; `target` is the id of the part that htmx swaps."""
    return SafeString(render_to_string("kit/parts/pager.html", {"page": page, "target": target, "label": label}))


def data_table(table: Table) -> SafeString:
    """A table with its search, filters, sorting, paging and export."""
    return SafeString(render_to_string("kit/parts/data_table.html", {"table": table}))


def chart(svg: str, table: ChartTable | None = None, caption: object = "", narrow: str = "") -> SafeString:
    """A chart of kit.charts with its numbers behind a disclosure; `narrow` is the same drawn for phones."""
    return SafeString(render_to_string("kit/parts/chart.html", {
        "svg": SafeString(svg), "narrow": SafeString(narrow), "table": table, "caption": caption,
    }))


def plain_table(headings: Sequence[object], rows: Sequence[Sequence[object]], caption: object = "") -> SafeString:
    """A bare table of values."""
    head = "".join(f'<th scope="col">{safe(heading)}</th>' for heading in headings)
    body = "".join(f"<tr>{_row(row)}</tr>" for row in rows)
    said = f'<caption class="visually-hidden">{safe(caption)}</caption>' if caption else ""
    return SafeString(f'<table class="table">{said}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>')


def _row(cells: Sequence[object]) -> str:
    return f'<th scope="row">{safe(cells[0])}</th>' + "".join(f"<td>{safe(cell)}</td>" for cell in cells[1:])
