"""Steering a cycle while it runs: progress, time, subjects, nudges, the organisation's changes, and calling it off."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from azimuth.kit import days
from azimuth.people.forms.choosing import carried_out
from azimuth.people.guards import SignedInRequest, signed_in
from azimuth.people.models import Person, PersonQuerySet, Unit
from azimuth.questionnaires.models import RaterGroup
from azimuth.reviews import actions, policies, queries
from azimuth.reviews.models import ReviewCycle, Subject
from azimuth.reviews.steering_forms import ExtendForm, RemindersForm, SomebodyForm


@signed_in
@require_safe
def progress(request: SignedInRequest, cycle_id: UUID) -> HttpResponse:
    """How far the cycle is, by unit and group, as of last night; and what is stuck."""
    cycle = _visible(request, cycle_id)
    figures, words, only_stuck = queries.progress_of(cycle), request.GET.get("q", "").replace("\x00", "")[:200], request.GET.get("show") == "stuck"
    can_nudge = policies.can_nudge(request.person, cycle)
    context = {
        "cycle": cycle, "progress": figures, "words": words, "only_stuck": only_stuck, "can_nudge": can_nudge, "here": "progress",
        "rows": queries.narrowed(figures.rows, words=words, only_stuck=only_stuck) if figures else [],
        "stuck": queries.stuck(cycle, timezone.now(), viewer=request.person) if can_nudge else None,
        "is_over": bool(cycle.closes_at and cycle.closes_at <= timezone.now()),
    }
    return render(request, "reviews/progress.html", context)


@signed_in
def extend(request: SignedInRequest, cycle_id: UUID) -> HttpResponse:
    """Give everybody, one rater or all raters of one subject more time; the address says whom."""
    cycle = _steered(request, cycle_id)
    policies.can_extend(request.person, cycle).enforce()
    subject, rater = _subject_meant(request, cycle), _rater_meant(request, cycle)
    if subject:
        policies.can_steer_raters(request.person, subject).enforce()
    form = ExtendForm(request.POST or None, cycle=cycle)
    if request.method == "POST" and form.is_valid():
        by, at = request.person, timezone.now()
        if carried_out(form, lambda: (
            actions.extend_rater(cycle, rater=rater.key, until=form.until, by=by, at=at) if rater
            else actions.extend_subject(subject, until=form.until, by=by, at=at) if subject
            else actions.extend(cycle, until=form.until, by=by, at=at)
        )):
            messages.info(request, _("Open until the end of %(day)s now.") % {"day": days.in_full(form.cleaned_data["closes_on"])})
            return redirect("reviews:raters", cycle_id=cycle.pk, subject_id=subject.pk) if subject else redirect("reviews:cycle", cycle_id=cycle.pk)
    return render(request, "reviews/extend.html", {"cycle": cycle, "form": form, "subject": subject, "rater": rater})


@signed_in
@require_POST
def nudge(request: SignedInRequest, cycle_id: UUID) -> HttpResponse:
    """Ask raters once more: all, those of a unit and group, or one. The answer is the same whoever is meant and whatever they have done."""
    cycle = _steered(request, cycle_id)
    unit, rater, subject = _key(request, "unit"), _rater_meant(request, cycle), _subject_meant(request, cycle)
    group = request.POST.get("group", "")
    if group and group not in RaterGroup.values:
        raise BadRequest
    actions.nudge(
        cycle, unit=get_object_or_404(Unit, pk=unit) if unit else None, group=group,
        rater=get_object_or_404(Person, pk=rater.key) if rater else None, by=request.person, at=timezone.now(),
    )
    messages.info(request, _("Nudged. Whoever still has forms gets one mail: now, or in the morning where it is night; nobody more than once in three days."))
    if subject:
        return redirect("reviews:raters", cycle_id=cycle.pk, subject_id=subject.pk)
    return redirect("reviews:progress" if request.POST.get("back") == "progress" else "reviews:cycle", cycle_id=cycle.pk)


@signed_in
def reminders(request: SignedInRequest, cycle_id: UUID) -> HttpResponse:
    """On which days raters are reminded."""
    cycle = _steered(request, cycle_id)
    policies.can_set_reminders(request.person, cycle).enforce()
    form = RemindersForm(request.POST or None, initial={"reminders": cycle.reminders})
    if request.method == "POST" and form.is_valid():
        actions.set_reminders(cycle, days=form.cleaned_data["reminders"], by=request.person, at=timezone.now())
        messages.info(request, _("Kept. Reminders come on the days you named."))
        return redirect("reviews:cycle", cycle_id=cycle.pk)
    return render(request, "reviews/reminders.html", {"cycle": cycle, "form": form})


@signed_in
def add_subject(request: SignedInRequest, cycle_id: UUID) -> HttpResponse:
    """Gather feedback about one more person."""
    cycle = _steered(request, cycle_id)
    policies.can_add_subject(request.person, cycle).enforce()
    people = Person.objects.present(timezone.now().date())
    scope: PersonQuerySet = people.of_unit(cycle.scope) if cycle.scope else people
    form = SomebodyForm(request.POST or None, people=scope)
    if request.method == "POST" and form.is_valid():
        person = form.cleaned_data["person"]
        if carried_out(form, lambda: actions.add_subject(cycle, person=person, by=request.person, at=timezone.now())):
            return _to_the_new_subject(request, cycle, person)
    return render(request, "reviews/add_subject.html", {"cycle": cycle, "form": form})


def _to_the_new_subject(request: SignedInRequest, cycle: ReviewCycle, person: Person) -> HttpResponse:
    messages.info(request, _("Feedback about %(name)s is gathered. Look at the raters.") % {"name": person.name})
    subject = Subject.objects.visible_to(request.person).filter(cycle=cycle, person=person).first()
    return redirect("reviews:raters", cycle_id=cycle.pk, subject_id=subject.pk) if subject else redirect("reviews:cycle", cycle_id=cycle.pk)


@signed_in
def changes(request: SignedInRequest, cycle_id: UUID) -> HttpResponse:
    """What happened in the organisation and concerns the cycle; each is followed, or left as it is."""
    cycle = _visible(request, cycle_id)
    if request.method == "POST":
        decide = actions.leave_as_is if request.POST.get("decision") == "leave" else actions.follow_change
        decide(cycle, key=request.POST.get("change", "")[:200], by=request.person, at=timezone.now())
        messages.info(request, _("Left as it is.") if decide is actions.leave_as_is else _("Done."))
        return redirect("reviews:changes", cycle_id=cycle.pk)
    is_open = bool(policies.can_leave_as_is(request.person, cycle))
    found = queries.proposed_changes(cycle, timezone.now(), viewer=request.person) if is_open else []
    return render(request, "reviews/changes.html", {"cycle": cycle, "kinds": queries.kinds(found), "is_open": is_open, "here": "changes"})


@signed_in
def cancel(request: SignedInRequest, cycle_id: UUID) -> HttpResponse:
    """Says what calling the cycle off would end, then does it."""
    cycle = _steered(request, cycle_id)
    if request.method == "POST":
        actions.cancel(cycle, by=request.person, at=timezone.now())
        messages.info(request, _("The cycle is cancelled. What was written is destroyed unread, and everybody concerned is told."))
        return redirect("reviews:cycle", cycle_id=cycle.pk)
    policies.can_cancel(request.person, cycle).enforce()
    return render(request, "reviews/cancel.html", {"cycle": cycle, "goes": queries.what_goes(cycle)})


def _visible(request: SignedInRequest, cycle_id: UUID) -> ReviewCycle:
    return get_object_or_404(ReviewCycle.objects.visible_to(request.person).select_related("scope", "box"), pk=cycle_id)


def _steered(request: SignedInRequest, cycle_id: UUID) -> ReviewCycle:
    return get_object_or_404(ReviewCycle.objects.run_by(request.person).select_related("scope", "box"), pk=cycle_id)


def _key(request: HttpRequest, name: str) -> UUID | None:
    """A key in the address or the form; anything else was not sent by a page of ours."""
    word = request.POST.get(name) or request.GET.get(name) or ""
    try:
        return UUID(word) if word else None
    except ValueError:
        raise BadRequest from None


def _subject_meant(request: SignedInRequest, cycle: ReviewCycle) -> Subject | None:
    key = _key(request, "subject")
    return get_object_or_404(Subject.objects.visible_to(request.person).select_related("person", "cycle__scope"), pk=key, cycle=cycle) if key else None


def _rater_meant(request: SignedInRequest, cycle: ReviewCycle) -> queries.Whoever | None:
    """Somebody who is asked in this cycle; whether they have answered plays no part."""
    key = _key(request, "rater")
    found = queries.asked_one(cycle, key) if key else None
    if key and found is None:
        raise Http404
    return found
