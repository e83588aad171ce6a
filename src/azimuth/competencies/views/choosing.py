"""From competencies to questionnaires: a new one, or sections for one that is there."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from azimuth.competencies import actions, library, queries
from azimuth.competencies.forms import ChoiceForm, MakeForm
from azimuth.competencies.models import Competency, CompetencyQuerySet
from azimuth.people.guards import SignedInRequest, signed_in
from azimuth.questionnaires import actions as questionnaires
from azimuth.questionnaires import policies
from azimuth.questionnaires.forms import attempt
from azimuth.questionnaires.models import Questionnaire, RatingScale, sees_templates


def _offered(request: SignedInRequest) -> CompetencyQuerySet:
    return queries.whole(Competency.objects.visible_to(request.person).current().order_by("collection", "name"))


@signed_in
def make_questionnaire(request: SignedInRequest) -> HttpResponse:
    """A questionnaire of the competencies ticked (?c=key, several, ticks them beforehand)."""
    if not sees_templates(request.person):
        raise Http404
    policies.can_add(request.person).enforce()
    scales = RatingScale.objects.on_offer().order_by("name")
    initial = {"competencies": request.GET.getlist("c"), "scale": scales.filter(code="how-often").first()}
    form = MakeForm(request.POST or None, initial=initial, competencies=_offered(request), scales=scales)
    made: list[Questionnaire] = []
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        outline = queries.questionnaire_of(
            data["title"],
            data["purpose"],
            data["scale"].code,
            list(form.chosen()),
            items=data["items"],
            closing=library.closing() if data["has_closing"] else None,
        )
        if attempt(
            form, lambda: made.append(actions.make_questionnaire(outline, by=request.person, at=timezone.now()))
        ):
            return redirect("questionnaires:questionnaire", questionnaire=made[0].pk)
    return render(request, "competencies/make_questionnaire.html", {"form": form}, status=422 if form.errors else 200)


@signed_in
def add_to_questionnaire(request: SignedInRequest, questionnaire: UUID) -> HttpResponse:
    """A section for each competency ticked, in a questionnaire that is there; those it has already are not offered."""
    found = get_object_or_404(Questionnaire.objects.visible_to(request.person), pk=questionnaire)
    policies.can_edit(request.person, found).enforce()
    present = found.sections.exclude(competency_code="").values("competency_code")
    form = ChoiceForm(request.POST or None, competencies=_offered(request).exclude(code__in=present))
    if request.method == "POST" and form.is_valid():
        sections = [queries.section_of(row, items=form.cleaned_data["items"]) for row in form.chosen()]
        if attempt(form, lambda: questionnaires.add_sections(found, sections, by=request.person, at=timezone.now())):
            return redirect("questionnaires:questionnaire", questionnaire=found.pk)
    context = {"form": form, "questionnaire": found}
    return render(request, "competencies/add_to_questionnaire.html", context, status=422 if form.errors else 200)
