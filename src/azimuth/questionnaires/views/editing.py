"""The parts of a questionnaire: sections and questions, changed one at a time."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from azimuth.access.guards import ViewerRequest, signed_in
from azimuth.kit.htmx import is_htmx
from azimuth.questionnaires import actions, policies, queries
from azimuth.questionnaires.forms import QuestionForm, SectionForm, attempt
from azimuth.questionnaires.models import Question, Questionnaire, Section
from azimuth.questionnaires.outlines import QuestionOutline, fingerprint
from azimuth.questionnaires.views.keeping import find, meanwhile, open_form, show


def _section(request: ViewerRequest, key: UUID) -> Section:
    seen = Questionnaire.objects.visible_to(request.person)
    return get_object_or_404(
        Section.objects.filter(questionnaire__in=seen).select_related("questionnaire__scale"), pk=key
    )


def _question(request: ViewerRequest, key: UUID) -> Question:
    seen = Questionnaire.objects.visible_to(request.person)
    rows = Question.objects.filter(section__questionnaire__in=seen).select_related("section__questionnaire__scale")
    return get_object_or_404(rows, pk=key)


def _back(request: ViewerRequest, questionnaire: Questionnaire, place: str = "") -> HttpResponse:
    """The changed outline for htmx; for everybody else the page, at the place that was changed."""
    if is_htmx(request):
        return show(request, questionnaire)
    return redirect(reverse("questionnaires:questionnaire", args=[questionnaire.pk]) + (f"#{place}" if place else ""))


@signed_in
def add_section(request: ViewerRequest, questionnaire: UUID) -> HttpResponse:
    """An empty section."""
    found = find(request, questionnaire)
    open_form(request, policies.can_edit(request.person, found))
    form = SectionForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(form, lambda: actions.add_sections(found, [form.outline], by=request.person, at=timezone.now()))
    ):
        return _back(request, found)
    return render(
        request,
        "questionnaires/section.html",
        {"form": form, "questionnaire": found},
        status=422 if form.errors else 200,
    )


@signed_in
def edit_section(request: ViewerRequest, section: UUID) -> HttpResponse:
    """A section's title and description."""
    found = _section(request, section)
    open_form(request, policies.can_edit(request.person, found.questionnaire))
    before = queries.heading_of(found)
    form = SectionForm(request.POST or None, initial={"title": before.title, "description": before.description})
    seen = request.POST.get("seen", fingerprint(before))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if attempt(form, lambda: actions.edit_section(found, **data, seen=seen, by=request.person, at=timezone.now())):
            return _back(request, found.questionnaire, f"section-{found.pk}")
    context = {
        "form": form,
        "questionnaire": found.questionnaire,
        "section": found,
        "seen": fingerprint(before),
        "meanwhile": meanwhile(before, seen),
    }
    return render(request, "questionnaires/section.html", context, status=422 if form.errors else 200)


@signed_in
@require_POST
def move_section(request: ViewerRequest, section: UUID) -> HttpResponse:
    """One place up (?up) or down."""
    found = _section(request, section)
    actions.move_section(found, up="up" in request.POST, by=request.person, at=timezone.now())
    return _back(request, found.questionnaire, f"section-{found.pk}")


@signed_in
@require_POST
def remove_section(request: ViewerRequest, section: UUID) -> HttpResponse:
    """Out, with its questions."""
    found = _section(request, section)
    actions.remove_section(found, by=request.person, at=timezone.now())
    return _back(request, found.questionnaire)


@signed_in
def add_question(request: ViewerRequest, section: UUID) -> HttpResponse:
    """A question at the end of a section; “and another” comes back for more."""
    found = _section(request, section)
    open_form(request, policies.can_edit(request.person, found.questionnaire))
    first = QuestionOutline("", kind=request.GET.get("kind", Question.Kind.ITEM.value))
    form = QuestionForm(request.POST or None, initial=QuestionForm.initial_of(first))
    made: list[Question] = []
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(
            form, lambda: made.append(actions.add_question(found, form.outline, by=request.person, at=timezone.now()))
        )
    ):
        if "another" in request.POST:
            return redirect("questionnaires:add-question", section=found.pk)
        return _back(request, found.questionnaire, f"question-{made[0].pk}")
    context = {"form": form, "questionnaire": found.questionnaire, "section": found}
    return render(request, "questionnaires/question.html", context, status=422 if form.errors else 200)


@signed_in
def edit_question(request: ViewerRequest, question: UUID) -> HttpResponse:
    """A question's kind, wordings, groups."""
    found = _question(request, question)
    open_form(request, policies.can_edit(request.person, found.section.questionnaire))
    before = queries.question_outline(found)
    form = QuestionForm(request.POST or None, initial=QuestionForm.initial_of(before))
    seen = request.POST.get("seen", fingerprint(before))
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(
            form, lambda: actions.edit_question(found, form.outline, seen=seen, by=request.person, at=timezone.now())
        )
    ):
        return _back(request, found.section.questionnaire, f"question-{found.pk}")
    context = {
        "form": form,
        "questionnaire": found.section.questionnaire,
        "section": found.section,
        "question": found,
        "seen": fingerprint(before),
        "meanwhile": meanwhile(before, seen),
    }
    return render(request, "questionnaires/question.html", context, status=422 if form.errors else 200)


@signed_in
@require_POST
def move_question(request: ViewerRequest, question: UUID) -> HttpResponse:
    """One place up or down, over the border of its section too."""
    found = _question(request, question)
    actions.move_question(found, up="up" in request.POST, by=request.person, at=timezone.now())
    return _back(request, found.section.questionnaire, f"question-{found.pk}")


@signed_in
@require_POST
def remove_question(request: ViewerRequest, question: UUID) -> HttpResponse:
    """Out."""
    found = _question(request, question)
    actions.remove_question(found, by=request.person, at=timezone.now())
    return _back(request, found.section.questionnaire, f"section-{found.section_id}")
