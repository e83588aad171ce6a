"""The guard of pages for raters from outside: the address is the key."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from allauth.core.internal import ratelimit  # the public one lets every GET pass
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from azimuth.access.guards import mark
from azimuth.access.verdict import Denied
from azimuth.kit import errors
from azimuth.reviews import queries
from azimuth.reviews.actions.links import hash_of
from azimuth.reviews.models import ExternalRater

P = ParamSpec("P")


class LinkRequest(HttpRequest):
    """A request of somebody who came by a personal link."""

    external: ExternalRater
    token: str


def with_link(view: Callable[Concatenate[LinkRequest, P], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Guard of pages behind a personal link. Whatever is wrong with a link, the answer is the same page.

    No session, no cookie: nothing but the address lets in, so that a foreign page has nothing to misuse, and no token of a form is
    needed. Nothing behind it is kept in a cache, named to another page, or found by a search engine.
    """

    @wraps(view)
    def guarded(request: HttpRequest, token: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        external = queries.let_in_by(hash_of(token), timezone.now())
        if external is None:
            return _quietly(_shut(request))
        request.external, request.token = external, token  # type: ignore[attr-defined]
        with translation.override(_language(request, external)):
            try:
                return _quietly(view(cast("LinkRequest", request), *args, **kwargs))
            except (Http404, Denied):  # a form of somebody else, or one that closed at this moment
                return _quietly(_shut(request))

    return csrf_exempt(mark(guarded, "with_link"))


def _language(request: HttpRequest, external: ExternalRater) -> str:
    """The language chosen in this browser, else that of the invitation."""
    if settings.LANGUAGE_COOKIE_NAME in request.COOKIES or external.language not in dict(settings.LANGUAGES):
        return translation.get_language() or settings.LANGUAGE_CODE
    return external.language


def _shut(request: HttpRequest) -> HttpResponse:
    """The page of a link that lets nobody in: mistyped, used, revoked or over. What was typed is given back."""
    if not ratelimit.consume(request, app="allauth.account", action="outside", limit_get=True):
        return errors.too_many(request)
    if request.headers.get("X-Autosave") == "1":
        return JsonResponse({"problem": _("This link takes no answers any more. Your text stays here; nothing more is saved.")}, status=404)
    typed = [value for name, values in request.POST.lists() for value in values if name.startswith("text-") and value.strip()]
    texts = typed if request.method == "POST" and errors.is_our_own(request) else []
    return render(request, "reviews/outside/shut.html", {"texts": texts}, status=404)


def _quietly(response: HttpResponseBase) -> HttpResponseBase:
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
