"""Custom attributes of people."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from azimuth.people.actions import attributes as deeds
from azimuth.people.forms.choosing import carried_out
from azimuth.people.forms.organisation import AttributeForm, NewAttributeForm
from azimuth.people.guards import SignedInRequest, for_roles
from azimuth.people.models import Attribute
from azimuth.people.states import Role


@for_roles(Role.HR_ADMIN)
@require_GET
def attributes(request: SignedInRequest) -> HttpResponse:
    """What HR keeps about people besides the common record."""
    return render(request, "people/attributes.html", {"attributes": list(Attribute.objects.order_by("label"))})


@for_roles(Role.HR_ADMIN)
def declare(request: SignedInRequest) -> HttpResponse:
    """Declare an attribute."""
    form = NewAttributeForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and carried_out(
        form, lambda: deeds.declare(**form.cleaned_data, by=request.person, at=timezone.now())
    ):
        return redirect("people:attributes")
    return render(request, "people/attribute_form.html", {"form": form, "attribute": None})


@for_roles(Role.HR_ADMIN)
def amend(request: SignedInRequest, attribute: UUID) -> HttpResponse:
    """Change an attribute."""
    found = get_object_or_404(Attribute, pk=attribute)
    initial = {"label": found.label, "choices": "\n".join(found.choices), "may_cut": found.may_cut}
    form = AttributeForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid() and carried_out(
        form, lambda: deeds.amend(found, **form.cleaned_data, by=request.person, at=timezone.now())
    ):
        return redirect("people:attributes")
    return render(request, "people/attribute_form.html", {"form": form, "attribute": found})


@for_roles(Role.HR_ADMIN)
@require_POST
def drop(request: SignedInRequest, attribute: UUID) -> HttpResponse:
    """Take an attribute away."""
    deeds.drop(get_object_or_404(Attribute, pk=attribute), by=request.person, at=timezone.now())
    return redirect("people:attributes")
