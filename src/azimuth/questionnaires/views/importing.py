"""A questionnaire from a YAML file: read, preview what would change, apply."""

from __future__ import annotations

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from azimuth.access.guards import ViewerRequest, signed_in
from azimuth.questionnaires import actions, documents, outlines, plans, policies
from azimuth.questionnaires.documents import Problems
from azimuth.questionnaires.forms import UploadForm, attempt
from azimuth.questionnaires.models import Questionnaire
from azimuth.questionnaires.views.keeping import kept_by_hr


def text_of(form: UploadForm) -> str:
    """The text that was uploaded or pasted; bytes that are no UTF-8 become question marks, which the reader then names."""
    file: UploadedFile | None = form.cleaned_data["file"]
    if file is None:
        return str(form.cleaned_data["text"])
    return file.read(4 * documents.LARGEST + 1).decode("utf-8-sig", errors="replace")


@signed_in
def import_questionnaire(request: ViewerRequest) -> HttpResponse:
    """Upload or paste; then the preview; then, with `seen`, apply."""
    kept_by_hr(request)
    policies.can_add(request.person).enforce()
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "questionnaires/import.html", {"form": form}, status=422 if form.errors else 200)
    problems, text = Problems(), text_of(form)
    outline = outlines.read_questionnaire(text, problems)
    if outline:
        plans.note_missing_scale(outline, problems)
    if outline is None or problems.found:
        form = UploadForm(initial={"text": text[: documents.LARGEST]})
        return render(request, "questionnaires/import.html", {"form": form, "problems": problems.found}, status=422)
    made: list[Questionnaire] = []
    if "seen" in request.POST and attempt(
        form,
        lambda: made.append(
            actions.apply_import(outline, seen=request.POST["seen"], by=request.person, at=timezone.now())
        ),
    ):
        messages.success(request, _("“%(title)s” is imported.") % {"title": made[0].title})
        return redirect("questionnaires:questionnaire", questionnaire=made[0].pk)
    context = {"form": form, "text": text, "plan": plans.plan_import(outline)}
    return render(request, "questionnaires/import_preview.html", context, status=409 if form.errors else 200)
