"""The linking attack finds nothing in the real build and nearly everything in a weak one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from azimuth.operations.commands.attack import holds

ROOT = Path(__file__).parents[2]


def attacked(tmp_path: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run an attack as a process of its own, far from this test's database."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AZIMUTH_") and name != "DATABASE_URL"}
    environment |= {"AZIMUTH_DATA": str(tmp_path), "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}
    return subprocess.run([sys.executable, *words], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)


def said(run: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """What it printed, as JSON."""
    assert run.stdout, run.stderr
    return json.loads(run.stdout)


@pytest.mark.slow
def test_twenty_companies_stay_at_chance_and_the_control_does_not(tmp_path: Path) -> None:
    """A20, A21: rows, dumps, WAL, places on the disk: at chance without the key; a weak build is caught."""
    result = said(attacked(tmp_path, "-m", "tests.attacks.linking_run", "8", "20"))
    assert [moment["name"] for moment in result["moments"]] == [
        "open, without the key", "after the count", "a dump after the count", "the WAL after the count",
    ]
    assert all(moment["p_value"] > 0.01 for moment in result["moments"]), result
    assert all(moment["accuracy"] < moment["chance"] + 0.1 for moment in result["moments"]), result
    assert result["control"]["accuracy"] > 0.95
    assert result["control"]["p_value"] <= 0.01
    assert not list(tmp_path.iterdir()), "the scratch server leaves nothing behind"


@pytest.mark.slow
def test_the_command_attacks_through_the_pages(tmp_path: Path) -> None:
    run = attacked(tmp_path, "-m", "azimuth", "attack", "linking", "--people", "8", "--seed", "1", "--json")
    result = said(run)
    assert set(result) == {"moments", "control"}
    assert all(set(entry) == {"name", "accuracy", "chance", "p_value"} for entry in [*result["moments"], result["control"]])
    assert run.returncode == 0, result


def verdict(p_values: list[float], accuracy: float, p_value: float) -> bool:
    """What the command would make of these figures."""
    return holds({"moments": [{"p_value": p} for p in p_values], "control": {"accuracy": accuracy, "p_value": p_value}})


@pytest.mark.parametrize(("p_values", "accuracy", "p_value", "stands"), [
    ([0.5, 0.2, 1.0, 0.02], 1.0, 0.001, True),
    ([0.5, 0.01, 1.0, 0.3], 1.0, 0.001, False),
    ([0.5, 0.2, 1.0, 0.3], 0.6, 0.001, False),
    ([0.5, 0.2, 1.0, 0.3], 0.95, 0.4, False),
])
def test_a_blind_attack_proves_nothing(p_values: list[float], accuracy: float, p_value: float, stands: bool) -> None:
    assert verdict(p_values, accuracy, p_value) is stands
