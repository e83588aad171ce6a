"""The page of one subject's raters, for HR in charge; shown again with what was typed when something is refused."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from azimuth.people.guards import SignedInRequest, signed_in
from azimuth.questionnaires.models import RaterGroup
from azimuth.reviews import policies, queries
from azimuth.reviews.asking_forms import ExternalForm
from azimuth.reviews.models import Subject
from azimuth.reviews.states import CycleState


@signed_in
@require_safe
def raters(request: SignedInRequest, cycle_id: UUID, subject_id: UUID) -> HttpResponse:
    """Who is asked about one subject; until raters are asked, with changes by hand."""
    rows = Subject.objects.steered_by(request.person).select_related("person", "cycle__scope", "cycle__questionnaire")
    return show_raters(request, get_object_or_404(rows, pk=subject_id, cycle_id=cycle_id))


def show_raters(request: SignedInRequest, subject: Subject, *, external: ExternalForm | None = None, status: int = 200) -> HttpResponse:
    """The page."""
    cycle, on, words = subject.cycle, timezone.now().date(), request.GET.get("q", "")
    if cycle.has_begun:
        return _running(request, subject, on)
    context = {
        "subject": subject, "cycle": cycle, "asked": queries.raters_of(subject, on), "can_edit": policies.can_change_raters(request.person, cycle),
        "groups": queries.addable_groups(), "found": queries.candidates(subject, words, on), "q": words,
        "takes_external": RaterGroup.EXTERNAL in cycle.groups, "external": external or ExternalForm(),
        "has_list": bool(subject.list_state) and cycle.state == CycleState.NOMINATING,
    }
    return render(request, "reviews/raters.html", context, status=status)


def _running(request: SignedInRequest, subject: Subject, on: date) -> HttpResponse:
    context = {
        "subject": subject, "cycle": subject.cycle, "asked": queries.raters_of(subject, on), "nudged": queries.nudged_lately(subject, on),
        "can_change": policies.can_steer_raters(request.person, subject), "can_send": policies.can_send_links(request.person, subject.cycle),
    }
    return render(request, "reviews/raters_running.html", context)
