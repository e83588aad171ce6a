"""Reading a report, as a page and as a PDF; releasing one; choosing what to grow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from azimuth.access.verdict import Refused
from azimuth.people.guards import SignedInRequest, signed_in
from azimuth.people.models import Person
from azimuth.questionnaires import queries as questionnaires
from azimuth.questionnaires.translations import Speech, Words
from azimuth.reviews import actions, forms, policies, queries, reading
from azimuth.reviews.models import ReviewCycle, Subject


@signed_in
@require_safe
def report(request: SignedInRequest, subject_id: UUID) -> HttpResponse:
    """A report, to whoever may read it."""
    subject = _readable(request, subject_id)
    actions.open_report(subject, by=request.person, at=timezone.now())
    words: Words | None = subject.words  # type: ignore[attr-defined]
    content = reading.heard(subject.report.content, Speech(words or {}))
    page, body = reading.body(reading.Kept(subject.report.pk, get_language(), content))
    return render(request, "reviews/report.html", {"subject": subject, "page": page, "body": body, **_beside(request.person, subject, content)})


def _beside(viewer: Person, subject: Subject, content: Mapping[str, Any]) -> dict[str, Any]:
    """What stands around a report: what may be done with it, what its subject did, who can read it."""
    shares, is_subject = queries.shares_of(subject), subject.person_id == viewer.pk
    return {
        "may_choose": bool(policies.can_choose_growth(viewer, subject)), "may_release": policies.can_release(viewer, subject),
        "growth": reading.choices(content, {str(section): note for section, note in subject.growth_areas.values_list("section", "note")}) if is_subject else [],
        "acknowledgement": getattr(subject, "acknowledgement", None), "comment_limit": actions.COMMENT_LIMIT,
        "comment_readers": queries.comment_readers(subject, shares), "readers": queries.readers_in_words(subject.cycle),
        "shares": shares, "shared_keys": {share.shared_with_id for share in shares}, "share_choices": queries.share_choices(subject) if is_subject else [],
    }


@signed_in
@require_safe
def pdf(request: SignedInRequest, subject_id: UUID) -> HttpResponse:
    """The report as a tagged PDF in the reader's language; one that is not there yet is made by a job, then opens by itself."""
    subject = _readable(request, subject_id, without=("report__content",))
    kept = subject.report.pdfs.filter(language=get_language()).first()
    if kept is None:
        here = reverse("reviews:report-pdf", args=[subject.pk])
        job = actions.make_pdf(subject, language=get_language(), by=request.person, at=timezone.now(), next_url=here)
        return redirect("workspace:job", job=job.pk)
    actions.open_report(subject, by=request.person, at=timezone.now())
    response = HttpResponse(bytes(kept.file), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{slugify(subject.cycle.name)}.pdf"'
    return response


@signed_in
@require_POST
def choose_growth(request: SignedInRequest, subject_id: UUID) -> HttpResponse:
    """Keep up to two growth areas."""
    subject = _readable(request, subject_id)
    chosen = {key: request.POST.get(f"note-{key}", "")[:2000] for key in forms.keys(request.POST.getlist("section"))}
    try:
        actions.choose_growth(subject, sections=chosen, by=request.person, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.info(request, _("Kept. Your growth areas are yours alone to see."))
    return redirect(reverse("reviews:report", args=[subject.pk]) + "#next")


@signed_in
@require_POST
def release(request: SignedInRequest, subject_id: UUID) -> HttpResponse:
    """Release one report: by whom the cycle names, or by HR."""
    subject = get_object_or_404(Subject.objects.releasable_by(request.person).select_related("cycle__scope", "person"), pk=subject_id)
    actions.release(subject.cycle, subjects=[subject.pk], by=request.person, at=timezone.now())
    messages.info(request, _("Released. %(name)s has been told.") % {"name": subject.person.name})
    return redirect("reviews:mine")


@signed_in
@require_safe
def preview(request: SignedInRequest, cycle_id: UUID) -> HttpResponse:
    """What a subject will read, with invented answers."""
    cycle = get_object_or_404(ReviewCycle.objects.run_by(request.person).select_related("questionnaire__scale"), pk=cycle_id)
    if not cycle.snapshot and cycle.questionnaire is None:
        messages.info(request, _("Choose a questionnaire first."))
        return redirect("reviews:basics", cycle_id=cycle.pk)
    context = {"cycle": cycle, **_preview(cycle), "near": queries.near_to(cycle, viewer=request.person), "readers": queries.readers_in_words(cycle)}
    return render(request, "reviews/report_preview.html", context)


def _preview(cycle: ReviewCycle) -> dict[str, object]:
    snapshot = cycle.snapshot or (questionnaires.snapshot(cycle.questionnaire) if cycle.questionnaire else {})
    content = reading.in_language(snapshot, queries.invented_content(cycle), get_language())
    page, body = reading.body.__wrapped__(reading.Kept(cycle.pk, get_language(), content))
    return {"page": page, "body": body}


def _readable(request: SignedInRequest, subject_id: UUID, *, without: tuple[str, ...] = ()) -> Subject:
    """The subject with the report, but for its longest parts that this page does not show."""
    rows = Subject.objects.with_shares().select_related("report", "acknowledgement", "cycle").defer("cycle__snapshot", *without)
    rows = rows.annotate(words=F(f"cycle__snapshot__translations__{get_language()}"))
    own = rows.own_report_of(request.person).filter(pk=subject_id).first()
    if own is None:
        return get_object_or_404(rows.readable_by(request.person).select_related("person"), pk=subject_id)
    own.person = request.person
    return own
