"""The raters of one subject while a cycle runs: who is asked, and what HR changes about it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from azimuth.people.forms.choosing import carried_out
from azimuth.people.guards import SignedInRequest, signed_in
from azimuth.people.models import Person, PersonQuerySet
from azimuth.reviews import actions, policies, queries
from azimuth.reviews.models import Subject
from azimuth.reviews.steering_forms import AskForm, LeadForm, SomebodyForm


@signed_in
def ask(request: SignedInRequest, cycle_id: UUID, subject_id: UUID) -> HttpResponse:
    """Ask one more person about a subject."""
    subject = _subject(request, cycle_id, subject_id)
    policies.can_steer_raters(request.person, subject).enforce()
    form = AskForm(request.POST or None, people=_others(subject))
    if request.method == "POST" and form.is_valid():
        who, group = form.cleaned_data["person"], form.cleaned_data["group"]
        if carried_out(form, lambda: actions.ask(subject, who=who, group=group, by=request.person, at=timezone.now())):
            messages.info(request, _("%(name)s is asked.") % {"name": who.name})
            return _back(subject)
    return render(request, "reviews/ask.html", {"subject": subject, "cycle": subject.cycle, "form": form})


@signed_in
@require_POST
def stop_asking(request: SignedInRequest, cycle_id: UUID, subject_id: UUID, rater_id: UUID) -> HttpResponse:
    """Take a rater off the list."""
    subject = _subject(request, cycle_id, subject_id)
    actions.stop_asking(subject, rater=rater_id, by=request.person, at=timezone.now())
    messages.info(request, _("No longer asked. If something was written, it is destroyed unread."))
    return _back(subject)


@signed_in
def replace_rater(request: SignedInRequest, cycle_id: UUID, subject_id: UUID, rater_id: UUID) -> HttpResponse:
    """Ask somebody else in a rater's place."""
    subject = _subject(request, cycle_id, subject_id)
    policies.can_steer_raters(request.person, subject).enforce()
    rater = queries.asked_one(subject.cycle, rater_id, subject=subject)
    if rater is None:
        raise Http404
    form = SomebodyForm(request.POST or None, people=_others(subject))
    if request.method == "POST" and form.is_valid():
        who = form.cleaned_data["person"]
        if carried_out(form, lambda: actions.replace_rater(subject, rater=rater_id, who=who, by=request.person, at=timezone.now())):
            messages.info(request, _("%(name)s is asked instead.") % {"name": who.name})
            return _back(subject)
    return render(request, "reviews/replace_rater.html", {"subject": subject, "cycle": subject.cycle, "rater": rater, "form": form})


@signed_in
def replace_lead(request: SignedInRequest, cycle_id: UUID, subject_id: UUID) -> HttpResponse:
    """Put another lead in the place of the one at the launch."""
    subject = _subject(request, cycle_id, subject_id)
    policies.can_replace_lead(request.person, subject).enforce()
    form = LeadForm(request.POST or None, people=_others(subject))
    if request.method == "POST" and form.is_valid():
        lead, stays = form.cleaned_data["person"], form.cleaned_data["form"] == "stays"
        if carried_out(form, lambda: actions.replace_lead(subject, lead=lead, form_stays=stays, by=request.person, at=timezone.now())):
            messages.info(request, _("%(name)s is the lead here now.") % {"name": lead.name})
            return _back(subject)
    return render(request, "reviews/replace_lead.html", {"subject": subject, "cycle": subject.cycle, "form": form})


@signed_in
@require_POST
def remove_subject(request: SignedInRequest, cycle_id: UUID, subject_id: UUID) -> HttpResponse:
    """Gather no more feedback about somebody."""
    subject = _subject(request, cycle_id, subject_id)
    actions.remove_subject(subject, by=request.person, at=timezone.now())
    messages.info(request, _("No more feedback is gathered about %(name)s.") % {"name": subject.person.name})
    return redirect("reviews:cycle", cycle_id=cycle_id)


def _subject(request: SignedInRequest, cycle_id: UUID, subject_id: UUID) -> Subject:
    return get_object_or_404(Subject.objects.visible_to(request.person).select_related("cycle__scope", "cycle__box", "person", "lead"), pk=subject_id, cycle_id=cycle_id)


def _others(subject: Subject) -> PersonQuerySet:
    return Person.objects.present(timezone.now().date()).exclude(pk=subject.person_id)


def _back(subject: Subject) -> HttpResponse:
    return redirect("reviews:raters", cycle_id=subject.cycle_id, subject_id=subject.pk)
