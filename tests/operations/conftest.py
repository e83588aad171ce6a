"""What the tests of operations share."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.operations.installation import Installation, wait_until


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """An installation that was never started; its path has a space."""
    yield from _and_gone(Installation(tmp_path / "our data"))


@pytest.fixture(scope="session")
def _first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory whose database is of this version; made once, then copied."""
    first = Installation(tmp_path_factory.mktemp("first") / "data")
    done = first.run("migrate")
    assert done.returncode == 0, done.stderr
    return first.data


@pytest.fixture(scope="module")
def migrated(_first: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation whose database is of this version, shared by a module's tests, stopped."""
    shared = Installation(tmp_path_factory.mktemp("migrated") / "data")
    shutil.copytree(_first, shared.data)
    yield from _and_gone(shared)


def _and_gone(one: Installation) -> Iterator[Installation]:
    yield one
    wait_until(lambda: not one.processes(), f"nothing of {one.data} runs: {[Path(f'/proc/{pid}/cmdline').read_text() for pid in one.processes()]}")
    assert os.listdir(one.data.parent) in ([], [one.data.name])  # noqa: PTH208  nothing was written beside it
