"""Search: a page at an address of its own, and the list inside the command palette."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from azimuth.kit.htmx import is_htmx
from azimuth.people.guards import SignedInRequest, signed_in
from azimuth.workspace.search_queries import BRIEF, FULL, Asked
from azimuth.workspace.search_queries import search as find


@signed_in
@require_safe
def search(request: SignedInRequest) -> HttpResponse:
    """What fits ?q=: the whole page, or for htmx the part it names as its target."""
    words = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:200]
    part = request.headers.get("HX-Target", "") if is_htmx(request) else ""
    is_brief = part == "palette-list"
    groups = find(Asked(request.person, words, timezone.now(), get_language(), BRIEF if is_brief else FULL))
    context = {"words": words, "groups": groups, "query": urlencode({"q": words}), "count": sum(len(group.hits) for group in groups)}
    template = {"palette-list": "workspace/_palette_hits.html", "results": "workspace/search.html#results"}.get(part, "workspace/search.html")
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response
