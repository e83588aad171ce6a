"""Answers for htmx: the part that changed, or a redirect for everybody else."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import patch_vary_headers


def is_htmx(request: HttpRequest) -> bool:
    """Whether htmx asks (history restoring and boosted requests want whole pages)."""
    headers = request.headers
    return headers.get("HX-Request") == "true" and headers.get("HX-History-Restore-Request") != "true" and "HX-Boosted" not in headers


def answer(request: HttpRequest, template: str, context: dict[str, object], *, otherwise: str, status: int = 200) -> HttpResponse:
    """The fragment `app/page.html#partial` for htmx, a redirect to `otherwise` for everybody else."""
    response = render(request, template, context, status=status) if is_htmx(request) else HttpResponseRedirect(otherwise)
    patch_vary_headers(response, ["HX-Request"])
    return response


def part_or_page(request: HttpRequest, template: str, part: str, context: dict[str, object], status: int = 200) -> HttpResponse:
    """For a GET that htmx repeats: only `part` of the template for htmx, the whole page for everybody else."""
    response = render(request, f"{template}#{part}" if is_htmx(request) else template, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response
