"""Long work one can watch."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from azimuth.jobs import actions, queries
from azimuth.jobs.models import Job
from azimuth.kit.htmx import is_htmx, part_or_page
from azimuth.people.guards import SignedInRequest, signed_in
from azimuth.workspace.policies import can_start_again
from azimuth.workspace.tables import JobTable


@signed_in
@require_safe
def jobs(request: SignedInRequest) -> HttpResponse:
    """One's own long work; all of it for administrators."""
    return render(request, "workspace/jobs.html", {"table": JobTable(request, Job.objects.visible_to(request.person))})


@signed_in
@require_safe
def job(request: SignedInRequest, job: UUID) -> HttpResponse:
    """How far one piece of work is; asked again every two seconds until it is over, then leads on."""
    found = get_object_or_404(Job.objects.visible_to(request.person), pk=job)
    context = {
        "job": found,
        "may_start_again": can_start_again(request.person, found),
        "is_stuck": found.state == Job.State.WAITING and not queries.worker_health().is_alive(timezone.now()),
    }
    response = part_or_page(request, "workspace/job.html", "how-far", context)
    if is_htmx(request) and found.state == Job.State.DONE and found.next_url:
        response.headers["HX-Redirect"] = found.next_url
    return response


@signed_in
@require_POST
def start_again(request: SignedInRequest, job: UUID) -> HttpResponse:
    """Start failed work again."""
    found = get_object_or_404(Job.objects.visible_to(request.person), pk=job)
    can_start_again(request.person, found).enforce()
    return redirect(actions.restart(found, by=request.person, at=timezone.now()))
