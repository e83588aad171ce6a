"""Competencies out to files and in from files: read, preview what would change, apply all or nothing."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from azimuth.competencies import actions, outlines, policies, queries
from azimuth.competencies.models import Competency
from azimuth.competencies.uploads import read_upload
from azimuth.kit import sheets
from azimuth.people.guards import SignedInRequest, signed_in
from azimuth.questionnaires.documents import LARGEST, Problems
from azimuth.questionnaires.forms import UploadForm, attempt

KINDS = {
    "yaml": "application/yaml; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@signed_in
@require_GET
def export(request: SignedInRequest) -> HttpResponse:
    """All competencies in use (or those of ?collection, or of one ?code) as ?kind=yaml, csv or xlsx."""
    if not policies.can_export(request.person):
        raise Http404
    kind = request.GET.get("kind", "yaml")
    kind = kind if kind in KINDS else "yaml"
    rows = Competency.objects.visible_to(request.person).current().order_by("collection", "name")
    for key in ("collection", "code"):
        if request.GET.get(key):
            rows = rows.filter(**{key: request.GET[key].replace("\x00", "")})
    found = queries.with_translations(queries.outline_of(row) for row in queries.whole(rows))
    response = HttpResponse(_content(kind, found), content_type=KINDS[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="competencies.{kind}"'
    return response


def _content(kind: str, found: list[outlines.CompetencyOutline]) -> bytes | str:
    if kind == "csv":
        return sheets.write_csv(outlines.write_rows(found))
    if kind == "xlsx":
        return sheets.write_xlsx(outlines.write_rows(found), _("Competencies"))
    return outlines.write_yaml(found)


@signed_in
def import_competencies(request: SignedInRequest) -> HttpResponse:
    """Upload or paste; then the preview; then, with `seen`, apply."""
    policies.can_add(request.person).enforce()
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        context = {"form": form, "columns": outlines.COLUMNS}
        return render(request, "competencies/import.html", context, status=422 if form.errors else 200)
    problems = Problems()
    found, text, unit = read_upload(form.cleaned_data["file"], form.cleaned_data["text"], problems)
    if problems.found:
        shown = UploadForm(initial={"text": text[:LARGEST]})
        context = {"form": shown, "columns": outlines.COLUMNS, "problems": problems.found, "unit": unit}
        return render(request, "competencies/import.html", context, status=422)
    done: list[queries.Plan] = []
    if "seen" in request.POST and attempt(
        form,
        lambda: done.append(
            actions.apply_import(found, seen=request.POST["seen"], by=request.person, at=timezone.now())
        ),
    ):
        number = len(done[0].effective)
        messages.success(
            request,
            ngettext("%(n)d competency is imported.", "%(n)d competencies are imported.", number) % {"n": number},
        )
        return redirect("competencies:index")
    context = {"form": form, "text": outlines.write_yaml(found), "plan": queries.plan_import(found)}
    return render(request, "competencies/import_preview.html", context, status=409 if form.errors else 200)
