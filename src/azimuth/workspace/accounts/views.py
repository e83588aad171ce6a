"""Doors: signing in, claiming a fresh installation, the demo, inviting."""

from __future__ import annotations

from uuid import UUID

from allauth.account import views as theirs
from allauth.account.utils import perform_login
from allauth.core.ratelimit import consume_or_429
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from azimuth.access.guards import open_to_all
from azimuth.jobs import actions as jobs
from azimuth.kit.addresses import safe_path
from azimuth.people.actions import first_run
from azimuth.people.forms.choosing import carried_out
from azimuth.people.guards import SignedInRequest, for_roles, signed_in
from azimuth.people.models import Account, Person
from azimuth.people.states import Role
from azimuth.people.tables import directory_for
from azimuth.workspace.accounts import actions as deeds
from azimuth.workspace.accounts.forms import ClaimForm
from azimuth.workspace.accounts.queries import demo_cast

INVITERS = (Role.HR_ADMIN, Role.HR_PARTNER, Role.SYSTEM_ADMIN)


@open_to_all
def login(request: HttpRequest) -> HttpResponseBase:
    """Sign in with address and password. A fresh installation is claimed first; in the demo one picks a person."""
    if request.method == "GET" and not request.user.is_authenticated:
        if not first_run.is_claimed():
            return redirect("welcome")
        if settings.DEMO and "form" not in request.GET:
            return redirect(f"{reverse('demo')}?{urlencode({'next': safe_path(request.GET.get('next', ''))})}")
    return theirs.login(request)


@open_to_all
def logout(request: HttpRequest) -> HttpResponseBase:
    """Sign out; the browser forgets what it kept of our pages."""
    response = theirs.logout(request)
    if request.method == "POST":
        response["Clear-Site-Data"] = '"cache", "storage"'
    return response


@open_to_all
@never_cache
@sensitive_post_parameters("password", "code")
def welcome(request: HttpRequest) -> HttpResponseBase:
    """Claim a fresh installation with its set-up code; afterwards this page is no more."""
    if first_run.is_claimed():
        raise Http404
    too_many = consume_or_429(request, action="welcome") if request.method == "POST" else None
    if too_many:
        return too_many
    first_run.setup_code()
    form = ClaimForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made: list[Account] = []
        if carried_out(form, lambda: made.append(first_run.claim(**form.cleaned_data, at=timezone.now()))):
            return perform_login(request, made[0], redirect_url="/")
    return render(request, "workspace/welcome.html", {"form": form})


@open_to_all
@never_cache
def demo(request: HttpRequest) -> HttpResponse:
    """The demo's cast: one click, and one is that person."""
    if not settings.DEMO:
        raise Http404
    next_url = safe_path(request.GET.get("next", ""))
    return render(request, "workspace/demo.html", {"people": demo_cast(timezone.localdate()), "next_url": next_url})


@open_to_all
@require_POST
def demo_enter(request: HttpRequest, person: UUID) -> HttpResponseBase:
    """Become one of the demo's cast."""
    if not settings.DEMO:
        raise Http404
    chosen = next((one for one in demo_cast(timezone.localdate()) if one.pk == person), None)
    if chosen is None:
        raise Http404
    return perform_login(request, chosen.account, redirect_url=safe_path(request.POST.get("next", "")) or "/")


@signed_in
@require_POST
def stay(request: SignedInRequest) -> HttpResponse:
    """Keep the session: asking for anything does, this asks for nothing."""
    return HttpResponse(status=204)


@for_roles(*INVITERS)
@require_POST
def invite_one(request: SignedInRequest, person: UUID) -> HttpResponse:
    """Give one person an account and tell them by mail."""
    invited = get_object_or_404(Person.objects.visible_to(request.person).select_related("unit"), pk=person)
    many = deeds.invite(invited, by=request.person, at=timezone.now())
    if many:
        messages.success(request, _("The invitation is on its way to %(name)s.") % {"name": invited.name})
    else:
        messages.warning(request, _("Nothing was sent: no address, or no longer here."))
    return redirect(invited)


@for_roles(Role.HR_ADMIN, Role.SYSTEM_ADMIN)
def invite(request: SignedInRequest) -> HttpResponse:
    """Give an account to everybody of a search in the directory who has none; many at once are invited in the background."""
    table = directory_for(request, request.person, on=timezone.localdate())
    people = table.narrowed.filter(account=None).exclude(email=None)
    many = people.count()
    if request.method == "POST":
        keys = [str(key) for key in people.order_by().values_list("pk", flat=True)]
        at = timezone.now()
        job = jobs.start(
            "workspace.invite", key=f"workspace.invite:{request.person.pk}:{at.isoformat()}", by=request.person, at=at,
            title=ngettext("Invite %(many)s person", "Invite %(many)s people", many) % {"many": many},
            next_url=reverse("people:directory"), people=keys, by_id=str(request.person.pk),
        )
        return redirect(job)
    controls = [control for control in table.controls if control[0].key in {"unit", "location"}]
    return render(request, "workspace/invite.html", {"table": table, "controls": controls, "many": many, "query": request.GET.urlencode()})
