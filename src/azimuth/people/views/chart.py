"""The organisation chart."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET

from azimuth.kit.htmx import part_or_page
from azimuth.kit.paging import Page, page
from azimuth.people.guards import SignedInRequest, signed_in
from azimuth.people.models import Person, PersonQuerySet
from azimuth.people.queries import chart as answers
from azimuth.people.queries.directory import suggestions
from azimuth.people.queries.lines import leads_above, reports_of
from azimuth.people.views.directory import today

PER_NODE = 50


@signed_in
@require_GET
def chart(request: SignedInRequest) -> HttpResponse:
    """One node open: those above, those below a page at a time; htmx gets the branch alone. It begins with the head of the
    viewer's own line; `top` lists everybody at the top, which takes a look at all reporting lines."""
    words = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    found = suggestions(_present(request), words) if words else []
    if len(found) == 1:
        return redirect(f"{answers.chart_url()}?open={found[0].pk}#open")
    opened = _opened(request)
    path = answers.path_to(opened)[:-1] if opened else []
    if opened is None and "top" not in request.GET:
        opened = _own_head(request)
    rows = _below(request, opened)
    if opened is None and len(rows) == 1 and not rows.previous_url:
        opened = rows.rows[0]  # the only head there is
        rows = _below(request, opened)
    context: dict[str, object] = {
        "words": words, "found": found, "opened": opened, "path": path, "rows": rows, "nodes": answers.nodes(rows, today()),
    }
    return part_or_page(request, "people/chart.html", "branch", context)


def _own_head(request: SignedInRequest) -> Person | None:
    """The head of the viewer's own line; None for somebody outside all lines."""
    if above := leads_above(request.person):
        return above[-1]
    return request.person if reports_of(request.person, today()).exists() else None


def _below(request: SignedInRequest, opened: Person | None) -> Page:
    """A page of those below a node, whose further pages say whose they are; without a node, of those at the top."""
    if opened is not None:
        query = request.GET.copy()
        query["open"] = str(opened.pk)
        request.GET = query  # type: ignore[assignment]
    return page(request, reports_of(opened, today()) if opened else answers.heads(today()), ("search_text",), size=PER_NODE)


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
    return get_object_or_404(_present(request), pk=key)
