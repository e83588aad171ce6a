"""The tree of units."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from azimuth.people.actions import units as deeds
from azimuth.people.forms.choosing import carried_out
from azimuth.people.forms.organisation import MergeForm, MoveUnitForm, NewUnitForm, UnitForm
from azimuth.people.guards import SignedInRequest, for_roles
from azimuth.people.models import Unit, UnitQuerySet
from azimuth.people.queries import units as answers
from azimuth.people.states import Role
from azimuth.people.views.directory import today


@for_roles(Role.HR_ADMIN)
@require_GET
def units(request: SignedInRequest) -> HttpResponse:
    """All units, as a tree."""
    with_closed = "closed" in request.GET
    return render(request, "people/units.html", {"branches": answers.tree(today(), with_closed=with_closed), "with_closed": with_closed})


@for_roles(Role.HR_ADMIN)
@require_GET
def unit(request: SignedInRequest, unit: UUID) -> HttpResponse:
    """One unit, and what can be done with it."""
    found = get_object_or_404(Unit, pk=unit)
    return render(request, "people/unit.html", {"unit": found, "place": answers.place(found)})


@for_roles(Role.HR_ADMIN)
def create(request: SignedInRequest) -> HttpResponse:
    """Make a unit."""
    form = NewUnitForm(request.POST or None, units=_open())
    if request.method == "POST" and form.is_valid() and carried_out(
        form, lambda: deeds.create(form.cleaned_data["name"], parent=form.cleaned_data["parent"], by=request.person, at=timezone.now())
    ):
        return redirect("people:units")
    return render(request, "people/unit_form.html", {"form": form, "deed": "create", "unit": None})


@for_roles(Role.HR_ADMIN)
def rename(request: SignedInRequest, unit: UUID) -> HttpResponse:
    """Give a unit another name."""
    found = get_object_or_404(Unit, pk=unit)
    form = UnitForm(request.POST or None, initial={"name": found.name})
    if request.method == "POST" and form.is_valid() and carried_out(
        form, lambda: deeds.rename(found, name=form.cleaned_data["name"], by=request.person, at=timezone.now())
    ):
        return redirect("people:units")
    return render(request, "people/unit_form.html", {"form": form, "deed": "rename", "unit": found})


@for_roles(Role.HR_ADMIN)
def move(request: SignedInRequest, unit: UUID) -> HttpResponse:
    """Put a unit elsewhere in the tree."""
    found = get_object_or_404(Unit, pk=unit)
    form = MoveUnitForm(request.POST or None, unit=found, units=_open())
    if request.method == "POST" and form.is_valid() and carried_out(
        form, lambda: deeds.move(found, parent=form.cleaned_data["parent"], by=request.person, at=timezone.now())
    ):
        return redirect("people:units")
    return render(request, "people/unit_form.html", {"form": form, "deed": "move", "unit": found})


@for_roles(Role.HR_ADMIN)
def merge(request: SignedInRequest, unit: UUID) -> HttpResponse:
    """Make two spellings one."""
    found = get_object_or_404(Unit, pk=unit)
    form = MergeForm(request.POST or None, unit=found, units=_open())
    if request.method == "POST" and form.is_valid() and carried_out(
        form, lambda: deeds.merge(found, into=form.cleaned_data["into"], by=request.person, at=timezone.now())
    ):
        return redirect("people:units")
    return render(request, "people/unit_form.html", {"form": form, "deed": "merge", "unit": found})


@for_roles(Role.HR_ADMIN)
@require_POST
def close(request: SignedInRequest, unit: UUID) -> HttpResponse:
    """End a unit."""
    deeds.close(get_object_or_404(Unit, pk=unit), by=request.person, at=timezone.now())
    return redirect("people:units")


@for_roles(Role.HR_ADMIN)
@require_POST
def reopen(request: SignedInRequest, unit: UUID) -> HttpResponse:
    """Take the end of a unit back."""
    deeds.reopen(get_object_or_404(Unit.objects.select_related("parent"), pk=unit), by=request.person, at=timezone.now())
    return redirect("people:units")


def _open() -> UnitQuerySet:
    return Unit.objects.open().order_by("name")
