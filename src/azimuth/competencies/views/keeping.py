"""Competencies: the list by collection, one of them with its history, new, edit, retire."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from azimuth.competencies import actions, policies, queries, texts
from azimuth.competencies.forms import CompetencyForm, rearranged, rows_of_outline, rows_of_post
from azimuth.competencies.models import Competency, CompetencyQuerySet
from azimuth.kit import paging
from azimuth.kit.htmx import part_or_page
from azimuth.people.guards import SignedInRequest, signed_in
from azimuth.questionnaires import translations
from azimuth.questionnaires.forms import attempt
from azimuth.questionnaires.outlines import fingerprint
from azimuth.questionnaires.texts import Standing, standings
from azimuth.questionnaires.translations import Speech

PER_PAGE = 100
HEAD = ("name", "collection", "definition", "language")


def find(request: SignedInRequest, key: UUID) -> Competency:
    """A competency the viewer may see, or 404."""
    return get_object_or_404(queries.whole(Competency.objects.visible_to(request.person).with_use()), pk=key)


@signed_in
@require_GET
def index(request: SignedInRequest) -> HttpResponse:
    """The competencies in use, by collection."""
    return _list(request, Competency.objects.visible_to(request.person).current(), is_retired=False)


@signed_in
@require_GET
def retired(request: SignedInRequest) -> HttpResponse:
    """The retired ones, for those who keep the frame."""
    if not policies.can_export(request.person):
        raise Http404
    return _list(
        request, Competency.objects.visible_to(request.person).newest().exclude(retired_on=None), is_retired=True
    )


def _list(request: SignedInRequest, rows: CompetencyQuerySet, *, is_retired: bool) -> HttpResponse:
    words = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    collection = request.GET.get("collection", "")
    collections = queries.collections(request.person)
    found = rows.matching(words, get_language()).annotate(
        item_count=Count("items", filter=Q(items__kind="item"), distinct=True),
        level_count=Count("levels", distinct=True),
    )
    if collection in collections:
        found = found.filter(collection=collection)
    faces = [
        (_("In use"), reverse("competencies:index"), not is_retired),
        (_("Retired"), reverse("competencies:retired"), is_retired),
    ]
    page = paging.page(request, found, ("collection", "name"), size=PER_PAGE)
    context = {
        "page": page,
        "speech": queries.speech_for(page.rows, get_language()),
        "words": words,
        "collection": collection,
        "collections": collections,
        "is_retired": is_retired,
        "faces": faces if policies.can_export(request.person) else [],
        "can_add": policies.can_add(request.person),
        "can_export": policies.can_export(request.person),
    }
    return part_or_page(request, "competencies/index.html", "list", context)


@signed_in
@require_GET
def competency(request: SignedInRequest, competency: UUID) -> HttpResponse:
    """One competency: definition, levels, items, prompts, where it is asked, its versions."""
    found = find(request, competency)
    versions = queries.history(found, request.person)
    is_newest = versions[0].pk == found.pk
    outline, language = queries.outline_of(found), get_language()
    known = translations.catalogue(outline.sources)
    context = {
        "competency": found,
        "outline": queries.heard(outline, Speech(known.get(language, {}))),
        "languages": _languages(found, standings(texts.of_competency(outline), found.language, known)),
        "written_in": translations.names().get(found.language, found.language),
        "can_translate": policies.can_translate(request.person),
        "versions": versions,
        "newest": versions[0],
        "is_newest": is_newest,
        "questionnaires": queries.questionnaires_with(found, request.person),
        "can_edit": is_newest and policies.can_edit(request.person, found),
        "can_retire": is_newest and policies.can_retire(request.person, found),
        "can_restore": is_newest and policies.can_restore(request.person, found),
        "can_export": policies.can_export(request.person),
    }
    return render(request, "competencies/competency.html", context)


def _languages(found: Competency, rows: list[Standing]) -> list[tuple[Standing, str]]:
    return [(row, reverse("competencies:translate", args=[found.pk, row.code])) for row in rows]


@signed_in
def new(request: SignedInRequest) -> HttpResponse:
    """A new competency."""
    policies.can_add(request.person).enforce()
    made: list[Competency] = []
    if request.method == "POST":
        rows = rearranged(rows_of_post(request.POST), request.POST.get("arrange", ""))
        if "arrange" in request.POST:
            return _form(request, CompetencyForm(rows=rows, initial=_head(request)))
        form = CompetencyForm(request.POST, rows=rows)
        if form.is_valid() and attempt(
            form, lambda: made.append(actions.add(form.outline, by=request.person, at=timezone.now()))
        ):
            return redirect("competencies:competency", competency=made[0].pk)
        return _form(request, form)
    return _form(
        request,
        CompetencyForm(rows=rows_of_outline(None), initial={"collection": request.GET.get("collection", "")[:80]}),
    )


@signed_in
def edit(request: SignedInRequest, competency: UUID) -> HttpResponse:
    """Change a competency; one a cycle has asked goes on in its next version."""
    found = find(request, competency)
    policies.can_add(request.person).enforce()
    if request.method != "POST":
        policies.can_edit(request.person, found).enforce()
    before = queries.outline_of(found)
    seen = request.POST.get("seen", fingerprint(before))
    made: list[Competency] = []
    if request.method != "POST":
        head = {word: getattr(before, word) for word in HEAD}
        return _form(request, CompetencyForm(rows=rows_of_outline(before), initial=head), competency=found, seen=seen)
    rows = rearranged(rows_of_post(request.POST), request.POST.get("arrange", ""))
    if "arrange" in request.POST:
        return _form(request, CompetencyForm(rows=rows, initial=_head(request)), competency=found, seen=seen)
    form = CompetencyForm(request.POST, rows=rows)
    if form.is_valid() and attempt(
        form, lambda: made.append(actions.edit(found, form.outline, seen=seen, by=request.person, at=timezone.now()))
    ):
        return redirect("competencies:competency", competency=made[0].pk)
    newest = queries.newest_outline(found.code)
    stale = newest if fingerprint(newest) != seen else None
    return _form(request, form, competency=found, seen=fingerprint(newest) if stale else seen, meanwhile=stale)


def _head(request: SignedInRequest) -> dict[str, str]:
    return {word: request.POST.get(word, "") for word in HEAD}


def _form(request: SignedInRequest, form: CompetencyForm, **more: object) -> HttpResponse:
    context = {
        "form": form,
        "collections": queries.collections(request.person),
        "competency": None,
        "meanwhile": None,
        "seen": "",
        **more,
    }
    return render(request, "competencies/edit.html", context, status=422 if form.is_bound else 200)


@signed_in
@require_POST
def retire(request: SignedInRequest, competency: UUID) -> HttpResponse:
    """Take it off the list."""
    found = actions.retire(find(request, competency), by=request.person, at=timezone.now())
    messages.success(
        request, _("“%(name)s” is retired. Questionnaires made of it keep their words.") % {"name": found.name}
    )
    return redirect("competencies:index")


@signed_in
@require_POST
def restore(request: SignedInRequest, competency: UUID) -> HttpResponse:
    """Put it back."""
    found = actions.restore(find(request, competency), by=request.person, at=timezone.now())
    messages.success(request, _("“%(name)s” is back.") % {"name": found.name})
    return redirect("competencies:competency", competency=found.pk)
