"""The bench: what it keeps, and its measurements in processes of their own."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

from azimuth.operations.bench import fits
from azimuth.operations.bench.keeping import keep
from azimuth.operations.bench.measuring import Result

ROW = Result("home", 1000, 9.5, "ms", 3.8, 2.5, 6, "at most 3x the floor", met=True).row


def test_a_group_that_was_not_measured_keeps_what_it_had(tmp_path: Path) -> None:
    keep(tmp_path, "statistics", [ROW | {"name": "disclosure", "floor": None, "ratio": None, "queries": None, "met": False}])
    keep(tmp_path, "pages", [ROW])
    keep(tmp_path, "pages", [ROW | {"value": 8.0}])
    kept = json.loads((tmp_path / "results.json").read_text())
    assert [row["value"] for row in kept["pages"]["results"]] == [8.0]
    assert [row["name"] for row in kept["statistics"]["results"]] == ["disclosure"]
    page = (tmp_path / "README.md").read_text()
    assert page.index("## Pages") < page.index("| 1000 | home | 8.0 ms | 3.8 | 2.5 | 6 |") < page.index("## Statistics")
    assert "| 1000 | disclosure | 9.5 ms |  |  |  | at most 3x the floor | **no** |" in page


@pytest.mark.parametrize("anybody", ["0", "1"])
def test_a_fit_is_measured_in_a_process_of_its_own(anybody: str) -> None:
    found = fits._apart("made", "200", anybody)
    assert 9000 < found["answers"] <= 10_000
    assert found["seconds"] > 0
    assert 50 < found["mib"] < 500


@pytest.mark.slow
def test_figures_are_audited_and_suppressed_in_time() -> None:
    said: list[str] = []
    (result,) = fits.measure(lambda name: name == "disclosure", said.append)
    assert (result.people, result.unit, said) == (2000, "s", [])
    assert "91.9% shown" in result.name
    assert result.value < 20  # 0.6 s undisturbed; the bench holds it to 4 s


def test_a_missing_rival_is_said_and_nothing_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    said: list[str] = []
    assert list(fits._beside_rival(said.append)) == []
    assert said == [fits.NO_RIVAL]


@pytest.mark.slow
def test_the_rival_says_the_same() -> None:
    found = fits._apart("beside_mixedlm")
    assert found["people"] == 4100
    assert found["apart"] < 1e-6
