"""The application's addresses and the floor beside them; used by the bench only."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import include, path

from azimuth.people.guards import SignedInRequest, signed_in
from azimuth.people.models import Person


@signed_in
def floor(request: SignedInRequest, size: int) -> HttpResponse:
    """The least a signed-in page can be: one indexed query, a body of the same size."""
    name = Person.objects.only("name").get(pk=request.person.pk).name
    return HttpResponse(name.encode().ljust(size, b"."), content_type="text/html")


urlpatterns = [path("bench/floor/<int:size>/", floor), path("", include("azimuth.urls"))]
handler404 = "azimuth.kit.errors.not_found"
