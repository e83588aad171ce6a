"""Rating scales: the list with every anchor, new, edit, copy, retire."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from azimuth.access.guards import ViewerRequest, signed_in
from azimuth.questionnaires import actions, policies, queries, texts, translations
from azimuth.questionnaires.forms import ScaleForm, attempt
from azimuth.questionnaires.models import RatingScale
from azimuth.questionnaires.outlines import ScaleOutline, fingerprint
from azimuth.questionnaires.views.keeping import kept_by_hr, meanwhile, open_form


def _find(request: ViewerRequest, key: UUID) -> RatingScale:
    return get_object_or_404(RatingScale.objects.visible_to(request.person), pk=key)


@signed_in
@require_GET
def scales(request: ViewerRequest) -> HttpResponse:
    """All scales with their points and anchors."""
    kept_by_hr(request)
    viewer = request.person
    rows = (
        RatingScale.objects.visible_to(viewer)
        .with_use()
        .prefetch_related("points")
        .order_by(F("retired_on").asc(nulls_first=True), "name")
    )
    outlines = {scale.pk: queries.scale_outline(scale) for scale in rows}
    known = translations.catalogue(text for outline in outlines.values() for text in outline.sources)
    shown = [
        (scale, policies.can_edit_scale(viewer, scale, is_used=scale.is_used), _languages(scale, outlines[scale.pk], known))  # type: ignore[attr-defined]
        for scale in rows
    ]
    faces = [
        (_("In use"), reverse("questionnaires:index"), False),
        (_("Retired"), reverse("questionnaires:retired"), False),
        (_("Rating scales"), reverse("questionnaires:scales"), True),
    ]
    context = {
        "scales": shown, "can_add": policies.can_add(viewer), "can_translate": policies.can_translate(viewer), "faces": faces
    }
    return render(request, "questionnaires/scales.html", context)


def _languages(
    scale: RatingScale, outline: ScaleOutline, known: translations.Catalogue
) -> list[tuple[texts.Standing, str]]:
    rows = texts.standings(texts.of_scale(outline), scale.language, known)
    return [(row, reverse("questionnaires:translate-scale", args=[scale.pk, row.code])) for row in rows]


@signed_in
def new_scale(request: ViewerRequest) -> HttpResponse:
    """A new scale."""
    kept_by_hr(request)
    policies.can_add(request.person).enforce()
    form = ScaleForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(form, lambda: actions.add_scale(form.outline_with(), by=request.person, at=timezone.now()))
    ):
        return redirect("questionnaires:scales")
    return render(request, "questionnaires/scale.html", {"form": form}, status=422 if form.errors else 200)


@signed_in
def edit_scale(request: ViewerRequest, scale: UUID) -> HttpResponse:
    """Change a scale no cycle has used."""
    found = _find(request, scale)
    open_form(request, policies.can_edit_scale(request.person, found, is_used=queries.is_scale_used(found)))
    before = queries.scale_outline(found)
    form = ScaleForm(request.POST or None, initial=ScaleForm.initial_of(before))
    seen = request.POST.get("seen", fingerprint(before))
    first = before.points[0].value if before.points else 1
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(
            form,
            lambda: actions.edit_scale(
                found, form.outline_with(first), seen=seen, by=request.person, at=timezone.now()
            ),
        )
    ):
        return redirect("questionnaires:scales")
    context = {"form": form, "scale": found, "seen": fingerprint(before), "meanwhile": meanwhile(before, seen)}
    return render(request, "questionnaires/scale.html", context, status=422 if form.errors else 200)


@signed_in
def copy_scale(request: ViewerRequest, scale: UUID) -> HttpResponse:
    """A new scale that begins as a copy: the way to change a used one."""
    found = _find(request, scale)
    policies.can_add(request.person).enforce()
    before = queries.scale_outline(found)
    name = (_("Copy of %(name)s") % {"name": found.name})[:120]
    form = ScaleForm(request.POST or None, initial={**ScaleForm.initial_of(before), "name": name})
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(form, lambda: actions.copy_scale(found, form.outline_with(), by=request.person, at=timezone.now()))
    ):
        return redirect("questionnaires:scales")
    return render(
        request, "questionnaires/scale.html", {"form": form, "copied": found}, status=422 if form.errors else 200
    )


@signed_in
@require_POST
def retire_scale(request: ViewerRequest, scale: UUID) -> HttpResponse:
    """Off the list."""
    found = _find(request, scale)
    actions.retire_scale(found, by=request.person, at=timezone.now())
    messages.success(request, _("“%(name)s” is retired. Questionnaires that have it keep it.") % {"name": found.name})
    return redirect("questionnaires:scales")


@signed_in
@require_POST
def restore_scale(request: ViewerRequest, scale: UUID) -> HttpResponse:
    """Back on the list."""
    found = _find(request, scale)
    actions.restore_scale(found, by=request.person, at=timezone.now())
    messages.success(request, _("“%(name)s” can be chosen again.") % {"name": found.name})
    return redirect("questionnaires:scales")
