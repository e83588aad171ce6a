"""Codes, passkeys and passwords typed or sent to show that it is somebody, and to add what shows it."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from allauth.account import forms as account_forms
from allauth.core import context, ratelimit
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret, validate_totp_code
from allauth.mfa.webauthn.forms import AuthenticateWebAuthnForm
from allauth.mfa.webauthn.internal import auth as webauthn
from cryptography.exceptions import InvalidSignature
from django import forms
from django.contrib.sessions.backends.base import SessionBase
from django.core import signing
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from azimuth.kit.forms import Form
from azimuth.people.models import Account
from azimuth.workspace.security import proof
from azimuth.workspace.security.queries import factors_of
from azimuth.workspace.security.wrapping import Unreadable

USED = 120  # seconds a code is remembered: longer than it is good for
OPEN_FOR = 900  # seconds the page with the picture may be open
LONGEST = 20_000  # signs of what a browser sends about a passkey; real ones have about 2,000

# What parsers of passkeys raise when a browser, or somebody who writes one by hand, sends what is none.
NO_PASSKEY = (ValidationError, InvalidSignature, ArithmeticError, AttributeError, LookupError, NotImplementedError, TypeError, ValueError)

WRONG_CODE = _("This code is not right, or was used already. Wait for the next one and type that.")
WRONG_PASSKEY = _("This passkey does not open this account. Try once more, or take another way.")
TOO_OFTEN = _("Too many wrong codes. Wait a while, then try again.")


def _code_input(keys: str = "numeric") -> forms.TextInput:
    return forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": keys, "autocapitalize": "off", "spellcheck": "false"})


class CodeForm(AuthenticateForm):
    """A code of the authenticator app, or a recovery code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.factors = factors_of(self.user)
        label = _("Code of your authenticator app, or a recovery code") if self.factors.app else _("Recovery code")
        self.fields["code"] = forms.CharField(label=label, max_length=40, widget=_code_input())

    def clean_code(self) -> str:
        """The code, if it is right and was not used before; wrong ones are counted by the minute and by the day."""
        key = str(self.user.pk)
        if not ratelimit.consume(context.request, action="second_step", key=key):
            raise ValidationError(TOO_OFTEN)
        try:
            code: str = super().clean_code()
        except Unreadable:
            raise ValidationError(_("Azimuth cannot read your second factor any more. An administrator can take it away, so that you can add a new one."))
        if not cache.add(f"second-step:{key}:{normalize_user_code(code)}", "used", USED):
            raise ValidationError(WRONG_CODE)
        ratelimit.clear(context.request, action="second_step", key=key)
        return code

    @property
    def spent_recovery_code(self) -> bool:
        """Whether what was typed is one recovery code less now."""
        return bool(self.authenticator.type == Authenticator.Type.RECOVERY_CODES)


