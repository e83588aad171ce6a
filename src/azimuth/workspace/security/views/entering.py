"""Signing in by passkey, and proving once more that it is somebody."""

from __future__ import annotations

from dataclasses import dataclass

from allauth.account.utils import perform_login
from allauth.core.ratelimit import consume_or_429
from allauth.mfa.webauthn.internal import auth as webauthn
from django import forms
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from azimuth.access.guards import open_to_all
from azimuth.kit import errors
from azimuth.kit.addresses import safe_path
from azimuth.people.guards import SignedInRequest, signed_in
from azimuth.people.models import Account
from azimuth.workspace.security import actions, proof
from azimuth.workspace.security.forms import CodeForm, MailedCodeForm, PasskeyForm, PasswordForm
from azimuth.workspace.security.queries import factors_of


@open_to_all
@never_cache
@require_POST
@sensitive_post_parameters("credential")
def use_passkey(request: HttpRequest) -> HttpResponseBase:
    """Sign in with a passkey alone. Without one, what a browser needs to ask for it; who is signed in already stays who they are."""
    if request.user.is_authenticated:
        return redirect("/")
    too_many = consume_or_429(request, action="passkey")
    if too_many:
        return too_many
    if "credential" not in request.POST:
        return JsonResponse(webauthn.begin_authentication())
    form = PasskeyForm(request.POST, user=None)
    if form.is_valid():
        form.save()
        return perform_login(request, form.cleaned_data["credential"].user, redirect_url=safe_path(request.POST.get("next", "")) or "/")
    return errors.page(request, 403, _("This passkey opened nothing"), _("Azimuth does not know it any more, or it took too long."),
                       _("Go back and try once more, or sign in with a mailed code or your password."))


@dataclass(frozen=True, slots=True)
class Ways:
    """By what somebody can prove that it is them: by a second factor where they have one, else by what signs them in."""

    code: CodeForm | None
    passkey: PasskeyForm | None
    password: PasswordForm | None
    mailed: MailedCodeForm | None

    def sent(self) -> forms.Form | None:
        """The form that was sent."""
        return next((form for form in (self.code, self.passkey, self.password, self.mailed) if form is not None and form.is_bound), None)


@signed_in
@sensitive_post_parameters("code", "credential", "password", "mailed")
def prove(request: SignedInRequest) -> HttpResponseBase:
    """Is it you? Asked before anything that changes how the account is opened."""
    account = get_object_or_404(Account, person=request.person)
    ways = _ways(request, account)
    if request.method == "POST":
        too_many = consume_or_429(request, action="reauthenticate", user=account)
        if too_many:
            return too_many
        if "mail" in request.POST and ways.mailed is not None:
            return _mail_code(request, account)
        sent = ways.sent()
        if sent is not None and sent.is_valid():
            if isinstance(sent, CodeForm | PasskeyForm):
                sent.save()
            if isinstance(sent, CodeForm) and sent.spent_recovery_code:
                actions.tell_code_used(account, at=timezone.now())
            proof.note(request.session, timezone.now())
            return redirect(safe_path(request.GET.get("next", "")) or "security:page")
    return render(request, "security/prove.html", {
        "ways": ways, "account": account, "is_mailed": proof.awaits_code(request.session, timezone.now()),
    })


def _ways(request: SignedInRequest, account: Account) -> Ways:
    factors = factors_of(account)
    has_factor, sent = factors.many > 0, request.POST

    def data(field: str) -> object:
        return sent if field in sent else None

    return Ways(
        code=CodeForm(data("code"), user=account) if has_factor else None,
        passkey=PasskeyForm(data("credential"), user=account) if factors.passkeys else None,
        password=PasswordForm(data("password"), user=account) if not has_factor and account.has_usable_password() else None,
        mailed=MailedCodeForm(data("mailed"), session=request.session, at=timezone.now()) if not has_factor else None,
    )


def _mail_code(request: SignedInRequest, account: Account) -> HttpResponseBase:
    too_many = consume_or_429(request, action="proof_mail", user=account)
    if too_many:
        return too_many
    actions.mail_code(account, code=proof.new_code(request.session, timezone.now()), at=timezone.now())
    return redirect(request.get_full_path())
