"""allauth's forms in our words, and the form that claims an installation."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as theirs
from django import forms
from django.contrib.auth import password_validation
from django.utils.translation import gettext_lazy as _

from azimuth.kit.forms import Form

ADVICE = _("At least 12 characters. A sentence of 15 or more is better and easier to keep. Nothing else is asked of it.")


def _plain(form: forms.Form, **labels: Any) -> None:
    """Labels instead of placeholders, and no help with markup inside."""
    for name, field in form.fields.items():
        field.widget.attrs.pop("placeholder", None)
        field.label = labels.get(name, field.label)
        field.help_text = ADVICE if name == "password1" else ""
    form.label_suffix = ""


class LoginForm(theirs.LoginForm):
    """Address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, login=_("Work e-mail"), password=_("Password"))


class RequestLoginCodeForm(theirs.RequestLoginCodeForm):
    """An address a code is mailed to; the sign-in page sends it under the name of its own field."""

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        if data is not None and "login" in data and "email" not in data:
            data = {**data.dict(), "email": data["login"]}
        super().__init__(data, *args, **kwargs)
        _plain(self, email=_("Work e-mail"))


class ConfirmLoginCodeForm(theirs.ConfirmLoginCodeForm):
    """The code from the mail."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, code=_("Code from the mail"))


class ConfirmPasswordResetCodeForm(theirs.ConfirmPasswordResetCodeForm):
    """The code from the mail."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, code=_("Code from the mail"))


class ResetPasswordForm(theirs.ResetPasswordForm):
    """An address a code is mailed to."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, email=_("Work e-mail"))


class ResetPasswordKeyForm(theirs.ResetPasswordKeyForm):
    """A new password, twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, password1=_("New password"), password2=_("New password, once more"))


class ChangePasswordForm(theirs.ChangePasswordForm):
    """The present password, and a new one twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, oldpassword=_("Present password"), password1=_("New password"), password2=_("New password, once more"))


class SetPasswordForm(theirs.SetPasswordForm):
    """A first password, twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, password1=_("Password"), password2=_("Password, once more"))


class ClaimForm(Form):
    """Who the first administrator is."""

    code = forms.CharField(
        label=_("Set-up code"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("Printed when Azimuth started; it also lies in the file setup.code of the data directory."),
    )
    organisation = forms.CharField(label=_("Name of your organisation"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "organization"}))
    name = forms.CharField(label=_("Your name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(label=_("Your work e-mail"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "username"}))
    password = forms.CharField(label=_("Password"), strip=False, max_length=200, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), help_text=ADVICE)

    def clean_password(self) -> str:
        """A password long and uncommon enough."""
        password: str = self.cleaned_data["password"]
        password_validation.validate_password(password)
        return password
