"""What a subject does with a report: open it, say that it is read, show it, take it back; and the guide to talk it over."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from azimuth.access.verdict import Refused
from azimuth.kit.forms import visible
from azimuth.people.guards import SignedInRequest, signed_in
from azimuth.people.models import Person
from azimuth.reviews import actions, debrief, policies, queries, reading
from azimuth.reviews.models import ReportShare, Subject


@signed_in
def open_report(request: SignedInRequest, subject_id: UUID) -> HttpResponse:
    """One's own report that waits to be opened: GET says what opening means, POST opens it."""
    mine = Subject.objects.opened_by(request.person).select_related("cycle__scope", "person", "lead")
    subject = get_object_or_404(mine, pk=subject_id)
    if request.method == "POST":
        actions.open_own(subject, by=request.person, at=timezone.now())
    if request.method == "POST" or subject.released_on:
        return redirect("reviews:report", subject_id=subject.pk)
    return render(request, "reviews/open_report.html", {"subject": subject, "others": queries.other_readers(subject.cycle)})


@signed_in
@require_safe
def guide(request: SignedInRequest, subject_id: UUID) -> HttpResponse:
    """A guide to talk the report over, for whoever may read it."""
    subject = _readable(request, subject_id)
    actions.open_report(subject, by=request.person, at=timezone.now())
    content = reading.in_language(subject.cycle.snapshot, subject.report.content, get_language())
    page, _body = reading.body(reading.Kept(subject.report.pk, get_language(), content))
    context = {"subject": subject, "page": page, "guide": debrief.guide(content, page), "is_subject": subject.person_id == request.person.pk}
    return render(request, "reviews/guide.html", context)


@signed_in
@require_POST
def acknowledge(request: SignedInRequest, subject_id: UUID) -> HttpResponse:
    """Say that one has read one's report; with a comment, then or once later."""
    subject = _readable(request, subject_id)
    policies.can_acknowledge(request.person, subject).enforce()
    comment = visible(request.POST.get("comment", "")).strip()
    try:
        actions.acknowledge(subject, comment=comment, by=request.person, at=timezone.now())
    except Refused as refusal:
        return _with_words_kept(request, subject, comment, str(refusal))
    messages.info(request, _("Kept. Thank you for reading it.") if not comment else _("Kept, with your comment."))
    return _back(subject, "read")


def _with_words_kept(request: SignedInRequest, subject: Subject, comment: str, problem: str) -> HttpResponse:
    """The comment as typed, with what stands in its way."""
    context = {"subject": subject, "comment": comment, "problem": problem, "comment_limit": actions.COMMENT_LIMIT}
    return render(request, "reviews/acknowledge.html", context, status=422)


@signed_in
@require_POST
def share(request: SignedInRequest, subject_id: UUID, person_id: UUID) -> HttpResponse:
    """Show one's report to one's lead or coach."""
    subject = _readable(request, subject_id)
    other = get_object_or_404(Person.objects.visible_to(request.person), pk=person_id)
    actions.share(subject, with_=other, by=request.person, at=timezone.now())
    messages.info(request, _("%(name)s can read your report now, and has been told. You can take it back any time.") % {"name": other.name})
    return _back(subject, "share")


@signed_in
@require_POST
def take_back(request: SignedInRequest, subject_id: UUID, share_id: UUID) -> HttpResponse:
    """Stop showing one's report to somebody."""
    subject = _readable(request, subject_id)
    policies.can_share(request.person, subject).enforce()
    found = get_object_or_404(ReportShare.objects.select_related("subject", "shared_with"), pk=share_id, subject=subject)
    actions.take_back(found, by=request.person, at=timezone.now())
    messages.info(request, _("Taken back. %(name)s no longer finds your report.") % {"name": found.shared_with.name})
    return _back(subject, "share")


def _readable(request: SignedInRequest, subject_id: UUID) -> Subject:
    rows = Subject.objects.readable_by(request.person).select_related("report", "cycle__scope", "person", "lead", "coach")
    return get_object_or_404(rows, pk=subject_id)


def _back(subject: Subject, place: str) -> HttpResponse:
    return redirect(reverse("reviews:report", args=[subject.pk]) + f"#{place}")
