"""Who is asked, after the launch and beside the lists: answering begins, raters from outside, and raters who decline."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from azimuth.access.verdict import Refused
from azimuth.kit.once import leaves_no_trace
from azimuth.people.forms.choosing import carried_out
from azimuth.people.guards import SignedInRequest, signed_in
from azimuth.reviews import actions, policies
from azimuth.reviews.asking_forms import DeclineForm, ExternalForm
from azimuth.reviews.models import Assignment, ExternalRater, ReviewCycle, Subject
from azimuth.reviews.states import AssignmentState
from azimuth.reviews.views.raters import show_raters


@signed_in
@require_POST
def begin(request: SignedInRequest, cycle_id: UUID) -> HttpResponse:
    """Have raters asked before the deadline of nominations, when all lists are approved."""
    cycle = get_object_or_404(ReviewCycle.objects.visible_to(request.person), pk=cycle_id)
    job = actions.begin(cycle, by=request.person, at=timezone.now())
    return redirect("workspace:job", job=job.pk)


@signed_in
@leaves_no_trace
def decline(request: SignedInRequest, assignment_id: UUID) -> HttpResponse:
    """Say that one cannot answer about somebody, and why."""
    now = timezone.now()
    rows = Assignment.objects.filter(rater=request.person).exclude(ticket=None).select_related("subject__cycle__box", "subject__person")
    assignment = get_object_or_404(rows, pk=assignment_id)
    if assignment.state == AssignmentState.WITHDRAWN:  # declined a moment ago, by a second click or in another tab
        return redirect("reviews:mine")
    policies.can_decline(request.person, assignment, now).enforce()
    form = DeclineForm(request.POST or None, subject=assignment.subject, rater=request.person, on=now.date())
    if request.method == "POST" and form.is_valid() and carried_out(form, lambda: actions.decline(assignment, **form.cleaned_data, by=request.person, at=now)):
        messages.info(request, _("You are no longer asked about %(name)s. HR has been told.") % {"name": assignment.subject.person.name})
        return redirect("reviews:mine")
    return render(request, "reviews/decline.html", {"form": form, "assignment": assignment}, status=422 if form.is_bound else 200)


@signed_in
@require_POST
def replace(request: SignedInRequest, cycle_id: UUID, assignment_id: UUID) -> HttpResponse:
    """Ask whom the rater named instead."""
    assignment = _declined(request, cycle_id, assignment_id)
    try:
        actions.replace(assignment, by=request.person, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.info(request, _("Asked, and told."))
    return redirect(reverse("reviews:cycle", args=[cycle_id]) + "#declined")


@signed_in
@require_POST
def let_be(request: SignedInRequest, cycle_id: UUID, assignment_id: UUID) -> HttpResponse:
    """Ask nobody else."""
    actions.let_be(_declined(request, cycle_id, assignment_id), by=request.person, at=timezone.now())
    return redirect(reverse("reviews:cycle", args=[cycle_id]) + "#declined")


@signed_in
@require_POST
def add_external(request: SignedInRequest, cycle_id: UUID, subject_id: UUID) -> HttpResponse:
    """Put somebody from outside on a subject's list."""
    subject, form = _subject(request, cycle_id, subject_id), ExternalForm(request.POST)
    policies.can_change_raters(request.person, subject.cycle).enforce()
    if form.is_valid() and carried_out(form, lambda: actions.add_external(subject, **form.cleaned_data, by=request.person, at=timezone.now())):
        return redirect("reviews:raters", cycle_id=cycle_id, subject_id=subject_id)
    return show_raters(request, subject, external=form, status=422)


@signed_in
@require_POST
def remove_external(request: SignedInRequest, cycle_id: UUID, subject_id: UUID, external_id: UUID) -> HttpResponse:
    """Take somebody from outside off a subject's list."""
    subject = _subject(request, cycle_id, subject_id)
    actions.remove_external(subject, external=_external(subject, external_id), by=request.person, at=timezone.now())
    return redirect("reviews:raters", cycle_id=cycle_id, subject_id=subject_id)


@signed_in
@require_POST
def send_link(request: SignedInRequest, cycle_id: UUID, subject_id: UUID, external_id: UUID) -> HttpResponse:
    """Send a rater from outside a fresh link. The answer is the same whether they have answered or not."""
    subject = _subject(request, cycle_id, subject_id)
    external = _external(subject, external_id)
    try:
        actions.send_link_again(external, by=request.person, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.info(request, _("If a form still waits for %(name)s, a fresh link is on its way.") % {"name": external.name})
    return redirect("reviews:raters", cycle_id=cycle_id, subject_id=subject.pk)


@signed_in
@require_POST
def revoke_links(request: SignedInRequest, cycle_id: UUID, subject_id: UUID, external_id: UUID) -> HttpResponse:
    """Make every link of a rater from outside dead."""
    subject = _subject(request, cycle_id, subject_id)
    external = _external(subject, external_id)
    actions.revoke_links(external, by=request.person, at=timezone.now())
    messages.info(request, _("Every link sent to %(name)s is dead. You can send a fresh one.") % {"name": external.name})
    return redirect("reviews:raters", cycle_id=cycle_id, subject_id=subject.pk)


def _declined(request: SignedInRequest, cycle_id: UUID, assignment_id: UUID) -> Assignment:
    mine = Subject.objects.visible_to(request.person).filter(cycle=cycle_id)
    return get_object_or_404(Assignment.objects.filter(subject__in=mine, decline__isnull=False).select_related("subject__cycle__scope"), pk=assignment_id)


def _subject(request: SignedInRequest, cycle_id: UUID, subject_id: UUID) -> Subject:
    rows = Subject.objects.visible_to(request.person).select_related("person", "cycle__scope", "cycle__questionnaire")
    return get_object_or_404(rows, pk=subject_id, cycle_id=cycle_id)


def _external(subject: Subject, external_id: UUID) -> ExternalRater:
    on_the_list = ExternalRater.objects.filter(Q(nominations__subject=subject) | Q(assignments__subject=subject)).distinct()
    return get_object_or_404(on_the_list, pk=external_id)
