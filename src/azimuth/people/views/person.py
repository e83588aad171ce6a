"""A person's page, and what HR may do there."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from azimuth.kit.paging import page
from azimuth.people import policies
from azimuth.people.actions import accounts, lines, persons
from azimuth.people.forms.choosing import carried_out
from azimuth.people.forms.persons import DottedForm, EndForm, MoveForm, PreferencesForm, RecordForm
from azimuth.people.guards import SignedInRequest, for_roles, signed_in
from azimuth.people.models import Account, Attribute, Person, PersonQuerySet, ReportingLine
from azimuth.people.queries.accounts import has_second_factor
from azimuth.people.queries.lines import leads_above, reports_of
from azimuth.people.queries.persons import portrait
from azimuth.people.states import LineKind, Role
from azimuth.people.views.directory import today, units_open_to

HR = (Role.HR_ADMIN, Role.HR_PARTNER)


@signed_in
@require_GET
def person(request: SignedInRequest, person: UUID) -> HttpResponse:
    """Who somebody is and where in the organisation; for HR also the record."""
    shown = get_object_or_404(_visible(request).select_related("unit", "account"), pk=person)
    context = {
        "portrait": portrait(shown, viewer=request.person),
        "account": _account(shown),
        "reports": page(request, reports_of(shown, today()), ("search_text",), size=24, prefix="reports-"),
        "is_me": shown.pk == request.person.pk,
        "is_gone": shown.ended_on is not None and shown.ended_on <= today(),
        "looks_after": policies.looks_after(request.person, shown),
        "may_edit": policies.can_edit(request.person, shown),
        "may_invite": policies.can_invite(request.person, shown),
        "may_block": policies.can_block(request.person, shown),
        "may_reset_factors": policies.can_reset_factors(request.person, shown) and has_second_factor(shown),
        "may_give": request.person.pk != shown.pk and (request.person.has_role(Role.HR_ADMIN) or request.person.has_role(Role.SYSTEM_ADMIN)),
    }
    return render(request, "people/person.html", context)


@for_roles(*HR)
def edit(request: SignedInRequest, person: UUID) -> HttpResponse:
    """Change the record."""
    shown = _in_my_hands(request, person)
    attributes = list(Attribute.objects.order_by("label"))
    form = RecordForm(request.POST or None, units=units_open_to(request.person), attributes=attributes, person=shown)
    if request.method == "POST" and form.is_valid() and carried_out(
        form, lambda: persons.edit(shown, form.facts(), by=request.person, at=timezone.now())
    ):
        return redirect(shown)
    return render(request, "people/edit.html", {"form": form, "person": shown})


@for_roles(*HR)
def move(request: SignedInRequest, person: UUID) -> HttpResponse:
    """Move somebody under another lead."""
    shown = _in_my_hands(request, person)
    form = MoveForm(request.POST or None, people=_colleagues(request, shown), today=today())
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        if carried_out(form, lambda: lines.move(shown, lead=facts["lead"], on=facts["on"], by=request.person, at=timezone.now())):
            return redirect(shown)
    return render(request, "people/move.html", {"form": form, "person": shown, "lead": next(iter(leads_above(shown)), None)})


@for_roles(*HR)
def add_dotted(request: SignedInRequest, person: UUID) -> HttpResponse:
    """Add a dotted line."""
    shown = _in_my_hands(request, person)
    form = DottedForm(request.POST or None, people=_colleagues(request, shown), today=today())
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        if carried_out(form, lambda: lines.add_dotted(shown, lead=facts["lead"], on=facts["on"], by=request.person, at=timezone.now())):
            return redirect(shown)
    return render(request, "people/add_dotted.html", {"form": form, "person": shown})


@for_roles(*HR)
@require_POST
def end_dotted(request: SignedInRequest, person: UUID, line: int) -> HttpResponse:
    """End a dotted line today."""
    shown = _in_my_hands(request, person)
    ended = get_object_or_404(ReportingLine.objects.select_related("person__unit"), pk=line, person=shown, kind=LineKind.DOTTED)
    lines.end_dotted(ended, on=today(), by=request.person, at=timezone.now())
    return redirect(shown)


@for_roles(*HR)
def end(request: SignedInRequest, person: UUID) -> HttpResponse:
    """Record that somebody leaves."""
    shown = _in_my_hands(request, person)
    reports = reports_of(shown, today()).count()
    lead = next(iter(leads_above(shown)), None)
    form = EndForm(request.POST or None, people=_colleagues(request, shown), today=today(), lead=lead, has_reports=reports > 0)
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        if carried_out(
            form, lambda: persons.end(shown, on=facts["on"], reports_to=facts.get("reports_to"), by=request.person, at=timezone.now())
        ):
            return redirect(shown)
    return render(request, "people/end.html", {"form": form, "person": shown, "reports": reports})


@for_roles(*HR)
@require_POST
def bring_back(request: SignedInRequest, person: UUID) -> HttpResponse:
    """Take an end date back."""
    shown = _in_my_hands(request, person)
    persons.bring_back(shown, by=request.person, at=timezone.now())
    return redirect(shown)


@for_roles(Role.HR_ADMIN, Role.SYSTEM_ADMIN)
@require_POST
def block(request: SignedInRequest, person: UUID) -> HttpResponse:
    """Stop somebody from signing in."""
    shown = get_object_or_404(_visible(request), pk=person)
    accounts.block(shown, by=request.person, at=timezone.now())
    return redirect(shown)


@for_roles(Role.HR_ADMIN, Role.SYSTEM_ADMIN)
@require_POST
def unblock(request: SignedInRequest, person: UUID) -> HttpResponse:
    """Let somebody sign in again."""
    shown = get_object_or_404(_visible(request), pk=person)
    accounts.unblock(shown, by=request.person, at=timezone.now())
    return redirect(shown)


@signed_in
def preferences(request: SignedInRequest) -> HttpResponse:
    """One's own language and time zone."""
    form = PreferencesForm(request.POST or None, person=request.person)
    if request.method == "POST" and form.is_valid():
        persons.keep_preferences(request.person, **form.cleaned_data, by=request.person, at=timezone.now())
        return redirect(request.person)
    return render(request, "people/preferences.html", {"form": form})


def _visible(request: SignedInRequest) -> PersonQuerySet:
    return Person.objects.visible_to(request.person)


def _colleagues(request: SignedInRequest, shown: Person) -> PersonQuerySet:
    return _visible(request).present(today()).exclude(pk=shown.pk)


def _in_my_hands(request: SignedInRequest, person: UUID) -> Person:
    """Somebody whose HR the viewer is. Others are absent; one's own record is refused with the reason."""
    shown = get_object_or_404(_visible(request).select_related("unit"), pk=person)
    if not policies.looks_after(request.person, shown):
        raise Http404
    policies.can_edit(request.person, shown).enforce()
    return shown


def _account(shown: Person) -> Account | None:
    return getattr(shown, "account", None)
