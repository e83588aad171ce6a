"""A launched cycle with raters enough to hide among."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from azimuth.reviews import actions
from azimuth.reviews.models import ReviewCycle
from tests.cast import Cast, person
from tests.reviews.conftest import basic_questionnaire


@pytest.fixture(autouse=True)
def vault_directory(tmp_path: Path, settings: Settings) -> None:
    """Keys of tests lie in the test's own directory."""
    settings.VAULT_URL = f"file://{tmp_path / 'vault'}"


@pytest.fixture
def launched(cast: Cast, now: datetime) -> ReviewCycle:
    """Eve's cycle about Ada, who has five peers."""
    for name in ("Per Holm", "Quim Sala", "Rut Vik", "Sol Marin"):
        person(name, cast.workshop, "Instrument Maker", cast.bo)
    at = timezone.now()
    cycle = actions.create(
        name="Spring 360", scope=cast.workshop, by=cast.eve, at=at, questionnaire=basic_questionnaire(), opens_at=now,
        closes_at=at.replace(year=at.year + 1), readers=["subject", "lead", "hr_partner"],
    )
    actions.add_subjects(cycle, people=[cast.ada.pk], by=cast.eve, at=at)
    cycle.refresh_from_db()
    actions.launch(cycle, seen=cycle.version, by=cast.eve, at=at)
    actions.carry_out_launch(cycle, at=at, step=lambda done, total, note: None)
    return ReviewCycle.objects.select_related("box").get(pk=cycle.pk)
