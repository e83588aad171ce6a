"""The page *Security*, the sessions on it, and taking somebody's lost factors away."""

from __future__ import annotations

from uuid import UUID

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from azimuth.people.actions import accounts
from azimuth.people.guards import SignedInRequest, for_roles, signed_in
from azimuth.people.models import Account, Person
from azimuth.people.states import Role
from azimuth.workspace.security import actions, devices, policies
from azimuth.workspace.security.queries import factors_of, places


@signed_in
@require_GET
def page(request: SignedInRequest) -> HttpResponse:
    """What opens one's account, and where one is signed in."""
    account = get_object_or_404(Account, person=request.person)
    factors = factors_of(account)
    return render(request, "security/page.html", {
        "account": account, "factors": factors, "places": places(account, here=request.session.session_key or "", at=timezone.now()),
        "may_remove": policies.can_remove(request.person, account, is_last=factors.many == 1),
    })


@signed_in
@require_POST
def end_sessions(request: SignedInRequest) -> HttpResponse:
    """Sign out everywhere, or everywhere but here."""
    accounts.sign_out_everywhere(request.person, by=request.person, at=timezone.now())
    if "others" not in request.POST:
        return redirect("/")
    account = Account.objects.get(person=request.person)
    update_session_auth_hash(request, account)
    UserSession.objects.create_from_request(request)
    messages.success(request, _("You are signed out everywhere else."))
    response = redirect("security:page")
    devices.remember(request, response, account)
    return response


@signed_in
@require_POST
def end_session(request: SignedInRequest, session: int) -> HttpResponse:
    """Sign out in one place."""
    ended = get_object_or_404(UserSession.objects.select_related("user__person"), pk=session, user__person=request.person)
    accounts.end_session(ended, by=request.person, at=timezone.now())
    messages.success(request, _("That session has ended."))
    return redirect("security:page")


@for_roles(Role.HR_ADMIN, Role.SYSTEM_ADMIN)
@require_POST
def reset_factors(request: SignedInRequest, person: UUID) -> HttpResponse:
    """Take somebody's lost second factors away."""
    shown = get_object_or_404(Person.objects.visible_to(request.person), pk=person)
    if actions.reset_factors(shown, by=request.person, at=timezone.now()):
        messages.success(request, _("%(name)s is signed out everywhere and has no second factor now. A mail says so.") % {"name": shown.name})
    else:
        messages.warning(request, _("%(name)s has no second factor.") % {"name": shown.name})
    return redirect(shown)
