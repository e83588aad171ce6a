"""Every migration has a name that says what it does, and models and migrations agree."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

SOURCE = Path(__file__).parents[2] / "src" / "azimuth"
MIGRATIONS = sorted(path for path in SOURCE.glob("*/migrations/*.py") if path.name != "__init__.py")


@pytest.mark.parametrize("path", MIGRATIONS, ids=lambda path: f"{path.parents[1].name}/{path.stem}")
def test_a_migration_is_named(path: Path) -> None:
    assert re.fullmatch(r"\d{4}_[a-z][a-z0-9_]+", path.stem), "name it 0002_what_it_does"
    assert "_auto_" not in path.stem, "give it a name: makemigrations --name what_it_does"
    assert path.stem.startswith("0001_") or not re.search(r"_(alter|add|remove|delete|rename)_\w*_and_more$", path.stem), (
        "Django's own name says nothing: makemigrations --name what_it_does"
    )


@pytest.mark.parametrize("app", sorted({path.parents[1].name for path in MIGRATIONS}))
def test_no_two_migrations_share_a_number(app: str) -> None:
    numbers = [path.name[:4] for path in MIGRATIONS if path.parents[1].name == app]
    assert len(numbers) == len(set(numbers)), f"{app}: rename the later one"


def test_models_and_migrations_agree(db: None) -> None:
    out = StringIO()
    call_command("makemigrations", check=True, dry_run=True, stdout=out)
