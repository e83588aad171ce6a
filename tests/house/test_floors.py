"""Foreign keys point down the same floors as imports do (import-linter sees no strings), and the contracts miss no app."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import Field

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "azimuth"
CONTRACTS = {
    contract["name"].split()[0]: contract
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
}
FLOORS = [re.findall(r"\w+", floor) for floor in CONTRACTS["1"]["layers"]]
HEIGHT = {app: len(FLOORS) - number for number, floor in enumerate(FLOORS) for app in floor}
OURS = [config.label for config in apps.get_app_configs() if config.name.startswith("azimuth.")]


def relations() -> list[tuple[str, str, str]]:
    """(app, field, app it points to) of every relation between two of our apps."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.get_fields():
            if isinstance(field, Field) and field.is_relation and field.related_model and model._meta.app_label in OURS:
                target = field.related_model._meta.app_label  # type: ignore[union-attr]
                if target in OURS and target != model._meta.app_label:
                    found.append((model._meta.app_label, f"{model._meta.label}.{field.name}", target))
    return found


@pytest.mark.parametrize(("app", "field", "target"), relations(), ids=lambda part: str(part))
def test_a_foreign_key_points_down(app: str, field: str, target: str) -> None:
    assert HEIGHT[target] < HEIGHT[app], f"{field} points to {target}, which does not lie below {app}: turn it round, or keep the key as a plain value"


def test_there_are_relations_to_look_at() -> None:
    assert len(relations()) > 10


@pytest.mark.parametrize("app", OURS)
def test_every_app_stands_on_a_floor_and_is_layered_inside(app: str) -> None:
    assert app in HEIGHT, f"place {app} among the floors in pyproject.toml"
    assert f"azimuth.{app}" in CONTRACTS["4"]["containers"], f"add azimuth.{app} to contract 4 in pyproject.toml"


@pytest.mark.parametrize("app", OURS)
def test_every_app_says_what_it_knows(app: str) -> None:
    said = (SOURCE / app / "__init__.py").read_text()
    assert all(word in said for word in ("Knows:", "Does not know:", "Serves:")), f"open {app}/__init__.py with what it knows, does not know, and serves"


@pytest.mark.parametrize("file", sorted(SOURCE.glob("*/urls.py")), ids=lambda file: file.parent.name)
def test_urls_import_their_own_views_only(file: Path) -> None:
    for app in re.findall(r"azimuth\.(\w+)\.views|from azimuth\.(\w+) import .*\bviews\b", file.read_text()):
        assert file.parent.name in app, f"{file}: addresses of one app lead to its own views"


FORBIDDEN = {"utils", "helpers", "common", "mixins", "managers", "signals", "services"}


def test_no_module_is_called_not_yet_understood() -> None:
    assert not [path for path in SOURCE.rglob("*") if path.stem in FORBIDDEN and "locale" not in path.parts]


def test_no_file_is_longer_than_400_lines() -> None:
    assert not [str(file) for file in SOURCE.rglob("*.py") if len(file.read_text().splitlines()) > 400], "each of these is two files"
