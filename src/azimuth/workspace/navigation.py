"""The frame around every page: where one can go, and where one is."""

from __future__ import annotations

from django.http import HttpRequest


def frame(request: HttpRequest) -> dict[str, object]:
    """Context of the page frame."""
    return {"viewer": getattr(request, "person", None)}
