"""The report about all subjects of a cycle as a tagged PDF: the page's own words and figures. Worker only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from azimuth.kit.pdf import render
from azimuth.reviews import cohort_in_words

TEMPLATE = "reviews/cohort.typ"


def pdf(content: Mapping[str, Any]) -> bytes:
    """The report in the active language; the same content gives the same bytes."""
    page = cohort_in_words.page(content)
    title = _("All subjects together: %(cycle)s") % {"cycle": page.cycle}
    data = {
        "title": title, "kicker": _("360, all subjects"), "purpose": _("What the reports of this cycle say on average. Nobody is named, nobody is ranked."),
        "words": {"reading": _("How to read this"), "everybody": _("All subjects"), "units": _("By unit"), "hidden": _("Units not shown by themselves")},
        "reading": cohort_in_words.notes(page), "overview": page.overview, "overview_alt": _in_words(page),
        "head": page.overview_table.headings, "rows": page.overview_table.rows,
        "unit_head": [_("Competency"), _("Mean of subjects"), _("About two of three lie in"), _("Subjects")],
        "units": [{"name": unit.name, "rows": _unit_rows(unit, page)} for unit in page.units], "hidden": [list(pair) for pair in page.hidden_units],
    }
    return render(TEMPLATE, data, title=title, language=get_language() or "en")


def _unit_rows(unit: cohort_in_words.CohortUnit, page: cohort_in_words.CohortPage) -> list[list[str]]:
    pairs = zip(page.titles, unit.cells, strict=True)
    return [[title, cell.mean or cell.why, cell.spread or "–", str(cell.n or "–")] for title, cell in pairs if cell]


def _in_words(page: cohort_in_words.CohortPage) -> str:
    return "; ".join(f"{row.title}: " + ", ".join(f"{cell.label} {cell.mean or cell.why}" for cell in row.cells) for row in page.rows)
