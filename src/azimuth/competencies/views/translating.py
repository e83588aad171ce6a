"""What a competency says in other languages."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from azimuth.competencies import actions, policies, queries, texts
from azimuth.competencies.models import Competency
from azimuth.people.guards import SignedInRequest, signed_in
from azimuth.questionnaires.forms import attempt
from azimuth.questionnaires.translating import TranslationForm


@signed_in
def translate(request: SignedInRequest, competency: UUID, language: str) -> HttpResponse:
    """The original at one side, its translation at the other."""
    found = get_object_or_404(queries.whole(Competency.objects.visible_to(request.person)), pk=competency)
    policies.can_translate(request.person).enforce()
    sent = request.POST if request.method == "POST" else None
    parts = texts.of_competency(queries.outline_of(found))
    form = TranslationForm(parts, language=language, written_in=found.language, sent=sent, only_missing="missing" in request.GET)
    if sent is not None and form.is_valid() and attempt(
        form,
        lambda: actions.translate(found, form.words, language=language, seen=form.seen, by=request.person, at=timezone.now()),
    ):
        messages.success(request, form.kept())
        return redirect(request.get_full_path())
    context = {
        "form": form,
        "title": found.name,
        "back_url": reverse("competencies:competency", args=[found.pk]),
        "faces": form.faces(lambda code: reverse("competencies:translate", args=[found.pk, code])),
    }
    return render(request, "questionnaires/translate.html", context, status=422 if form.errors else 200)
