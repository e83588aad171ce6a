"""The wizard: purpose, people, rules, summary; a draft one can leave at any step."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from azimuth.access.verdict import Refused
from azimuth.kit import days
from azimuth.kit.forms import whole_number
from azimuth.people.guards import SignedInRequest, signed_in
from azimuth.people.models import Person, Unit
from azimuth.questionnaires.models import Questionnaire
from azimuth.reviews import actions, asking_forms, forms, policies, queries
from azimuth.reviews.models import ReviewCycle, Subject
from azimuth.reviews.states import CycleState, Purpose, Reader
from azimuth.reviews.tables import DraftSubjectTable

Made = TypeVar("Made")


@signed_in
def create(request: SignedInRequest) -> HttpResponse:
    """Step 1 of a new draft."""
    if not policies.runs_cycles(request.person):
        raise Http404
    now = timezone.now()
    initial = {"name": _("360 feedback, %(month)s") % {"month": days.month(now)}, "purpose": Purpose.DEVELOPMENT}
    form = _basics(request, initial)
    if request.method == "POST" and form.is_valid():
        made = actions.create(by=request.person, at=now, **form.cleaned_data)
        return redirect("reviews:subjects", cycle_id=made.pk)
    return render(request, "reviews/basics.html", {"form": form, "steps": _steps(None)})


@signed_in
def basics(request: SignedInRequest, cycle_id: UUID) -> HttpResponse:
    """Step 1 again."""
    cycle = _draft(request, cycle_id)
    initial = {"name": cycle.name, "purpose": cycle.purpose, "questionnaire": cycle.questionnaire_id, "scope": cycle.scope_id}
    form = _basics(request, initial)
    if request.method == "POST" and form.is_valid():
        form.cleaned_data.pop("scope")  # the unit a cycle is made for is part of who may run it
        if _unless_refused(form, lambda: actions.update(cycle, **_seen_now(request), **form.cleaned_data)):
            return redirect("reviews:subjects", cycle_id=cycle.pk)
    return render(request, "reviews/basics.html", {"form": form, "cycle": cycle, "steps": _steps(cycle, "basics")})


@signed_in
def subjects(request: SignedInRequest, cycle_id: UUID) -> HttpResponse:
    """Step 2: whom feedback is given about."""
    cycle = _draft(request, cycle_id)
    now = timezone.now()
    scope = _people(cycle, now)
    form = forms.SubjectsForm(request.POST or None, request.FILES or None, units=_units(request.person))
    if request.method == "POST" and form.is_valid():
        chosen, unknown = _chosen(form, scope)
        added = actions.add_subjects(cycle, people=chosen, by=request.person, at=now)
        _say_added(request, added, unknown)
        if "next" in request.POST and cycle.subjects.exists():
            return redirect("reviews:rules", cycle_id=cycle.pk)
        return redirect("reviews:subjects", cycle_id=cycle.pk)
    table = DraftSubjectTable(request, cycle.subjects.select_related("person__unit", "lead"))
    counts = {"everybody": queries.everybody(scope).count(), "leads": queries.leads(scope).count(), "chosen": cycle.subjects.count()}
    return render(request, "reviews/subjects.html", {"form": form, "cycle": cycle, "table": table, "counts": counts, "way": form["way"].value(), "steps": _steps(cycle, "subjects")})


@signed_in
@require_POST
def remove_subjects(request: SignedInRequest, cycle_id: UUID) -> HttpResponse:
    """Take the ticked people, or all, off the list."""
    cycle = _draft(request, cycle_id)
    people: Iterable[UUID] = (
        cycle.subjects.values_list("person_id", flat=True) if "all" in request.POST else forms.keys(request.POST.getlist("person"))
    )
    actions.remove_subjects(cycle, people=people, by=request.person, at=timezone.now())
    return redirect("reviews:subjects", cycle_id=cycle.pk)


@signed_in
def rules(request: SignedInRequest, cycle_id: UUID) -> HttpResponse:
    """Step 3: groups, minimums, readers, dates."""
    cycle, now = _draft(request, cycle_id), timezone.now()
    form = forms.RulesForm(request.POST or None, initial=forms.rules_of(cycle, now), purpose=cycle.purpose, earlier=queries.comparable(cycle, request.person))
    proposals = asking_forms.ProposalForm(request.POST or None, initial=asking_forms.proposals_of(cycle, now), rules=form, now=now)
    if request.method == "POST" and form.is_valid() and proposals.is_valid():
        changes = form.changes()
        changes |= proposals.changes(changes)
        if made := _unless_refused(form, lambda: actions.update_and_rehearse(cycle, **_seen_now(request), **changes)):
            return redirect(made)
    return render(request, "reviews/rules.html", {"form": form, "proposals": proposals, "cycle": cycle, "steps": _steps(cycle, "rules")})


@signed_in
@require_safe
def summary(request: SignedInRequest, cycle_id: UUID) -> HttpResponse:
    """Step 4: what a launch would ask of people; nothing is told to anybody yet."""
    cycle = _draft(request, cycle_id)
    rehearsal = queries.rehearsal_of(cycle)
    context = {
        "cycle": cycle, "steps": _steps(cycle, "summary"), "rehearsal": rehearsal, "job": None if rehearsal else queries.rehearsal_under_way(cycle),
        "obstacles": queries.obstacles(cycle, timezone.now(), has_subjects=cycle.subjects.exists()), "readers": queries.readers_in_words(cycle),
        "compared": queries.compared(cycle), "names_coach": Reader.COACH in cycle.readers,
    }
    if rehearsal:
        content = rehearsal.content
        context |= {"problems": queries.problem_cards(cycle, content), "groups": queries.group_labels(content), "mails": queries.mails_in_words(content)}
        context["forecast"] = queries.forecast_reliability(cycle, content, viewer=request.person)
    return render(request, "reviews/summary.html", context)


@signed_in
@require_POST
def rehearse(request: SignedInRequest, cycle_id: UUID) -> HttpResponse:
    """Run the draft dry, as it is now."""
    cycle = _draft(request, cycle_id)
    return redirect(actions.rehearse(cycle, by=request.person, at=timezone.now()))


@signed_in
@require_POST
def remedy(request: SignedInRequest, cycle_id: UUID, code: str) -> HttpResponse:
    """Do something about one kind of problem, for everybody it touches."""
    cycle = _draft(request, cycle_id)
    changed = actions.remedy(cycle, code, seen=_seen(request), by=request.person, at=timezone.now())
    said = ngettext("%(n)d change made to the draft. The dry run below is a new one.", "%(n)d changes made to the draft. The dry run below is a new one.", changed) % {"n": changed}
    messages.info(request, said if changed else _("Nothing could be changed: nobody suitable is near. Add raters by hand."))
    return redirect("reviews:summary", cycle_id=cycle.pk)


@signed_in
@require_POST
def discard(request: SignedInRequest, cycle_id: UUID) -> HttpResponse:
    """Throw a draft away."""
    cycle = _draft(request, cycle_id)
    actions.discard(cycle, by=request.person, at=timezone.now())
    messages.info(request, _("The draft “%(name)s” is gone.") % {"name": cycle.name})
    return redirect("reviews:cycles")


@signed_in
@require_POST
def launch(request: SignedInRequest, cycle_id: UUID) -> HttpResponse:
    """Launch the draft as it was seen."""
    cycle = get_object_or_404(ReviewCycle.objects.visible_to(request.person), pk=cycle_id)
    job = actions.launch(cycle, seen=_seen(request), rehearsed=request.POST.get("rehearsed", "")[:64], by=request.person, at=timezone.now())
    return redirect("workspace:job", job=job.pk)


@signed_in
@require_POST
def add_rater(request: SignedInRequest, cycle_id: UUID, subject_id: UUID) -> HttpResponse:
    """Ask one more person about a subject."""
    subject = _subject(request, cycle_id, subject_id)
    policies.can_change_raters(request.person, subject.cycle).enforce()
    form = forms.RaterForm(request.POST, people=Person.objects.present(timezone.now().date()))
    if form.is_valid():
        actions.add_rater(subject, **form.cleaned_data, by=request.person, at=timezone.now())
    else:
        messages.error(request, _("Choose a person from the list and a rater group."))
    return redirect("reviews:raters", cycle_id=cycle_id, subject_id=subject_id)


@signed_in
@require_POST
def remove_rater(request: SignedInRequest, cycle_id: UUID, subject_id: UUID, person_id: UUID) -> HttpResponse:
    """Do not ask this person about the subject."""
    subject = _subject(request, cycle_id, subject_id)
    actions.remove_rater(subject, rater=get_object_or_404(Person, pk=person_id), by=request.person, at=timezone.now())
    return redirect("reviews:raters", cycle_id=cycle_id, subject_id=subject_id)


def _draft(request: SignedInRequest, cycle_id: UUID) -> ReviewCycle:
    drafts = ReviewCycle.objects.run_by(request.person).filter(state=CycleState.DRAFT).select_related("scope", "questionnaire__scale", "compares_to")
    return get_object_or_404(drafts, pk=cycle_id)


def _subject(request: SignedInRequest, cycle_id: UUID, subject_id: UUID) -> Subject:
    return get_object_or_404(Subject.objects.steered_by(request.person).select_related("cycle__scope", "person"), pk=subject_id, cycle_id=cycle_id)


def _units(viewer: Person) -> QuerySet[Unit]:
    return queries.units_run_by(viewer)


def _people(cycle: ReviewCycle, now: datetime) -> QuerySet[Person]:
    people = Person.objects.present(now.date())
    return people.of_unit(cycle.scope) if cycle.scope else people


def _basics(request: SignedInRequest, initial: dict[str, Any]) -> forms.BasicsForm:
    return forms.BasicsForm(
        request.POST or None, initial=initial, questionnaires=Questionnaire.objects.visible_to(request.person).current(),
        units=_units(request.person), whole_company=bool(policies.can_create(request.person, None)),
    )


def _chosen(form: forms.SubjectsForm, scope: QuerySet[Person]) -> tuple[Iterable[UUID], list[str]]:
    data, way = form.cleaned_data, form.cleaned_data["way"]
    if way == form.LIST:
        return queries.people_listed(scope, form.words())
    if way == form.LEADS:
        return queries.leads(scope).values_list("pk", flat=True), []
    if way == form.EVERYBODY:
        return queries.everybody(scope).values_list("pk", flat=True), []
    return queries.people_filtered(scope, unit=data["unit"], grade=data["grade"], location=data["location"]).values_list("pk", flat=True), []


def _say_added(request: SignedInRequest, added: int, unknown: list[str]) -> None:
    messages.info(request, ngettext("%(n)d person added.", "%(n)d people added.", added) % {"n": added})
    if unknown:
        shown = ", ".join(unknown[:10]) + (" …" if len(unknown) > 10 else "")
        messages.warning(request, _("Nobody here is known by: %(words)s") % {"words": shown})


def _seen(request: SignedInRequest) -> int:
    return whole_number(request.POST.get("seen", "")) or 0


def _seen_now(request: SignedInRequest) -> dict[str, Any]:
    """Who changes which version of a draft, and when."""
    return {"seen": _seen(request), "by": request.person, "at": timezone.now()}


def _unless_refused(form: Any, deed: Callable[[], Made]) -> Made | None:
    """Do the deed; when the draft is stale or would contradict itself, say so on the form and keep what was typed."""
    try:
        return deed()
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None


def _steps(cycle: ReviewCycle | None, current: str = "basics") -> dict[str, Any]:
    names = [("basics", _("Purpose")), ("subjects", _("People")), ("rules", _("Rules")), ("summary", _("Summary"))]
    return {"current": current, "steps": [(key, label, reverse(f"reviews:{key}", args=[cycle.pk]) if cycle else None) for key, label in names]}
