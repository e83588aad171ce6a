"""Rating scales: made, changed while unused, copied, retired, loaded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from azimuth.access.guards import Viewer
from azimuth.access.verdict import Refused
from azimuth.audit import actions as audit
from azimuth.questionnaires import policies, queries
from azimuth.questionnaires.actions.editing import STALE
from azimuth.questionnaires.actions.writing import one_at_a_time
from azimuth.questionnaires.models import RatingScale, ScalePoint
from azimuth.questionnaires.outlines import ScaleOutline, Stale, code_from, fingerprint


@transaction.atomic
def add_scale(outline: ScaleOutline, *, by: Viewer, at: datetime) -> RatingScale:
    """Make a scale; its code is made of its name. Refuses a name that is taken."""
    policies.can_add(by).enforce()
    scale = _write_new(outline)
    audit.record("questionnaires.add_scale", scale, by=by, at=at, points=len(outline.points))
    return scale


def _write_new(outline: ScaleOutline) -> RatingScale:
    one_at_a_time("scales")
    _refuse_taken(outline.name)
    code = code_from(outline.name, set(RatingScale.objects.values_list("code", flat=True)))
    return _write([replace(outline, code=code)])[0]


@transaction.atomic
def edit_scale(scale: RatingScale, outline: ScaleOutline, *, seen: str, by: Viewer, at: datetime) -> RatingScale:
    """Change a scale no cycle was launched on. Raises Stale unless `seen` is its fingerprint as it stands."""
    locked = RatingScale.objects.select_for_update().get(pk=scale.pk)
    policies.can_edit_scale(by, locked, is_used=queries.is_scale_used(locked)).enforce()
    if fingerprint(queries.scale_outline(locked)) != seen:
        raise Stale(str(STALE), queries.scale_outline(locked))
    if queries.scale_outline(locked) == replace(outline, code=locked.code):
        return locked
    _refuse_taken(outline.name, but=locked)
    locked.name, locked.not_observed, locked.language = outline.name, outline.not_observed, outline.language
    locked.save(update_fields=["name", "not_observed", "language"])
    locked.points.all().delete()
    ScalePoint.objects.bulk_create(_points(locked, outline))
    audit.record("questionnaires.edit_scale", locked, by=by, at=at, points=len(outline.points))
    return locked


@transaction.atomic
def copy_scale(scale: RatingScale, outline: ScaleOutline, *, by: Viewer, at: datetime) -> RatingScale:
    """Make a scale that began as a copy of another: the way to change one that was used."""
    policies.can_add(by).enforce()
    copy = _write_new(outline)
    audit.record("questionnaires.copy_scale", copy, by=by, at=at, of=scale.code)
    return copy


@transaction.atomic
def retire_scale(scale: RatingScale, *, by: Viewer, at: datetime) -> None:
    """Take a scale off the list questionnaires choose from; those that have it keep it."""
    locked = RatingScale.objects.select_for_update().get(pk=scale.pk)
    policies.can_retire_scale(by, locked).enforce()
    RatingScale.objects.filter(pk=locked.pk).update(retired_on=at.date())
    audit.record("questionnaires.retire_scale", locked, by=by, at=at)


@transaction.atomic
def restore_scale(scale: RatingScale, *, by: Viewer, at: datetime) -> None:
    """Put a retired scale back on the list."""
    locked = RatingScale.objects.select_for_update().get(pk=scale.pk)
    policies.can_restore_scale(by, locked).enforce()
    RatingScale.objects.filter(pk=locked.pk).update(retired_on=None)
    audit.record("questionnaires.restore_scale", locked, by=by, at=at)


def load_scales(outlines: Sequence[ScaleOutline]) -> int:
    """Add the scales that are not there yet, by code; returns how many. Part of loading the library, which is audited there."""
    taken = set(RatingScale.objects.values_list("code", flat=True)) | set(
        RatingScale.objects.values_list("name", flat=True)
    )
    return len(_write([outline for outline in outlines if outline.code not in taken and outline.name not in taken]))


def _write(outlines: Sequence[ScaleOutline]) -> list[RatingScale]:
    scales = RatingScale.objects.bulk_create(
        RatingScale(
            code=outline.code, name=outline.name, not_observed=outline.not_observed, language=outline.language
        )
        for outline in outlines
    )
    ScalePoint.objects.bulk_create(
        [point for scale, outline in zip(scales, outlines, strict=True) for point in _points(scale, outline)]
    )
    return scales


def _points(scale: RatingScale, outline: ScaleOutline) -> list[ScalePoint]:
    return [
        ScalePoint(scale=scale, value=point.value, label=point.label, anchor=point.anchor) for point in outline.points
    ]


def _refuse_taken(name: str, but: RatingScale | None = None) -> None:
    others = RatingScale.objects.exclude(pk=but.pk) if but else RatingScale.objects.all()
    if others.filter(name__iexact=name).exists():
        raise Refused(_("There is a scale called “%(name)s” already. Choose another name.") % {"name": name})