class CredentialField(forms.JSONField):
    """What a browser says about a passkey; it may be anything, so it is not shown again."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        """What was sent, unless it is too long or nested too deep to be one."""
        if isinstance(value, str) and len(value) > LONGEST:
            raise ValidationError(WRONG_PASSKEY)
        try:
            return super().to_python(value)
        except RecursionError:
            raise ValidationError(WRONG_PASSKEY)


class PasskeyForm(AuthenticateWebAuthnForm):
    """What a browser sends when a passkey was used: of this account, or with `user=None` of whoever it belongs to."""

    credential = CredentialField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.passwordless = self.user is None

    @property
    def options(self) -> str:
        """What the browser needs to ask for a passkey of this account, as JSON; the session keeps the challenge."""
        return json.dumps(webauthn.begin_authentication(self.user))

    def clean_credential(self) -> Authenticator:
        """The passkey, verified against the challenge this session was given."""
        try:
            return super().clean_credential()
        except NO_PASSKEY:
            raise ValidationError(WRONG_PASSKEY)


class NewPasskeyForm(Form):
    """A passkey the browser has just made, and what its owner calls it."""

    name = forms.CharField(label=_("Name"), max_length=60, help_text=_("So that you know it again, such as \"Work laptop\" or \"Blue key\"."))
    credential = CredentialField()

    def clean_credential(self) -> dict[str, Any]:
        """What is kept of a passkey: what verifies it, and nothing else the browser tells."""
        sent = self.cleaned_data["credential"]
        try:
            webauthn.parse_registration_response(sent)
            webauthn.complete_registration(sent)
            said = sent["response"]
            kept = {"clientDataJSON": said["clientDataJSON"], "attestationObject": said["attestationObject"], "transports": said.get("transports") or []}
            return {"id": sent["id"], "rawId": sent["rawId"], "type": sent["type"], "response": kept, "clientExtensionResults": {"credProps": {"rk": True}}}
        except NO_PASSKEY:
            raise ValidationError(_("This passkey could not be added. Try once more."))


class PasskeyNameForm(Form):
    """Another name for a passkey."""

    name = forms.CharField(label=_("Name"), max_length=60)


class AppForm(Form):
    """The first code of an authenticator app. The secret travels with the form, signed, so that several tabs do not get in each other's way."""

    token = forms.CharField(widget=forms.HiddenInput, max_length=400)
    code = forms.CharField(label=_("Code the app shows now"), max_length=40, widget=_code_input())

    def __init__(self, data: Any = None, *, account: Account) -> None:
        self.account, self.key, salt = account, str(account.pk), f"azimuth.new-app:{account.pk}"
        sent = _unsigned(data.get("token", ""), salt) if data else ""
        self.secret = sent or generate_totp_secret()
        self.is_stale = bool(data) and not sent
        token = signing.dumps(self.secret, salt=salt) if not sent else data["token"]
        super().__init__({"token": token, "code": data.get("code", "")} if data else None, initial={"token": token})

    @property
    def address(self) -> str:
        """What the picture says to the app."""
        return str(get_adapter().build_totp_url(self.account, self.secret))

    @property
    def secret_in_fours(self) -> str:
        """The secret as people type it."""
        return " ".join(self.secret[start : start + 4] for start in range(0, len(self.secret), 4))

    def clean_code(self) -> str:
        """The code, if it fits the secret shown."""
        if self.is_stale:
            raise ValidationError(_("This page was open for too long. Take the account out of your app and scan the new picture."))
        if not ratelimit.consume(context.request, action="login_failed", key=f"new-app:{self.key}"):
            raise ValidationError(TOO_OFTEN)
        code: str = self.cleaned_data["code"]
        if not validate_totp_code(self.secret, code):
            raise ValidationError(_("This is not the code the app shows now. Look whether the clock of your phone is right, and type the next one."))
        ratelimit.clear(context.request, action="login_failed", key=f"new-app:{self.key}")
        cache.add(f"second-step:{self.key}:{normalize_user_code(code)}", "used", USED)
        return code


class PasswordForm(account_forms.ReauthenticateForm):
    """The password again."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.fields["password"].label = _("Password")
        self.fields["password"].widget.attrs.pop("placeholder", None)


class MailedCodeForm(Form):
    """The code from the mail."""

    mailed = forms.CharField(label=_("Code from the mail"), max_length=40, widget=_code_input("text"))

    def __init__(self, data: Any = None, *, session: SessionBase, at: datetime) -> None:
        super().__init__(data)
        self.session, self.at = session, at

    def clean_mailed(self) -> str:
        """The code, if it is the one this session was mailed."""
        typed: str = self.cleaned_data["mailed"]
        if not proof.fits(self.session, typed, self.at):
            raise ValidationError(_("This is not the code from the mail, or it is older than ten minutes. After three wrong ones another must be mailed."))
        return typed



def _unsigned(token: str, salt: str) -> str:
    try:
        return str(signing.loads(token, salt=salt, max_age=OPEN_FOR))
    except signing.BadSignature:
        return ""
