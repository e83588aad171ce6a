"""A cohort report as page, file and PDF show it, in the reader's language. No figure is computed here, and nothing is put in an order of merit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from azimuth.kit.charts import Dot, DotRow, dot_plot
from azimuth.kit.components.lists import ChartTable
from azimuth.reviews.cohort import DERIVABLE, EVERYBODY
from azimuth.reviews.figures import shown
from azimuth.reviews.reading import LABELS

Part = Mapping[str, Any]


@dataclass(frozen=True)
class CohortCell:
    """One figure of one group of subjects, in words; without a mean, `why` says why."""

    seen_by: str
    label: str
    n: int | None
    mean: str
    spread: str
    why: str


@dataclass(frozen=True)
class CohortRow:
    """One competency of everybody: as all raters see it, and as the subjects do."""

    title: str
    cells: Sequence[CohortCell]


@dataclass(frozen=True)
class CohortUnit:
    """One unit with a figure for each competency, in the order of the questionnaire."""

    name: str
    cells: Sequence[CohortCell | None]


@dataclass(frozen=True)
class CohortPage:
    """Everything a cohort report shows."""

    cycle: str
    subjects: int
    minimum: int
    least_in_a_unit: int
    overview: str
    overview_narrow: str
    overview_table: ChartTable
    rows: Sequence[CohortRow]
    titles: Sequence[str]
    units: Sequence[CohortUnit]
    hidden_units: Sequence[tuple[str, str]]
    has_figures: bool
    is_too_near: bool


def page(content: Part) -> CohortPage:
    """The report in the language that is active."""
    everybody = {(c["of"], c["seen_by"]): c for c in content["cells"] if c["unit"] == EVERYBODY}
    rows = [CohortRow(c["title"], [_cell(everybody[c["key"], by], content) for by in ("all", "self")]) for c in content["competencies"]]
    units = _units(content)
    return CohortPage(
        cycle=content["cycle"], subjects=content["subjects"], minimum=content["minimum"], least_in_a_unit=content["least_in_a_unit"],
        overview=_plot(content, everybody, "wide"), overview_narrow=_plot(content, everybody, "narrow"), overview_table=_table(rows), rows=rows,
        titles=[c["title"] for c in content["competencies"]],
        units=[CohortUnit(name, cells) for name, cells in units if any(cell and not cell.why for cell in cells)],
        hidden_units=[(name, _first_reason(cells)) for name, cells in units if not any(cell and not cell.why for cell in cells)],
        has_figures=any(not c["why"] for c in content["cells"]), is_too_near=any(c["why"] == DERIVABLE for c in content["cells"]),
    )


def _units(content: Part) -> list[tuple[str, list[CohortCell | None]]]:
    """Units in the order of the organisation, each with a cell per competency as all raters see it."""
    found: dict[str, tuple[str, dict[str, Part]]] = {}
    for cell in content["cells"]:
        if cell["unit"] != EVERYBODY and cell["seen_by"] == "all":
            found.setdefault(cell["unit"], (cell["name"], {}))[1][cell["of"]] = cell
    keys = [c["key"] for c in content["competencies"]]
    return [(name, [_cell(cells[key], content) if key in cells else None for key in keys]) for name, cells in found.values()]


def _first_reason(cells: Sequence[CohortCell | None]) -> str:
    return next((cell.why for cell in cells if cell), "")


def _cell(cell: Part, content: Part) -> CohortCell:
    label = str(LABELS[cell["seen_by"]])
    if cell["why"]:
        return CohortCell(cell["seen_by"], label, None, "", "", _why(cell["why"], content))
    spread = _("%(low)s to %(high)s") % {"low": shown(cell["low"]), "high": shown(cell["high"])} if cell["low"] is not None else ""
    return CohortCell(cell["seen_by"], label, cell["n"], _mean(cell), spread, "")


def _mean(cell: Part) -> str:
    figure = shown(cell["mean"])
    return {"more": _("%(figure)s or more") % {"figure": figure}, "less": _("%(figure)s or less") % {"figure": figure}}.get(cell["edge"], figure)


def _why(code: str, content: Part) -> str:
    """Why a figure is not shown; a code this version does not know hides as well as any."""
    return {
        "minimum": _("fewer than %(n)d subjects have a figure that may be shown") % {"n": content["minimum"]},
        "few": _("fewer than %(n)d subjects in this unit") % {"n": content["least_in_a_unit"]},
        "derivable": _("with the figures shown here, or those of a cycle about nearly the same people shortly before, it would tell about too few people"),
        "rest": _("what is left beside it would be fewer than %(n)d subjects") % {"n": content["minimum"]},
    }.get(code, _("with the other figures it would tell about too few people"))


def _plot(content: Part, everybody: Mapping[tuple[str, str], Part], width: str) -> str:
    points, titled = content["scale"]["points"], [(c["title"], c["key"]) for c in content["competencies"]]
    rows = [DotRow(title, [_dot(everybody[key, by]) for by in ("all", "self") if not everybody[key, by]["why"]]) for title, key in titled]
    rows = [row for row in rows if row.dots]
    if not rows:
        return ""
    return dot_plot(
        rows, low=content["scale"]["low"], high=content["scale"]["high"], title=_("Competencies of all subjects together"), width=width,
        ends=(points[0]["label"], points[-1]["label"]), desc=_("Dots are means over subjects, each counting once; about two of three subjects lie within the bars."),
    )


def _dot(cell: Part) -> Dot:
    label, n = str(LABELS[cell["seen_by"]]), cell["n"]
    if cell["edge"]:
        return Dot(label, None, cell["seen_by"], note=_("%(mean)s, %(n)d subjects") % {"mean": _mean(cell), "n": n})
    return Dot(label, cell["mean"], cell["seen_by"], cell["low"], cell["high"], n)


def _table(rows: Sequence[CohortRow]) -> ChartTable:
    return ChartTable(
        [_("Competency"), _("Seen by"), _("Mean of subjects"), _("About two of three lie in"), _("Subjects")],
        [[row.title, cell.label, cell.mean or cell.why, cell.spread or "–", str(cell.n or "–")] for row in rows for cell in row.cells],
    )


def sheet(content: Part) -> Iterator[Sequence[object]]:
    """The same figures as rows of a file, the first its headings."""
    yield [_("Unit"), _("Competency"), _("Seen by"), _("Subjects"), _("Mean of subjects"), _("Spread from"), _("Spread to"), _("Note")]
    titles = {c["key"]: c["title"] for c in content["competencies"]}
    for cell in content["cells"]:
        begin = [cell["name"] or _("All subjects"), titles[cell["of"]], str(LABELS[cell["seen_by"]])]
        if cell["why"]:
            yield [*begin, None, None, None, None, _why(cell["why"], content)]
        else:
            yield [*begin, cell["n"], cell["mean"], cell["low"], cell["high"], _mean(cell) if cell["edge"] else ""]


def notes(page: CohortPage) -> list[str]:
    """How to read it, in sentences."""
    return [
        _("A figure is the mean of the subjects' own means; each subject counts once, however many raters they had."),
        _("The spread says where about two of three subjects lie. It is no verdict on anybody, and there is no list of who lies where."),
        _("Only subjects whose colleagues' ratings may be shown enter, and a figure needs at least %(n)d of them. A unit is shown by itself from %(u)d subjects on.")
        % {"n": page.minimum, "u": page.least_in_a_unit},
        _("Near the ends of the scale only that is said: “or more”, “or less”."),
    ]
