"""The import of people: upload, columns, preview, report."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST, require_safe

from azimuth.kit import sheets, uploads
from azimuth.kit.components.lists import Tab
from azimuth.people import policies
from azimuth.people.actions import imports as deeds
from azimuth.people.forms.choosing import carried_out
from azimuth.people.forms.imports import ColumnsForm, DecisionsForm, UploadForm
from azimuth.people.guards import SignedInRequest, for_roles
from azimuth.people.import_tables import ImportTable, ProblemTable, RowTable
from azimuth.people.importing import example, present
from azimuth.people.importing.mapping import ColumnMap, Options
from azimuth.people.models import PeopleImport
from azimuth.people.queries import imports as answers
from azimuth.people.states import ImportState, Role

hr_only = for_roles(Role.HR_ADMIN)


@hr_only
def imports(request: SignedInRequest) -> HttpResponse:
    """Upload a file; past imports below."""
    form = UploadForm(request.POST, request.FILES, is_too_large=uploads.is_too_large(request)) if request.method == "POST" else UploadForm()
    if form.is_bound and form.is_valid():
        made: list[PeopleImport] = []
        file = form.cleaned_data["file"]
        if carried_out(form, lambda: made.append(deeds.upload(name=file.name, content=file.read(), by=request.person, at=timezone.now()))):
            return redirect("people:import-columns", made[0].pk)
    table = ImportTable(request, PeopleImport.objects.visible_to(request.person).defer("summary", "sample", "header").select_related("created_by"))
    return render(request, "people/import/imports.html", {"form": form, "table": table, "steps": answers.steps(None)[0], "bytes_at_most": uploads.BYTES_AT_MOST})


@hr_only
@require_safe
def template(request: SignedInRequest) -> HttpResponse:
    """An example file to fill in."""
    response = HttpResponse(sheets.write_csv(example.rows()), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="people-template.csv"'
    return response


@hr_only
@require_safe
def one(request: SignedInRequest, imported: UUID) -> HttpResponseBase:
    """An import, whatever its state: on to its columns, its preview with tabs, or what became of it."""
    found = _get(request, imported)
    if found.state == ImportState.UPLOADED:
        return redirect("people:import-columns", found.pk)
    steps, step = answers.steps(found)
    context = {"imported": found, "steps": steps, "step": step, "summary": found.summary}
    if found.state in {ImportState.MAPPED, ImportState.APPLYING, ImportState.DISCARDED}:
        return render(request, "people/import/underway.html", {**context, "job": answers.job_of(found)})
    tabs = answers.tabs(found)
    tab = answers.open_tab(tabs, request.GET.get("tab", ""))
    table = ProblemTable(request, found) if tab.code == answers.PROBLEMS else RowTable(request, found, tab.code, tab.label)
    if table.wants_export:
        return table.export()
    context |= {"tabs": [Tab(one.label, f"?tab={one.code}", one.code == tab.code, one.count) for one in tabs], "table": table, "tab": tab}
    if found.state == ImportState.APPLIED:
        return render(request, "people/import/applied.html", context)
    context |= {"form": DecisionsForm(imported=found), "gains_are_few": found.summary["gains_in_all"] <= 8, "is_asked": answers.asks(found), "verdict": policies.can_apply(request.person, found, set_aside=True)}
    return render(request, "people/import/preview.html", context)


@hr_only
def columns(request: SignedInRequest, imported: UUID) -> HttpResponse:
    """Say which column holds what; then the file is checked in the background."""
    found = _get(request, imported)
    if found.state not in {ImportState.UPLOADED, ImportState.MAPPED, ImportState.CHECKED}:
        return redirect(found)
    form = ColumnsForm(request.POST or None, imported=found, attributes=present.attributes())
    if request.method == "POST" and form.is_valid():
        options = Options.from_json(found.options)
        return redirect(deeds.check(found, columns=form.chosen, options=options, by=request.person, at=timezone.now()))
    return render(request, "people/import/columns.html", {"imported": found, "form": form, "steps": answers.steps(found)[0]})


@hr_only
@require_POST
def decide(request: SignedInRequest, imported: UUID) -> HttpResponse:
    """Decide what the first look left open, and check again."""
    found = _get(request, imported)
    form = DecisionsForm(request.POST, imported=found)
    if not form.is_valid():
        return redirect(found)
    chosen = ColumnMap.from_json(found.columns)
    return redirect(deeds.check(found, columns=chosen, options=form.chosen, by=request.person, at=timezone.now()))


@hr_only
@require_POST
def apply(request: SignedInRequest, imported: UUID) -> HttpResponse:
    """Apply what was looked at, in the background."""
    found = _get(request, imported)
    return redirect(deeds.order(found, set_aside="set_aside" in request.POST, by=request.person, at=timezone.now()))


@hr_only
@require_POST
def discard(request: SignedInRequest, imported: UUID) -> HttpResponse:
    """Drop an import and its file."""
    deeds.discard(_get(request, imported), by=request.person, at=timezone.now())
    return redirect("people:imports")


@hr_only
@require_GET
def report(request: SignedInRequest, imported: UUID) -> HttpResponseBase:
    """Every row with its outcome and its problems, as CSV."""
    found = _get(request, imported)
    response = StreamingHttpResponse(sheets.csv_lines(answers.report(found)), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="import-report-{found.created_at:%Y-%m-%d}.csv"'
    return response


def _get(request: SignedInRequest, key: UUID) -> PeopleImport:
    return get_object_or_404(PeopleImport.objects.visible_to(request.person).select_related("created_by"), pk=key)


