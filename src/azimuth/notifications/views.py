"""The inbox; and in the demo a mailbox, where every mail can be read."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from azimuth.access.guards import open_to_all
from azimuth.kit import paging
from azimuth.notifications import actions
from azimuth.notifications.composing import compose
from azimuth.notifications.models import Mail, Notice
from azimuth.people.guards import SignedInRequest, signed_in


@signed_in
@require_safe
def inbox(request: SignedInRequest) -> HttpResponse:
    """What waits for me; with ?show=done what I have done."""
    shows_done = request.GET.get("show") == "done"
    mine = Notice.objects.done_by(request.person) if shows_done else Notice.objects.open_for(request.person)
    keys = ("-done_on",) if shows_done else ("due_on", "told_on")
    page = paging.page(request, mine, keys, size=30)
    tabs = [(_("Waiting"), "?", not shows_done), (_("Done"), "?show=done", shows_done)]
    return render(request, "notifications/inbox.html", {"page": page, "tabs": tabs, "shows_done": shows_done})


@signed_in
@require_POST
def done(request: SignedInRequest, notice: UUID) -> HttpResponse:
    """It is done: off the list."""
    found = get_object_or_404(Notice.objects.visible_to(request.person), pk=notice)
    actions.mark_done(found, by=request.person, on=timezone.now().date())
    messages.success(request, _("Taken off your list."))
    return redirect("notifications:inbox")


@open_to_all
@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    """All mails of the demo, the latest first; `q` finds an address."""
    _only_in_the_demo()
    words = request.GET.get("q", "").strip()[:200]
    mails = Mail.objects.select_related("person")
    if words:
        mails = mails.filter(to__icontains=words)
    page = paging.page(request, mails, ("-queued_at",), size=30)
    return render(request, "notifications/mailbox.html", {"page": page, "words": words})


@open_to_all
@require_safe
def mail(request: HttpRequest, mail: UUID) -> HttpResponse:
    """One mail of the demo, both its parts."""
    _only_in_the_demo()
    found = get_object_or_404(Mail.objects.select_related("person"), pk=mail)
    return render(request, "notifications/mail.html", {"mail": found, "letter": compose(found), "sender": settings.MAIL_FROM})


def _only_in_the_demo() -> None:
    if not settings.DEMO:
        raise Http404
