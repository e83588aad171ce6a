"""How allauth meets our accounts: nobody signs up, nobody who left signs in, and mails go through our outbox."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from azimuth.people.models import Account, Person
from azimuth.workspace.accounts.actions import post
from azimuth.workspace.security import devices, proof
from azimuth.workspace.security.actions import tell_code_used, tell_new_device


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

    def get_login_stages(self) -> list[str]:
        """Every way in goes through the second step; only the demo's door, where a click is enough, asks for nothing."""
        at_the_demo = settings.DEMO and self.request.resolver_match.view_name == "demo-enter"
        return [] if at_the_demo else super().get_login_stages()

    def login(self, request: HttpRequest, user: Account) -> None:
        """Signed in, all steps done: that is a fresh proof. Its owner is told of a recovery code that was used, and of a browser
        new to the account, unless it is the very first time."""
        is_first = user.last_login is None
        super().login(request, user)
        at = timezone.now()
        proof.note(request.session, at)
        if any(record.get("type") == "recovery_codes" for record in get_authentication_records(request, user)):
            tell_code_used(user, at=at)
        if not is_first and not devices.is_known(request, user):
            tell_new_device(user, agent=request.headers.get("User-Agent", ""), at=at)

    def post_login(self, request: HttpRequest, user: Account, **kwargs: Any) -> HttpResponse:
        """Let the browser remember that it was here."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        devices.remember(request, response, user)
        return response

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Put a mail about signing in into the outbox, in this transaction."""
        subject = " ".join(render_to_string(f"{template_prefix}_subject.txt", context).split())
        text = render_to_string(f"{template_prefix}_message.txt", context).strip() + "\n"
        post(email, subject=subject, text=text, at=timezone.now())

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """After a change of password: where one came from."""
        return reverse("security:page")
