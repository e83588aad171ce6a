"""The handbook inside the product."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from azimuth.people.guards import SignedInRequest, signed_in
from azimuth.workspace.help_queries import chapters, reading


@signed_in
@require_safe
def handbook(request: SignedInRequest) -> HttpResponse:
    """What the chapters are about."""
    return render(request, "workspace/handbook.html", {"chapters": chapters()})


@signed_in
@require_safe
def chapter(request: SignedInRequest, chapter: str) -> HttpResponse:
    """One chapter."""
    found = reading(chapter)
    if found is None:
        raise Http404
    return render(request, "workspace/chapter.html", {"reading": found, "text": found.chapter.text})
