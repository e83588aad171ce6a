"""What a cycle says about all its subjects together: page, file, PDF."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from azimuth.kit import sheets
from azimuth.kit.tables import XLSX
from azimuth.people.guards import SignedInRequest, signed_in
from azimuth.reviews import actions, cohort_in_words, reading
from azimuth.reviews.models import CohortReport


@signed_in
@require_safe
def cohort(request: SignedInRequest, cycle_id: UUID) -> HttpResponse:
    """The cohort report of a cycle; `?export=csv` or `xlsx` takes its figures away."""
    report = _report(request, cycle_id)
    if request.GET.get("export") in {"csv", "xlsx"}:
        return _file(request, report, request.GET["export"])
    page = cohort_in_words.page(_said(report))
    return render(request, "reviews/cohort.html", {"cycle": report.cycle, "page": page, "notes": cohort_in_words.notes(page)})


def _file(request: SignedInRequest, report: CohortReport, form: str) -> HttpResponse:
    actions.take_cohort(report.cycle, form=form, by=request.person, at=timezone.now())
    rows = cohort_in_words.sheet(_said(report))
    if form == "xlsx":
        response = HttpResponse(sheets.write_xlsx(rows, _("All subjects")), content_type=XLSX)
    else:
        response = HttpResponse(sheets.write_csv(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{_name(report)}.{form}"'
    return response


@signed_in
@require_safe
def pdf(request: SignedInRequest, cycle_id: UUID) -> HttpResponse:
    """The same as a tagged PDF; one that is not there yet is made by a job, then opens by itself."""
    report = _report(request, cycle_id)
    if report.pdf is None:
        here = reverse("reviews:cohort-pdf", args=[report.cycle_id])
        job = actions.make_cohort_pdf(report.cycle, by=request.person, at=timezone.now(), next_url=here)
        return redirect("workspace:job", job=job.pk)
    actions.take_cohort(report.cycle, form="pdf", by=request.person, at=timezone.now())
    response = HttpResponse(bytes(report.pdf), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{_name(report)}.pdf"'
    return response


def _report(request: SignedInRequest, cycle_id: UUID) -> CohortReport:
    return get_object_or_404(CohortReport.objects.visible_to(request.person).select_related("cycle__scope"), pk=cycle_id)


def _said(report: CohortReport) -> Mapping[str, Any]:
    return reading.in_language(report.cycle.snapshot, report.content, get_language())


def _name(report: CohortReport) -> str:
    return slugify(f"{report.cycle.name} {_('all subjects')}") or "cohort"
