"""Asks before a page of a person is shown whether it is one too many today."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from azimuth.kit import errors
from azimuth.people.models import Person
from azimuth.workspace.limits import actions

Handler = Callable[[HttpRequest], HttpResponse]


class PagesOfPeople:
    """Asks before the view. A class because Django finds process_view on it."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: Any, _args: Any, parameters: dict[str, UUID]) -> HttpResponse | None:
        """The page that says so, for whoever has opened as many as they may."""
        reader: Person | None = getattr(request, "person", None)
        name = request.resolver_match.view_name if request.resolver_match else ""
        if reader is None or name != "people:person" or actions.open_page(parameters["person"], by=reader, at=timezone.now()):
            return None
        return errors.page(
            request, 429, _("That was a lot for one day"),
            _("You have opened the pages of %(n)d people today, the most there may be, so that nobody takes the organisation away page by page. Administrators have been told.")
            % {"n": settings.PAGES_OF_PEOPLE_A_DAY},
            _("Tomorrow you can go on. If your work needs more, ask whoever runs Azimuth at your organisation."),
        )


def pages_of_people(get_response: Handler) -> PagesOfPeople:
    """The middleware."""
    return PagesOfPeople(get_response)
