"""Who coaches whom in a cycle."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from azimuth.people.guards import SignedInRequest, signed_in
from azimuth.people.models import Person
from azimuth.reviews import actions, forms, queries
from azimuth.reviews.models import ReviewCycle, Subject
from azimuth.reviews.states import Reader
from azimuth.reviews.tables import CoachTable


@signed_in
@require_safe
def coaches(request: SignedInRequest, cycle_id: UUID) -> HttpResponse:
    """The subjects of a cycle with their coaches; somebody looked for among the people here can be named."""
    cycle = _cycle(request, cycle_id)
    today = timezone.now().date()
    words = request.GET.get("who", "").replace("\x00", "")
    context = {
        "cycle": cycle, "table": _table(request, cycle), "who": words, "found": queries.coach_candidates(words, today),
        "coach": _chosen(request, request.GET.get("coach", "")), "missing": queries.without_coach(cycle, today).exclude(person=request.person).count(),
        "is_reader": Reader.COACH in cycle.readers, "query": request.GET.urlencode(),
    }
    return render(request, "reviews/coaches.html", context)


@signed_in
@require_POST
def assign(request: SignedInRequest, cycle_id: UUID) -> HttpResponse:
    """Name a coach, the HR partners, or nobody, for the ticked subjects or for all that are listed."""
    cycle = _cycle(request, cycle_id)
    subjects = _meant(request, cycle)
    by, at = request.person, timezone.now()
    match request.POST.get("as", ""):
        case "partners":
            number = actions.assign_partners(cycle, subjects=subjects, by=by, at=at)
        case "nobody":
            number = actions.assign_coach(cycle, subjects=subjects, coach=None, by=by, at=at)
        case _:
            coach = get_object_or_404(Person.objects.present(at.date()), pk=forms.keys([request.POST.get("coach", "")])[0])
            number = actions.assign_coach(cycle, subjects=subjects, coach=coach, by=by, at=at)
    messages.info(request, ngettext("%(n)d subject has another coach now.", "%(n)d subjects have another coach now.", number) % {"n": number})
    return redirect(f"{reverse('reviews:coaches', args=[cycle.pk])}?{request.GET.urlencode()}")


def _meant(request: SignedInRequest, cycle: ReviewCycle) -> Iterable[UUID]:
    if request.POST.get("as") == "coach" and request.POST.get("whom") == "listed":
        return _table(request, cycle).narrowed.values_list("pk", flat=True)
    return forms.keys(request.POST.getlist("subject"))


def _table(request: SignedInRequest, cycle: ReviewCycle) -> CoachTable:
    return CoachTable(request, Subject.objects.visible_to(request.person).filter(cycle=cycle).select_related("person__unit", "lead", "coach"))


def _chosen(request: SignedInRequest, key: str) -> Person | None:
    return Person.objects.present(timezone.now().date()).filter(pk=forms.keys([key])[0]).first() if key else None


def _cycle(request: SignedInRequest, cycle_id: UUID) -> ReviewCycle:
    return get_object_or_404(ReviewCycle.objects.run_by(request.person).select_related("scope"), pk=cycle_id)
