"""Every field of every table is classed: plain or personal, with its fate when the person is erased."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from azimuth.people.models import Person

FILE = Path(__file__).parents[2] / "src" / "azimuth" / "access" / "fields.toml"
FATES = ("plain", "deleted", "emptied", "replaced", "kept")
CLASSED: dict[str, dict[str, Any]] = tomllib.loads(FILE.read_text())
MODELS = {model._meta.label: model for model in apps.get_models(include_auto_created=True) if not model.__module__.startswith("tests.")}


@pytest.mark.parametrize("label", MODELS)
def test_every_field_is_classed_once(label: str) -> None:
    row = CLASSED.get(label, {})
    listed = [name for fate in FATES for name in row.get(fate, [])]
    fields = {field.name for field in MODELS[label]._meta.local_fields}
    remedy = f'Class it in src/azimuth/access/fields.toml under ["{label}"]: plain, deleted, emptied, replaced or kept (with why).'
    assert not fields - set(listed), f"Not classed: {sorted(fields - set(listed))}. {remedy}"
    assert not set(listed) - fields, f"Gone: {sorted(set(listed) - fields)}. Take them out of fields.toml."
    assert len(listed) == len(set(listed)), f"Classed twice: {sorted(name for name in listed if listed.count(name) > 1)}"
    assert not set(row) - {*FATES, "why"}, f"Unknown words: {sorted(set(row) - {*FATES, 'why'})}"


def test_no_row_too_many() -> None:
    assert not set(CLASSED) - set(MODELS), "fields.toml: these tables are gone"


@pytest.mark.parametrize("label", CLASSED)
def test_what_is_kept_says_why(label: str) -> None:
    row = CLASSED[label]
    assert bool(row.get("kept")) == bool(row.get("why")), f"{label}: `kept` and `why` go together"


@pytest.mark.parametrize("label", MODELS)
def test_what_points_at_a_person_is_personal(label: str) -> None:
    for field in MODELS[label]._meta.local_fields:
        if isinstance(field, models.ForeignKey) and field.related_model is Person:
            assert field.name not in CLASSED[label].get("plain", []), f"{label}.{field.name} points at a person: it is personal"


@pytest.mark.parametrize("label", MODELS)
def test_what_is_emptied_can_be_empty(label: str) -> None:
    model = MODELS[label]
    for name in CLASSED[label].get("emptied", []):
        field = model._meta.get_field(name)
        assert field.null or field.blank, f"{label}.{name} is to be emptied at erasure, but may not be empty"
