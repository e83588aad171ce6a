"""What the server acknowledged is there after the count, whatever was killed meanwhile; a database that does not wait for its disk is caught."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.operations.installation import Installation

SCRIPT = Path(__file__).with_name("durability.py")


def submitted_under_fire(data: Path, synchronous: str, *, kills: int) -> dict[str, int]:
    installation = Installation(data, {"AZIMUTH_WEB_WORKERS": "2", "AZIMUTH_LOG_LEVEL": "CRITICAL"})
    done = subprocess.run([sys.executable, str(SCRIPT), synchronous, str(kills)], env=installation.environment, capture_output=True, text=True, timeout=400, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.slow
def test_no_acknowledged_answer_is_lost_in_twenty_kills(tmp_path: Path) -> None:
    said = submitted_under_fire(tmp_path / "data", "on", kills=20)

    assert said["kills"] == 20
    assert said["acknowledged"] == said["forms"] > 300
    assert said["lost"] == 0


@pytest.mark.slow
def test_a_database_that_does_not_wait_for_its_disk_loses_some(tmp_path: Path) -> None:
    assert submitted_under_fire(tmp_path / "data", "off", kills=8)["lost"] > 0
