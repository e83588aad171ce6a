"""One form about one subject, whoever fills it in: what is saved is shown, what is typed is never lost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from azimuth.access.verdict import Denied, Refused
from azimuth.ballots import actions as ballots
from azimuth.ballots import queries as sheets
from azimuth.people.models import Person
from azimuth.questionnaires import queries as questionnaires
from azimuth.reviews import actions, policies, queries
from azimuth.reviews.forms import SheetForm
from azimuth.reviews.models import Assignment, ExternalRater


@dataclass(frozen=True)
class Desk:
    """Where somebody answers: who they are, the template around the form, where things lie, and where one goes after a deed."""

    who: Person | ExternalRater
    template: str
    url_of: Callable[[Assignment | queries.Sibling], str]
    decline_url_of: Callable[[Assignment], str]
    saved: Callable[[Assignment], HttpResponse]
    submitted: Callable[[Assignment], HttpResponse]


@dataclass(frozen=True)
class Page:
    """What the form's page shows."""

    assignment: Assignment
    url: str
    decline_url: str
    is_outside: bool
    sections: tuple[questionnaires.FormSection, ...]
    scale: questionnaires.FormScale
    seen: int | None
    promise: queries.Promise
    answered: int
    questions: int
    others: Sequence[tuple[queries.Sibling, str]]
    problem: str = ""
    is_conflict: bool = False

    @property
    def is_submitted(self) -> bool:
        """Whether it will be counted as it is."""
        return self.assignment.state == "submitted"


def answer(request: HttpRequest, desk: Desk, assignment: Assignment) -> HttpResponse:
    """The form: GET shows what is saved; POST saves (by hand or as one types) and, when asked, submits."""
    if request.method != "POST":
        return _show(request, desk, assignment)
    form = SheetForm(request.POST, assignment.subject.cycle.snapshot, assignment.group)
    is_auto = request.headers.get("X-Autosave") == "1"
    if form.problems:
        return _refused(request, desk, assignment, form, is_auto=is_auto, sentence=_("Some entries need mending before they can be saved."), status=422)
    try:
        version = actions.save(assignment, form.sheet, seen=form.seen, by=desk.who, at=timezone.now())
    except ballots.StaleSheet as stale:
        return _conflict(request, desk, assignment, form, stale, is_auto=is_auto)
    except (Denied, Refused) as refusal:
        return _refused(request, desk, assignment, form, is_auto=is_auto, sentence=str(refusal), status=409)
    if is_auto:
        return JsonResponse({"version": version})
    if "submit" in request.POST:
        return _submit(request, desk, assignment, form, version)
    return desk.saved(assignment)


def _submit(request: HttpRequest, desk: Desk, assignment: Assignment, form: SheetForm, version: int) -> HttpResponse:
    try:
        actions.submit([assignment], by=desk.who, at=timezone.now())
    except actions.Incomplete as incomplete:
        form.problems = dict.fromkeys(incomplete.missing, _("Please answer this, or choose “not observed”."))
        form.seen = version
        return _refused(request, desk, assignment, form, is_auto=False, sentence=str(incomplete), status=422)
    return desk.submitted(assignment)


def _show(request: HttpRequest, desk: Desk, assignment: Assignment) -> HttpResponse:
    verdict = policies.can_answer(desk.who, assignment, timezone.now())
    if not verdict:
        return render(request, "reviews/not_open.html", {"assignment": assignment, "reason": verdict.reason}, status=409)
    sheet = sheets.read_sheet(*assignment.place, by=desk.who)
    return _render(request, desk, assignment, sheet.content if sheet else {}, seen=sheet.version if sheet else None)


def _refused(request: HttpRequest, desk: Desk, assignment: Assignment, form: SheetForm, *, is_auto: bool, sentence: str, status: int) -> HttpResponse:
    """Say why it was not saved; on the page, everything typed is still there."""
    if is_auto:
        return JsonResponse({"problem": sentence}, status=status)
    return _render(request, desk, assignment, form.sheet, seen=form.seen, problems=form.problems, problem=sentence, status=status)


def _conflict(request: HttpRequest, desk: Desk, assignment: Assignment, form: SheetForm, stale: ballots.StaleSheet, *, is_auto: bool) -> HttpResponse:
    """Another tab or device saved meanwhile: show this text, and beside it what the other one says; saving again keeps this one."""
    sentence = _("This form was changed in another tab or on another device. Yours is in the fields; the other is shown beside each difference. Save to keep yours.")
    if is_auto:
        return JsonResponse({"problem": sentence, "conflict": True}, status=409)
    other = queries.differences(assignment.subject.cycle.snapshot, get_language(), mine=form.sheet, other=stale.current.content)
    return _render(request, desk, assignment, form.sheet, seen=stale.current.version, problems=other, problem=sentence, is_conflict=True, status=409)


def _render(
    request: HttpRequest, desk: Desk, assignment: Assignment, sheet: dict[str, Any], *, seen: int | None, problems: dict[str, str] | None = None, status: int = 200, **more: Any
) -> HttpResponse:
    cycle, language = assignment.subject.cycle, get_language()
    form = questionnaires.form_for(cycle.snapshot, assignment.group, name=assignment.subject.person.name, language=language)
    sections = questionnaires.filled(form, sheet, problems)
    answered, questions = questionnaires.progress(sections)
    decline_url = desk.decline_url_of(assignment) if policies.can_decline(desk.who, assignment, timezone.now()) else ""
    page = Page(
        assignment, desk.url_of(assignment), decline_url, isinstance(desk.who, ExternalRater), sections, questionnaires.scale_of(cycle.snapshot, language), seen,
        queries.promise(assignment), answered, questions, [(other, desk.url_of(other)) for other in queries.siblings(assignment)], **more,
    )
    context = {"page": page, "cycle": cycle, "subject": assignment.subject, "why": questionnaires.purpose_of(cycle.snapshot, language)}
    return render(request, desk.template, context, status=status)
