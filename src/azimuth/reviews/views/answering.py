"""What a rater from inside sees: the list of subjects, and one calm form for each."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from azimuth.access.verdict import Denied
from azimuth.kit.addresses import address
from azimuth.kit.once import leaves_no_trace
from azimuth.people.guards import SignedInRequest, signed_in
from azimuth.reviews import actions, policies, queries
from azimuth.reviews.models import Assignment, ReviewCycle
from azimuth.reviews.views import sheet


@signed_in
@require_safe
def mine(request: SignedInRequest) -> HttpResponse:
    """What I am asked to answer, lists of raters that wait for me, and the reports I may read."""
    now = timezone.now()
    context = {
        "waiting": queries.waiting_for(request.person, now),
        "lists": queries.lists_waiting(request.person, now),
        "reports": queries.readable_reports(request.person),
        "to_release": queries.reports_to_hand_over(request.person),
        "to_open": queries.reports_to_open(request.person),
        "runs_cycles": policies.runs_cycles(request.person),
    }
    return render(request, "reviews/mine.html", context)


@signed_in
@leaves_no_trace
def answer(request: SignedInRequest, assignment_id: UUID) -> HttpResponse:
    """The form: GET shows what is saved; POST saves (by hand or as one types) and, when asked, submits."""
    return sheet.answer(request, _desk(request), _assignment(request, assignment_id))


def _desk(request: SignedInRequest) -> sheet.Desk:
    return sheet.Desk(
        who=request.person, template="reviews/answer.html",
        url_of=lambda assignment: address("reviews:answer", assignment.pk),
        decline_url_of=lambda assignment: address("reviews:decline", assignment.pk),
        saved=lambda assignment: _saved(request), submitted=lambda assignment: _submitted(request, assignment),
    )


def _saved(request: SignedInRequest) -> HttpResponse:
    messages.info(request, _("Saved. Only submitted forms are counted; you can go on any time until the close."))
    return redirect("reviews:mine")


def _submitted(request: SignedInRequest, assignment: Assignment) -> HttpResponse:
    """On to the next form, or back to the list."""
    messages.info(request, _("Submitted: your feedback about %(name)s. You can change it until the close.") % {"name": assignment.subject.person.name})
    following = next((a for a in queries.siblings(assignment) if a.state != "submitted"), None)
    return redirect("reviews:answer", assignment_id=following.pk) if following else redirect("reviews:mine")


@signed_in
@leaves_no_trace
@require_POST
def submit_all(request: SignedInRequest, cycle_id: UUID) -> HttpResponse:
    """Submit every form of mine in a cycle that has something in it."""
    cycle = get_object_or_404(ReviewCycle, pk=cycle_id, subjects__assignments__rater=request.person)
    drafts = list(Assignment.objects.of(request.person).filter(subject__cycle=cycle, state="draft").select_related("subject__cycle"))
    try:
        number = actions.submit(drafts, by=request.person, at=timezone.now())
    except (actions.Incomplete, Denied) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.info(request, ngettext("%(n)d form submitted.", "%(n)d forms submitted.", number) % {"n": number})
    return redirect("reviews:mine")


def _assignment(request: SignedInRequest, assignment_id: UUID) -> Assignment:
    rows = Assignment.objects.of(request.person).select_related("subject__cycle__box", "subject__person")
    return get_object_or_404(rows.filter(ticket__isnull=False), pk=assignment_id)
