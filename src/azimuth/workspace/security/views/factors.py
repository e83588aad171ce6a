"""Adding, naming and removing second factors: a page for each, behind a fresh proof."""

from __future__ import annotations

import json

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth as webauthn
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from azimuth.kit.addresses import safe_path
from azimuth.people.forms.choosing import carried_out
from azimuth.people.guards import SignedInRequest, signed_in
from azimuth.people.models import Account
from azimuth.workspace.security import actions, policies
from azimuth.workspace.security.forms import AppForm, NewPasskeyForm, PasskeyNameForm
from azimuth.workspace.security.guards import proven
from azimuth.workspace.security.queries import device, factors_of, readable_codes


@signed_in
@sensitive_post_parameters("token", "code")
@proven
def add_app(request: SignedInRequest) -> HttpResponse:
    """Scan a picture, type the first code."""
    account = _account(request)
    if factors_of(account).app:
        return redirect("security:page")
    form = AppForm(request.POST or None, account=account)
    if request.method == "POST" and form.is_valid() and carried_out(
        form, lambda: actions.add_app(account, secret=form.secret, by=request.person, at=timezone.now())
    ):
        messages.success(request, _("Your authenticator app is added."))
        return _onward(request, account)
    return render(request, "security/add_app.html", {"form": form})


@signed_in
@proven
def remove_app(request: SignedInRequest) -> HttpResponse:
    """Ask once more, then take the app off the account."""
    account = _account(request)
    factors = factors_of(account)
    if factors.app is None:
        return redirect("security:page")
    if request.method == "POST":
        actions.remove_app(account, by=request.person, at=timezone.now())
        messages.success(request, _("Your authenticator app is removed."))
        return redirect("security:page")
    may = policies.can_remove(request.person, account, is_last=factors.many == 1)
    return render(request, "security/remove_app.html", {"may_remove": may, "is_last": factors.many == 1})


@signed_in
@sensitive_post_parameters("credential")
@proven
def add_passkey(request: SignedInRequest) -> HttpResponse:
    """Let the browser make a passkey, and name it."""
    account = _account(request)
    form = NewPasskeyForm(request.POST or None, initial={"name": device(request.headers.get("User-Agent", ""))})
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        if carried_out(form, lambda: actions.add_passkey(account, **facts, by=request.person, at=timezone.now())):
            messages.success(request, _("Your passkey is added."))
            return _onward(request, account)
    return render(request, "security/add_passkey.html", {"form": form, "options": json.dumps(webauthn.begin_registration(account, passwordless=True))})


@signed_in
@proven
def rename_passkey(request: SignedInRequest, passkey: int) -> HttpResponse:
    """Another name for a passkey."""
    named = _passkey(request, passkey)
    form = PasskeyNameForm(request.POST or None, initial={"name": named.data["name"]})
    if request.method == "POST" and form.is_valid():
        actions.rename_passkey(named, name=form.cleaned_data["name"], by=request.person)
        return redirect("security:page")
    return render(request, "security/rename_passkey.html", {"form": form})


@signed_in
@proven
def remove_passkey(request: SignedInRequest, passkey: int) -> HttpResponse:
    """Ask once more, then take a passkey off the account."""
    removed = _passkey(request, passkey)
    if request.method == "POST":
        actions.remove_passkey(removed, by=request.person, at=timezone.now())
        messages.success(request, _("The passkey is removed. Delete it in your browser or on your key, too."))
        return redirect("security:page")
    is_last = factors_of(removed.user).many == 1
    may = policies.can_remove(request.person, removed.user, is_last=is_last)
    return render(request, "security/remove_passkey.html", {"passkey": removed, "may_remove": may, "is_last": is_last})


@signed_in
@proven
def recovery_codes(request: SignedInRequest) -> HttpResponse:
    """Read the codes just made, or make new ones."""
    account = _account(request)
    if request.method == "POST":
        actions.make_codes(account, by=request.person, at=timezone.now())
        return redirect("security:recovery-codes")
    factors = factors_of(account)
    if not factors.many:
        return redirect("security:page")
    codes = readable_codes(factors, timezone.now())
    return render(request, "security/recovery_codes.html", {
        "codes": codes, "text": "\n".join(["Azimuth", account.email, "", *codes, ""]), "factors": factors, "next_url": safe_path(request.GET.get("next", "")),
    })


def _onward(request: SignedInRequest, account: Account) -> HttpResponse:
    """After a factor was added: to the recovery codes that came with the first, and to the page somebody wanted before they had to add one."""
    wanted = request.session.pop("after_adding", "")
    if readable_codes(factors_of(account), timezone.now()):
        return redirect(f"{reverse('security:recovery-codes')}?{urlencode({'next': wanted})}")
    return redirect(wanted or "security:page")


def _account(request: SignedInRequest) -> Account:
    return get_object_or_404(Account, person=request.person)


def _passkey(request: SignedInRequest, passkey: int) -> Authenticator:
    own = Authenticator.objects.select_related("user__person").filter(user__person=request.person, type=Authenticator.Type.WEBAUTHN)
    found: Authenticator = get_object_or_404(own, pk=passkey)
    return found
