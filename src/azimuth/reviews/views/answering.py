"""What a rater sees: the list of subjects, and one calm form for each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from azimuth.access.verdict import Denied, Refused
from azimuth.ballots import actions as ballots
from azimuth.ballots import queries as sheets
from azimuth.people.guards import SignedInRequest, signed_in
from azimuth.questionnaires import queries as questionnaires
from azimuth.reviews import actions, policies, queries
from azimuth.reviews.forms import SheetForm
from azimuth.reviews.models import Assignment, ReviewCycle


@signed_in
@require_safe
def mine(request: SignedInRequest) -> HttpResponse:
    """What I am asked to answer, and the reports I may read."""
    now = timezone.now()
    context = {
        "waiting": queries.waiting_for(request.person, now),
        "reports": queries.readable_reports(request.person),
        "to_release": queries.reports_to_hand_over(request.person),
        "to_open": queries.reports_to_open(request.person),
        "runs_cycles": policies.runs_cycles(request.person),
    }
    return render(request, "reviews/mine.html", context)


@dataclass(frozen=True)
class Page:
    """What the form's page shows."""

    assignment: Assignment
    sections: tuple[questionnaires.FormSection, ...]
    scale: questionnaires.FormScale
    seen: int | None
    promise: queries.Promise
    answered: int
    questions: int
    others: list[Assignment]
    problem: str = ""
    is_conflict: bool = False

    @property
    def is_submitted(self) -> bool:
        """Whether it will be counted as it is."""
        return self.assignment.state == "submitted"


@signed_in
def answer(request: SignedInRequest, assignment_id: UUID) -> HttpResponse:
    """The form: GET shows what is saved; POST saves (by hand or as one types) and, when asked, submits."""
    assignment = _assignment(request, assignment_id)
    if request.method != "POST":
        return _show(request, assignment)
    form = SheetForm(request.POST, assignment.subject.cycle.snapshot, assignment.group)
    is_auto = request.headers.get("X-Autosave") == "1"
    if form.problems:
        return _refused(request, assignment, form, is_auto=is_auto, sentence=_("Some entries need mending before they can be saved."), status=422)
    try:
        version = actions.save(assignment, form.sheet, seen=form.seen, by=request.person, at=timezone.now())
    except ballots.StaleSheet as stale:
        return _conflict(request, assignment, form, stale, is_auto=is_auto)
    except (Denied, Refused) as refusal:
        return _refused(request, assignment, form, is_auto=is_auto, sentence=str(refusal), status=409)
    if is_auto:
        return JsonResponse({"version": version})
    if "submit" in request.POST:
        return _submit(request, assignment, form, version)
    messages.info(request, _("Saved. Only submitted forms are counted; you can go on any time until the close."))
    return redirect("reviews:mine")


def _submit(request: SignedInRequest, assignment: Assignment, form: SheetForm, version: int) -> HttpResponse:
    try:
        actions.submit([assignment], by=request.person, at=timezone.now())
    except actions.Incomplete as incomplete:
        form.problems = dict.fromkeys(incomplete.missing, _("Please answer this, or choose “not observed”."))
        form.seen = version
        return _refused(request, assignment, form, is_auto=False, sentence=str(incomplete), status=422)
    messages.info(request, _("Submitted: your feedback about %(name)s. You can change it until the close.") % {"name": assignment.subject.person.name})
    following = next((a for a in queries.siblings(assignment) if a.state != "submitted"), None)
    return redirect("reviews:answer", assignment_id=following.pk) if following else redirect("reviews:mine")


@signed_in
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
    rows = Assignment.objects.of(request.person).select_related("subject__cycle__box", "subject__person__unit")
    return get_object_or_404(rows.exclude(ticket=None), pk=assignment_id)


def _show(request: SignedInRequest, assignment: Assignment) -> HttpResponse:
    verdict = policies.can_answer(request.person, assignment, timezone.now())
    if not verdict:
        return render(request, "reviews/not_open.html", {"assignment": assignment, "reason": verdict.reason}, status=409)
    sheet = sheets.read_sheet(*assignment.place, by=request.person)
    return _render(request, assignment, sheet.content if sheet else {}, seen=sheet.version if sheet else None)


def _refused(request: SignedInRequest, assignment: Assignment, form: SheetForm, *, is_auto: bool, sentence: str, status: int) -> HttpResponse:
    """Say why it was not saved; on the page, everything typed is still there."""
    if is_auto:
        return JsonResponse({"problem": sentence}, status=status)
    return _render(request, assignment, form.sheet, seen=form.seen, problems=form.problems, problem=sentence, status=status)


def _conflict(request: SignedInRequest, assignment: Assignment, form: SheetForm, stale: ballots.StaleSheet, *, is_auto: bool) -> HttpResponse:
    """Another tab or device saved meanwhile: show this text, and beside it what the other one says; saving again keeps this one."""
    sentence = _("This form was changed in another tab or on another device. Yours is in the fields; the other is shown beside each difference. Save to keep yours.")
    if is_auto:
        return JsonResponse({"problem": sentence, "conflict": True}, status=409)
    other = queries.differences(assignment.subject.cycle.snapshot, mine=form.sheet, other=stale.current.content)
    return _render(request, assignment, form.sheet, seen=stale.current.version, problems=other, problem=sentence, is_conflict=True, status=409)


def _render(request: SignedInRequest, assignment: Assignment, sheet: dict[str, Any], *, seen: int | None, problems: dict[str, str] | None = None, status: int = 200, **more: Any) -> HttpResponse:
    cycle = assignment.subject.cycle
    form = questionnaires.form_for(cycle.snapshot, assignment.group, name=assignment.subject.person.name)
    sections = questionnaires.filled(form, sheet, problems)
    answered, questions = questionnaires.progress(sections)
    page = Page(
        assignment, sections, questionnaires.scale_of(cycle.snapshot), seen, queries.promise(assignment), answered, questions,
        queries.siblings(assignment), **more,
    )
    return render(request, "reviews/answer.html", {"page": page, "cycle": cycle, "subject": assignment.subject}, status=status)


