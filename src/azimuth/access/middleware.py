"""Turns refusals into pages."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from azimuth.access.verdict import Denied, Refused
from azimuth.kit import errors

Handler = Callable[[HttpRequest], HttpResponse]


class Refusals:
    """Denied becomes 403 and Refused 409, each a page with its sentence. A class because Django finds process_exception on it."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The page for a refusal; other exceptions go their way."""
        if isinstance(exception, Denied):
            return errors.denied(request, exception)
        if isinstance(exception, Refused):
            return errors.refused(request, exception)
        return None


def refusals(get_response: Handler) -> Refusals:
    """The middleware."""
    return Refusals(get_response)
