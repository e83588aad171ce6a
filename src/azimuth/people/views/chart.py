"""The organisation chart."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET

from azimuth.kit.htmx import part_or_page
from azimuth.kit.paging import Page, page
from azimuth.people.guards import SignedInRequest, signed_in
from azimuth.people.models import Person, PersonQuerySet
from azimuth.people.queries import chart as answers
from azimuth.people.queries.directory import suggestions
from azimuth.people.queries.lines import reports_of
from azimuth.people.views.directory import today

PER_NODE = 50


@signed_in
@require_GET
def chart(request: SignedInRequest) -> HttpResponse:
    """The organisation from the top, or one node open: those above, those below a page at a time; htmx gets the branch alone."""
    on = today()
    words = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    found = suggestions(_present(request), words)
    if len(found) == 1:
        return redirect(f"{reverse('people:chart')}?open={found[0].pk}#open")
    opened = _opened(request)
    rows = _below(request, opened)
    if opened is None and not words and len(rows) == 1 and not rows.previous_url:
        opened = rows.rows[0]  # the only head: the chart begins with their team, and its further pages say whose they are
        query = request.GET.copy()
        query["open"] = str(opened.pk)
        request.GET = query  # type: ignore[assignment]
        rows = _below(request, opened)
    path = answers.path_to(opened) if opened else []
    context: dict[str, object] = {
        "words": words, "found": found, "opened": opened, "path": path[:-1], "rows": rows, "nodes": answers.nodes(rows, on),
    }
    return part_or_page(request, "people/chart.html", "branch", context)


def _below(request: SignedInRequest, opened: Person | None) -> Page:
    """A page of those below a node; without one, of those at the top."""
    below = reports_of(opened, today()).select_related("unit") if opened else answers.heads(today())
    return page(request, below, ("search_text",), size=PER_NODE)


def _present(request: SignedInRequest) -> PersonQuerySet:
    return Person.objects.visible_to(request.person).present(today())


def _opened(request: SignedInRequest) -> Person | None:
    asked = request.GET.get("open", "")
    if not asked:
        return None
    try:
        key = UUID(asked)
    except ValueError:
        key = UUID(int=0)
    return get_object_or_404(_present(request).select_related("unit"), pk=key)
