"""Pages shown when something did not work."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token was missing or old: say so, keep nothing from the person."""
    return render(request, "kit/errors/csrf.html", {"reason": reason}, status=403)
