"""Home, and the page of settings."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from azimuth.kit import days
from azimuth.notifications import queries as mail
from azimuth.people.guards import SignedInRequest, for_roles, signed_in
from azimuth.people.states import Role
from azimuth.workspace.home_queries import home as what_waits
from azimuth.workspace.navigation import exists
from azimuth.workspace.settings_entries import entries_for


@signed_in
@require_GET
def home(request: SignedInRequest) -> HttpResponse:
    """What needs me today."""
    found = what_waits(request.person, timezone.now())
    purpose = _purpose(found.minutes) if found.minutes else ""
    return render(request, "workspace/home.html", {"home": found, "home_purpose": purpose})


def _purpose(minutes: int) -> str:
    return _("In all %(lasting)s. Soonest first.") % {"lasting": days.lasting(minutes)}


@for_roles(Role.HR_ADMIN, Role.SYSTEM_ADMIN)
@require_GET
def settings(request: SignedInRequest) -> HttpResponse:
    """What administrators arrange, each with a line that says what it is for."""
    entries = [entry for entry in entries_for(request.person) if exists(entry.url)]
    trouble = mail.trouble(timezone.now()) if request.person.has_role(Role.SYSTEM_ADMIN) else None
    return render(request, "workspace/settings.html", {"entries": entries, "trouble": trouble})
