"""Who holds which role."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from azimuth.people.actions import grants as deeds
from azimuth.people.forms.choosing import carried_out
from azimuth.people.forms.organisation import GrantForm
from azimuth.people.guards import SignedInRequest, for_roles
from azimuth.people.models import Grant, Person, Unit
from azimuth.people.queries import grants as answers
from azimuth.people.states import Role
from azimuth.people.views.directory import today

READERS = (Role.HR_ADMIN, Role.SYSTEM_ADMIN, Role.AUDITOR)
GIVERS = (Role.HR_ADMIN, Role.SYSTEM_ADMIN)


@for_roles(*READERS)
@require_GET
def grants(request: SignedInRequest) -> HttpResponse:
    """All roles held, to come and past."""
    with_past = "past" in request.GET
    holders = answers.holders(request.person, on=today(), with_past=with_past)
    may_give = bool(answers.roles_to_give(request.person, on=today()))
    return render(request, "people/grants.html", {"holders": holders, "with_past": with_past, "may_give": may_give})


@for_roles(*GIVERS)
def give(request: SignedInRequest) -> HttpResponse:
    """Give a role."""
    people = Person.objects.visible_to(request.person).present(today())
    asked = _key(request.GET.get("person", ""))
    chosen = people.filter(pk=asked).first() if asked else None
    roles = answers.roles_to_give(request.person, on=today())
    form = GrantForm(
        request.POST or None, people=people, units=Unit.objects.open().order_by("name"), roles=roles,
        initial={"person": chosen, "starts_on": today()},
    )
    if request.method == "POST" and form.is_valid() and carried_out(
        form, lambda: deeds.give(**form.cleaned_data, by=request.person, at=timezone.now())
    ):
        return redirect("people:grants")
    return render(request, "people/grant_form.html", {"form": form})


@for_roles(*Role)
@require_POST
def withdraw(request: SignedInRequest, grant: UUID) -> HttpResponse:
    """End a role."""
    found = get_object_or_404(Grant.objects.visible_to(request.person).select_related("person", "unit"), pk=grant)
    deeds.withdraw(found, by=request.person, at=timezone.now())
    return redirect("people:grants" if any(request.person.has_role(role) for role in READERS) else request.person)


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
