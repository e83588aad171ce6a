"""How allauth meets our accounts: nobody signs up, nobody who left signs in, and mails go through our outbox."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from azimuth.people.models import Account, Person
from azimuth.workspace.accounts.actions import post


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by administrators and imports, never by signing up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up alone."""
        return False

    def pre_login(self, request: HttpRequest, user: Account, **kwargs: Any) -> HttpResponse | None:
        """Let nobody in whose person does not work here today."""
        if not Person.objects.present(timezone.localdate()).filter(account=user).exists():
            return self.respond_user_inactive(request, user)
        return super().pre_login(request, user, **kwargs)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Put a mail about signing in into the outbox, in this transaction."""
        subject = " ".join(render_to_string(f"{template_prefix}_subject.txt", context).split())
        text = render_to_string(f"{template_prefix}_message.txt", context).strip() + "\n"
        post(email, subject=subject, text=text, at=timezone.now())

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """After a change of password: where one came from."""
        return reverse("people:preferences")
