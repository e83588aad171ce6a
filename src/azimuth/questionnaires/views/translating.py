"""What questionnaires and scales say in other languages: the original at one side, its translation at the other."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from azimuth.access.guards import ViewerRequest, signed_in
from azimuth.questionnaires import actions, policies, queries, texts
from azimuth.questionnaires.forms import attempt
from azimuth.questionnaires.models import Questionnaire, RatingScale
from azimuth.questionnaires.texts import Text
from azimuth.questionnaires.translating import TranslationForm
from azimuth.questionnaires.views.keeping import find


@signed_in
def translate(request: ViewerRequest, questionnaire: UUID, language: str) -> HttpResponse:
    """What a questionnaire says in a language."""
    found = find(request, questionnaire)
    back_url = reverse("questionnaires:questionnaire", args=[found.pk])
    return _page(request, found, texts.of_questionnaire(queries.outline_of(found)), language, title=found.title, back_url=back_url)


@signed_in
def translate_scale(request: ViewerRequest, scale: UUID, language: str) -> HttpResponse:
    """What a scale says in a language."""
    found = get_object_or_404(RatingScale.objects.visible_to(request.person), pk=scale)
    back_url = reverse("questionnaires:scales") + f"#scale-{found.pk}"
    return _page(request, found, texts.of_scale(queries.scale_outline(found)), language, title=found.name, back_url=back_url)


def _page(
    request: ViewerRequest, thing: Questionnaire | RatingScale, found: list[Text], language: str, *, title: str, back_url: str
) -> HttpResponse:
    policies.can_translate(request.person).enforce()
    sent = request.POST if request.method == "POST" else None
    form = TranslationForm(found, language=language, written_in=thing.language, sent=sent, only_missing="missing" in request.GET)
    if sent is not None and form.is_valid() and attempt(
        form,
        lambda: actions.translate(thing, form.words, language=language, seen=form.seen, by=request.person, at=timezone.now()),
    ):
        messages.success(request, form.kept())
        return redirect(request.get_full_path())
    name = "questionnaires:translate" if isinstance(thing, Questionnaire) else "questionnaires:translate-scale"
    faces = form.faces(lambda code: reverse(name, args=[thing.pk, code]))
    context = {"form": form, "title": title, "back_url": back_url, "faces": faces}
    return render(request, "questionnaires/translate.html", context, status=422 if form.errors else 200)
