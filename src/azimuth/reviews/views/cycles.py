"""Steering cycles: the list, one cycle, closing and releasing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from azimuth.ballots.policies import can_answer as can_keep
from azimuth.people.guards import SignedInRequest, signed_in
from azimuth.people.models import Person
from azimuth.reviews import actions, forms, policies, queries
from azimuth.reviews.models import RehearsedPerson, ReviewCycle, Subject
from azimuth.reviews.states import CycleState, Releaser
from azimuth.reviews.tables import (
    AuditedSubjectTable,
    CycleTable,
    NominatingSubjectTable,
    RehearsedTable,
    ReportedSubjectTable,
    SubjectTable,
)


@signed_in
@require_safe
def cycles(request: SignedInRequest) -> HttpResponseBase:
    """The cycles this person steers."""
    if not policies.sees_cycles(request.person):
        raise Http404
    table = CycleTable(request, ReviewCycle.objects.visible_to(request.person))
    return table.export() if table.wants_export else render(
        request, "reviews/cycles.html", {"table": table, "may_create": policies.runs_cycles(request.person)}
    )


@signed_in
@require_safe
def cycle(request: SignedInRequest, cycle_id: UUID) -> HttpResponseBase:
    """One cycle: a draft goes to its summary; an open one shows bands; a counted one its reports."""
    found = get_object_or_404(queries.with_declines(ReviewCycle.objects.visible_to(request.person)).defer("snapshot"), pk=cycle_id)
    if found.state == CycleState.DRAFT:
        return redirect("reviews:summary" if found.subjects.exists() else "reviews:subjects", cycle_id=found.pk)
    can_run = policies.can_run(request.person, found)
    subjects = Subject.objects.visible_to(request.person).filter(cycle=found)
    table = _table_of(found, is_ours=bool(can_run))(request, subjects, may_export=bool(can_run))
    if table.wants_export:
        return table.export()
    return render(request, "reviews/cycle.html", {
        "cycle": found, "table": table, "readers": queries.readers_in_words(found),
        "purpose": queries.standing(found), "progress": queries.progress_of(found, by_unit=False) if found.state == CycleState.OPEN else None, "here": "overview",
        "keeps_answers": can_keep(found.box) if found.state == CycleState.OPEN and found.box else None, "job": queries.job_of(found), "can_run": can_run, "can_close": policies.can_close(request.person, found),
        "can_extend": policies.can_extend(request.person, found), "can_cancel": policies.can_cancel(request.person, found),
        "can_set_reminders": policies.can_set_reminders(request.person, found),
        **_asking(found, request.person, is_ours=bool(can_run)), **_reports(request.person, found), "compared": queries.compared(found), "near": queries.near_to(found, viewer=request.person), "reliability": queries.reliability_of(found, get_language()),
    })


def _table_of(cycle: ReviewCycle, *, is_ours: bool) -> type[SubjectTable]:
    if not is_ours:
        return AuditedSubjectTable
    if policies.is_counted(cycle):
        return ReportedSubjectTable
    return NominatingSubjectTable if cycle.state == CycleState.NOMINATING else SubjectTable


def _asking(cycle: ReviewCycle, viewer: Person, *, is_ours: bool) -> dict[str, object]:
    """Lists that are being proposed, and raters who declined."""
    is_nominating, is_open = cycle.state == CycleState.NOMINATING, cycle.state == CycleState.OPEN
    return {
        "list_states": queries.states_of_lists(cycle) if is_nominating else [], "are_all_approved": is_nominating and queries.are_all_approved(cycle),
        "can_begin": is_ours and is_nominating, "declined": queries.declined_in(cycle, viewer) if is_ours and is_open else [],
    }


def _reports(viewer: Person, cycle: ReviewCycle) -> dict[str, Any]:
    """What is to be done about the reports of a counted cycle; nothing before."""
    if not policies.is_counted(cycle):
        return {}
    waiting = cycle.subjects.filter(released_on=None, report__isnull=False).exclude(person=viewer)
    unreleased = waiting.count() if cycle.state == CycleState.COUNTED else 0
    is_ours = cycle.releaser not in {Releaser.COACH, Releaser.SUBJECT}
    return {
        "unreleased": unreleased, "can_release": unreleased and is_ours and policies.can_run(viewer, cycle),
        "can_read_cohort": policies.can_read_cohort(viewer, cycle), "how_released": queries.how_released(cycle) if unreleased else "",
        "without_coach": queries.without_coach(cycle, timezone.now().date()).exclude(person=viewer).count() if cycle.releaser == Releaser.COACH else 0,
    }


@signed_in
@require_POST
def close(request: SignedInRequest, cycle_id: UUID) -> HttpResponse:
    """Close an open cycle before its deadline."""
    found = get_object_or_404(ReviewCycle.objects.visible_to(request.person), pk=cycle_id)
    actions.close(found, by=request.person, at=timezone.now())
    messages.info(request, _("The cycle is closed. Answers are being counted."))
    return redirect("reviews:cycle", cycle_id=found.pk)


@signed_in
@require_POST
def release(request: SignedInRequest, cycle_id: UUID) -> HttpResponse:
    """Release all reports of a cycle, or the ones ticked."""
    found = get_object_or_404(ReviewCycle.objects.visible_to(request.person), pk=cycle_id)
    ticked = forms.keys(request.POST.getlist("subject")) or None
    number = actions.release(found, subjects=ticked, by=request.person, at=timezone.now())
    messages.info(request, ngettext("%(n)d report is released and its subject told.", "%(n)d reports are released and their subjects told.", number) % {"n": number})
    return redirect("reviews:cycle", cycle_id=found.pk)


@signed_in
@require_safe
def rehearsed(request: SignedInRequest, cycle_id: UUID) -> HttpResponseBase:
    """Person by person: what is, or by the dry run would be, asked of them, and who reads their report. Never who answered."""
    found = get_object_or_404(ReviewCycle.objects.run_by(request.person).select_related("scope"), pk=cycle_id)
    rehearsal = queries.rehearsal_of(found)
    table = RehearsedTable(request, RehearsedPerson.objects.filter(rehearsal=rehearsal), cycle=found)
    return table.export() if table.wants_export else render(request, "reviews/rehearsed.html", {"cycle": found, "table": table, "rehearsal": rehearsal})
