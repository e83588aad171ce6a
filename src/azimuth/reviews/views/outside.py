"""What a rater from outside sees: their forms behind a personal link, and a thank-you that shows nothing."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from azimuth.access.guards import open_to_all
from azimuth.people.forms.choosing import carried_out
from azimuth.reviews import actions, policies, queries
from azimuth.reviews.asking_forms import DeclineOutsideForm
from azimuth.reviews.guards import LinkRequest, with_link
from azimuth.reviews.models import Assignment
from azimuth.reviews.views import sheet

YEAR = 365 * 24 * 3600


@with_link
@require_safe
def forms(request: LinkRequest) -> HttpResponse:
    """The forms that wait; a single one opens at once."""
    waiting = queries.waiting_for(request.external, timezone.now())
    rows = [assignment for item in waiting for assignment in item.assignments]
    if len(rows) == 1:
        return redirect("reviews:outside-answer", token=request.token, assignment_id=rows[0].pk)
    found = [(assignment, _url(request, assignment)) for assignment in rows]
    return render(request, "reviews/outside/forms.html", {"waiting": waiting[0], "forms": found})


@with_link
def answer(request: LinkRequest, assignment_id: UUID) -> HttpResponse:
    """One form: opening it changes nothing; POST saves and, when asked, submits."""
    return sheet.answer(request, _desk(request), _assignment(request, assignment_id))


@with_link
def decline(request: LinkRequest, assignment_id: UUID) -> HttpResponse:
    """Say that one cannot answer, and why."""
    assignment, now = _assignment(request, assignment_id), timezone.now()
    policies.can_decline(request.external, assignment, now).enforce()
    form = DeclineOutsideForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and carried_out(form, lambda: actions.decline(assignment, **form.cleaned_data, by=request.external, at=now)):
        return _onwards(request, assignment, "declined")
    context = {"form": form, "assignment": assignment, "back": _url(request, assignment)}
    return render(request, "reviews/outside/decline.html", context, status=422 if form.is_bound else 200)


@with_link
@require_POST
def language(request: LinkRequest) -> HttpResponse:
    """Read these pages in another language, in this browser."""
    here = reverse("reviews:outside", args=[request.token])
    asked = request.POST.get("next", "")
    is_ours = asked.startswith(here) and url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    response = redirect(asked if is_ours else here)
    chosen = request.POST.get("language", "")
    if chosen in dict(settings.LANGUAGES):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, chosen, max_age=YEAR, samesite="Lax", httponly=True, secure=settings.PRODUCTION)
    return response


@open_to_all
@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    """After the last form: no name, no answers, the same page for everybody."""
    asked = request.GET.get("language", "")
    with translation.override(asked if asked in dict(settings.LANGUAGES) else translation.get_language()):
        return render(request, "reviews/outside/thanks.html", {"is_declined": "declined" in request.GET})


def _desk(request: LinkRequest) -> sheet.Desk:
    return sheet.Desk(
        who=request.external, template="reviews/outside/answer.html",
        url_of=lambda assignment: _url(request, assignment),
        decline_url_of=lambda assignment: reverse("reviews:outside-decline", args=[request.token, assignment.pk]),
        saved=lambda assignment: redirect(_url(request, assignment) + "?saved=1"), submitted=lambda assignment: _onwards(request, assignment, "submitted"),
    )


def _onwards(request: LinkRequest, assignment: Assignment, what: str) -> HttpResponse:
    """To the form that still waits, or, when none does, to the thank-you: the link has done its work."""
    following = next((other for other in queries.siblings(assignment) if other.state != "submitted"), None)
    if following is None:
        return redirect(reverse("reviews:outside-thanks") + f"?language={translation.get_language()}" + ("&declined" if what == "declined" else ""))
    return redirect(_url(request, following) + f"?{what}=1")


def _url(request: LinkRequest, assignment: Assignment | queries.Sibling) -> str:
    return reverse("reviews:outside-answer", args=[request.token, assignment.pk])


def _assignment(request: LinkRequest, assignment_id: UUID) -> Assignment:
    rows = Assignment.objects.of(request.external).select_related("subject__cycle__box", "subject__person__unit", "external")
    return get_object_or_404(rows.exclude(ticket=None), pk=assignment_id)
