"""The directory, suggestions while typing, and adding somebody."""

from __future__ import annotations

from datetime import date

from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from azimuth.people import policies, tables
from azimuth.people.actions import exports, persons
from azimuth.people.forms.choosing import carried_out
from azimuth.people.forms.persons import NewPersonForm
from azimuth.people.guards import SignedInRequest, for_roles, signed_in
from azimuth.people.models import Attribute, Person, Unit, UnitQuerySet
from azimuth.people.queries.directory import called, suggestions
from azimuth.people.states import Role


def today() -> date:
    """The day it is where the viewer is."""
    return timezone.localdate()


@signed_in
@require_GET
def directory(request: SignedInRequest) -> HttpResponseBase:
    """Everybody who works here; for HR administrators also as a file."""
    table = tables.directory_for(request, request.person, on=today())
    if table.wants_export and table.may_export:
        exports.take(form=table.wants_export, is_narrowed=table.is_narrowed, by=request.person, at=timezone.now())
        return table.export()
    context = {"table": table, "may_add": policies.can_add(request.person), **_inviting(request)}
    return render(request, "people/directory.html", context)


@signed_in
@require_GET
def suggest(request: SignedInRequest) -> HttpResponse:
    """Names for a field in which somebody is chosen."""
    people = Person.objects.visible_to(request.person).present(today())
    found = suggestions(people, request.GET.get("q", "").replace("\x00", "")[:200])
    return JsonResponse({"people": [{"value": called(one), "note": _note(one)} for one in found]})


@for_roles(Role.HR_ADMIN, Role.HR_PARTNER)
def add(request: SignedInRequest) -> HttpResponse:
    """Add somebody by hand."""
    people = Person.objects.visible_to(request.person).present(today())
    form = NewPersonForm(request.POST or None, units=units_open_to(request.person), attributes=list(Attribute.objects.order_by("label")), people=people)
    if request.method == "POST" and form.is_valid():
        made: list[Person] = []
        lead = form.cleaned_data["lead"]
        if carried_out(form, lambda: made.append(persons.add(form.facts(), lead=lead, by=request.person, at=timezone.now()))):
            return redirect(made[0])
    return render(request, "people/new.html", {"form": form})


def _inviting(request: SignedInRequest) -> dict[str, object]:
    """The way to invite those listed; the page itself stands further up (workspace)."""
    query = request.GET.urlencode()
    return {"may_invite": policies.can_invite(request.person), "invite_url": f"{request.path}invite/{'?' + query if query else ''}"}


def units_open_to(viewer: Person) -> UnitQuerySet:
    """Units the viewer may place people into."""
    return Unit.objects.open().placeable_by(viewer).order_by("name")


def _note(person: Person) -> str:
    return " · ".join(part for part in (person.job_title, person.unit.name if person.unit else "") if part)
