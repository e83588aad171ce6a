"""The inbox; reminders and how one wants them; mails for who looks after them; and in the demo a mailbox, where every mail can be read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from azimuth.access.guards import open_to_all
from azimuth.kit import days, paging
from azimuth.notifications import actions, links, queries
from azimuth.notifications.composing import compose, inside
from azimuth.notifications.forms import PAUSES, SnoozeForm
from azimuth.notifications.models import Mail, Notice
from azimuth.notifications.quiet import zone_of
from azimuth.notifications.tables import MailTable
from azimuth.people.guards import SignedInRequest, for_roles, signed_in
from azimuth.people.models import Person
from azimuth.people.states import Role


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


@signed_in
def reminders(request: SignedInRequest) -> HttpResponse:
    """How I want to be reminded."""
    if request.method == "POST":
        said = _chosen(request, request.person)
        messages.info(request, said)
        return redirect(_back(request))
    return render(request, "notifications/reminders.html", _choice(request.person))


@csrf_exempt  # mail programs unsubscribe with one POST of their own (RFC 8058); the address itself is the proof
@open_to_all
def reminders_by_link(request: HttpRequest, person: UUID, proof: str) -> HttpResponse:
    """The same for somebody who comes from a mail, without signing in. Opening the link changes nothing."""
    found = Person.objects.filter(pk=person).first() if links.proves(proof, person) else None
    if found is None:
        raise Http404
    if request.method == "POST":
        _chosen(request, found)
        return redirect("notifications:reminders-by-link", person=person, proof=proof)
    response = render(request, "notifications/reminders_by_link.html", _choice(found))
    response["Cache-Control"] = "no-store"
    return response


def _chosen(request: HttpRequest, person: Person) -> str:
    """Carry out what a form, or a mail program's one click, asks for; returns a sentence about it."""
    if "days" in request.POST:
        form = SnoozeForm(request.POST)
        if not form.is_valid():
            raise BadRequest
        until = form.until(_today(person))
        actions.snooze(person, until=until, by=person)
        return _("You are reminded again on %(day)s.") % {"day": days.in_full(until)}
    wanted = request.POST.get("wanted", "no") == "yes"
    actions.choose_reminders(person, wanted=wanted, by=person, on=_today(person))
    return _("You are reminded by mail again.") if wanted else _("You get no more reminders by mail. What waits stays on your home page.")


def _choice(person: Person) -> dict[str, object]:
    return {"choice": queries.choice_of(person), "pauses": PAUSES, "today": _today(person)}


def _today(person: Person) -> date:
    """The day in this person's zone."""
    return timezone.now().astimezone(zone_of(person.time_zone)).date()


def _back(request: HttpRequest) -> str:
    asked = request.POST.get("next", "")
    is_ours = asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    return asked if is_ours else reverse("notifications:reminders")


@for_roles(Role.SYSTEM_ADMIN)
@require_safe
def mails(request: SignedInRequest) -> HttpResponse:
    """What waits, what went out, what failed."""
    table = MailTable(request, Mail.objects.visible_to(request.person).select_related("person"))
    return render(request, "notifications/mails.html", {"table": table, "outbox": queries.outbox(timezone.now())})


@for_roles(Role.SYSTEM_ADMIN)
@require_POST
def retry(request: SignedInRequest) -> HttpResponse:
    """Try one failed mail again, or all."""
    named = None if "all" in request.POST else _keys(request.POST.getlist("mail"))
    number = actions.retry(named, by=request.person, at=timezone.now())
    messages.info(request, ngettext("%(n)d mail is tried again.", "%(n)d mails are tried again.", number) % {"n": number})
    return redirect("notifications:mails")


def _keys(values: Sequence[str]) -> list[UUID]:
    try:
        return [UUID(value) for value in values]
    except ValueError:
        raise BadRequest from None


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
    return render(request, "notifications/mail.html", {"mail": found, "letter": compose(found), "inside": inside(found), "sender": settings.MAIL_FROM})


def _only_in_the_demo() -> None:
    if not settings.DEMO:
        raise Http404
