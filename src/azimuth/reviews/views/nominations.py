"""Lists of raters: chosen by whoever proposes them, approved or returned. Whatever is refused, the page comes back with what was typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from azimuth.access.verdict import Denied, Refused
from azimuth.kit.htmx import part_or_page
from azimuth.people.guards import SignedInRequest, signed_in
from azimuth.people.models import Person
from azimuth.questionnaires.models import RaterGroup
from azimuth.reviews import actions, forms, policies, queries
from azimuth.reviews.asking_forms import ExternalForm, NoteForm
from azimuth.reviews.models import ReviewCycle, Subject
from azimuth.reviews.states import Approver, CycleState, ListState
from azimuth.reviews.tables import ListTable


@signed_in
@require_safe
def lists(request: SignedInRequest) -> HttpResponseBase:
    """The lists one proposes, approves or looks after, while raters are nominated."""
    rows = Subject.objects.listed_for(request.person).filter(cycle__state=CycleState.NOMINATING)
    table = ListTable(request, rows.select_related("person__unit", "cycle"))
    return render(request, "reviews/lists.html", {"table": table})


@signed_in
@require_safe
def rater_list(request: SignedInRequest, subject_id: UUID) -> HttpResponse:
    """One list: who stands on it, who could, and what can be done with it."""
    return _show(request, _subject(request, subject_id))


@signed_in
@require_POST
def nominate(request: SignedInRequest, subject_id: UUID) -> HttpResponse:
    """Put somebody on the list."""
    subject = _subject(request, subject_id)
    (key,) = forms.keys([request.POST.get("rater", "")])
    rater = get_object_or_404(Person.objects.visible_to(request.person), pk=key)
    return _carried_out(request, subject, lambda: actions.nominate(subject, rater=rater, by=request.person, at=timezone.now()))


@signed_in
@require_POST
def nominate_external(request: SignedInRequest, subject_id: UUID) -> HttpResponse:
    """Put somebody from outside on the list."""
    subject, form = _subject(request, subject_id), ExternalForm(request.POST)
    if not form.is_valid():
        return _show(request, subject, external=form, status=422)
    return _carried_out(request, subject, lambda: actions.nominate_external(subject, **form.cleaned_data, by=request.person, at=timezone.now()), external=form)


@signed_in
@require_POST
def take_off(request: SignedInRequest, subject_id: UUID, asked_id: UUID) -> HttpResponse:
    """Take somebody off the list."""
    subject = _subject(request, subject_id)
    return _carried_out(request, subject, lambda: actions.take_off(subject, asked=asked_id, by=request.person, at=timezone.now()))


@signed_in
@require_POST
def propose(request: SignedInRequest, subject_id: UUID) -> HttpResponse:
    """Hand the list in."""
    subject = _subject(request, subject_id)
    said = _("The list is final.") if subject.cycle.approver == Approver.NOBODY else _("The list is handed in. Whoever approves it has been told.")
    return _carried_out(request, subject, lambda: actions.propose(subject, seen=request.POST.get("seen", ""), by=request.person, at=timezone.now()), said=said)


@signed_in
@require_POST
def take_list_back(request: SignedInRequest, subject_id: UUID) -> HttpResponse:
    """Open the list again."""
    subject = _subject(request, subject_id)
    return _carried_out(request, subject, lambda: actions.take_list_back(subject, by=request.person, at=timezone.now()), said=_("The list is open again: change it, then hand it in."))


@signed_in
@require_POST
def approve(request: SignedInRequest, subject_id: UUID) -> HttpResponse:
    """Approve the list."""
    subject = _subject(request, subject_id)
    return _carried_out(
        request, subject, lambda: actions.approve(subject, seen=request.POST.get("seen", ""), by=request.person, at=timezone.now()), said=_("The list is approved."),
    )


@signed_in
@require_POST
def return_list(request: SignedInRequest, subject_id: UUID) -> HttpResponse:
    """Give the list back with a note."""
    subject, form = _subject(request, subject_id), NoteForm(request.POST)
    if not form.is_valid():
        return _show(request, subject, note=form, status=422)
    return _carried_out(
        request, subject, lambda: actions.return_list(subject, note=form.cleaned_data["note"], seen=request.POST.get("seen", ""), by=request.person, at=timezone.now()),
        said=_("The list is returned, and whoever proposed it has been told."), note=form,
    )


def _subject(request: SignedInRequest, subject_id: UUID) -> Subject:
    rows = Subject.objects.listed_for(request.person).select_related("person__unit", "lead", "cycle__scope")
    return get_object_or_404(rows, pk=subject_id)


def _carried_out(request: SignedInRequest, subject: Subject, deed: Callable[[], object], *, said: str = "", **typed: Any) -> HttpResponse:
    """Do it and go back to the list; refused, show the list as it stands now, with the reason and what was typed."""
    try:
        deed()
    except (Denied, Refused) as refusal:
        return _show(request, _subject(request, subject.pk), problem=str(refusal), status=403 if isinstance(refusal, Denied) else 409, **typed)
    if said:
        messages.info(request, said)
    words = request.POST.get("q", "")
    return redirect(reverse("reviews:list", args=[subject.pk]) + (f"?{urlencode({'q': words})}#find" if words else ""))


def _show(
    request: SignedInRequest, subject: Subject, *, problem: str = "", status: int = 200, external: ExternalForm | None = None, note: NoteForm | None = None
) -> HttpResponse:
    viewer, now, listed = request.person, timezone.now(), queries.list_of(subject)
    may_change, approves = policies.can_change_list(viewer, subject, now), policies.approves(viewer, subject)
    words = request.GET.get("q", "") or request.POST.get("q", "")
    context = {
        "subject": subject, "cycle": subject.cycle, "listed": listed, "is_own": subject.person_id == viewer.pk, "problem": problem, "q": words,
        "is_proposer": policies.proposes(viewer, subject), "shows_entries": policies.can_see_entries(viewer, subject), "may_change": may_change, "state": ListState(subject.list_state).label,
        "is_open": bool(policies.can_propose(viewer, subject, now)) and subject.list_state in {ListState.CHOOSING, ListState.RETURNED},
        "may_take_back": subject.list_state in {ListState.PROPOSED, ListState.APPROVED} and policies.can_take_list_back(viewer, subject, now) and not approves,
        "may_approve": policies.can_approve(viewer, subject, now), "who_approves": _who_approves(subject), "is_nominating": _is_nominating(subject.cycle),
        "candidates": queries.candidates_for(listed, words, viewer, on=now.date()) if may_change else None,
        "takes_external": listed.need_of(RaterGroup.EXTERNAL) is not None, "external": external or ExternalForm(), "note": note or NoteForm(),
    }
    return part_or_page(request, "reviews/list.html", "found", context, status=status)


def _who_approves(subject: Subject) -> str:
    """Whose approval the list waits for, in words."""
    if subject.cycle.approver == Approver.NOBODY:
        return ""
    return subject.lead.name if subject.cycle.approver == Approver.LEAD and subject.lead else _("HR")


def _is_nominating(cycle: ReviewCycle) -> bool:
    return cycle.state == CycleState.NOMINATING
