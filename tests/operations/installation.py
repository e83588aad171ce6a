"""A scratch installation for tests: a data directory, `azimuth` run in it as people do, and a look at what is left running."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
LIMIT = 60.0  # seconds after which a wait is given up


@dataclass
class Installation:
    """One data directory and the settings its commands get."""

    data: Path
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """The environment without what the tests themselves are set to."""
        ours = {name: value for name, value in os.environ.items() if not name.startswith("AZIMUTH_") and name != "DATABASE_URL"}
        return {**ours, "AZIMUTH_DATA": str(self.data), "PYTHONPATH": str(ROOT / "src"), **self.settings}

    def run(self, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run `azimuth` to its end."""
        return subprocess.run(
            [sys.executable, "-m", "azimuth", *words], cwd=self.data.parent, env={**self.environment, **settings},
            capture_output=True, text=True, timeout=LIMIT, check=False,
        )

    @contextmanager
    def started(self, *words: str, **settings: str) -> Iterator[subprocess.Popen[str]]:
        """`azimuth` left running meanwhile; killed at the end if it still runs."""
        process = subprocess.Popen(
            [sys.executable, "-m", "azimuth", *words], cwd=self.data.parent, env={**self.environment, **settings},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )
        try:
            yield process
        finally:
            process.kill()
            try:
                process.communicate(timeout=LIMIT)
            except subprocess.TimeoutExpired:  # somebody it started still holds its voice: the test says who
                process.stdout.close()

    def processes(self, having: str = "") -> list[int]:
        """Every process of this installation whose command line contains `having`."""
        mark = f"AZIMUTH_DATA={self.data}".encode()
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and int(entry.name) != os.getpid():
                try:
                    line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                    if line and having in line and mark in (entry / "environ").read_bytes().split(b"\0"):
                        found.append(int(entry.name))
                except OSError:
                    continue  # it ended while we looked, or is not ours to look at
        return found


def wait_until(is_so: Callable[[], object], what: str) -> None:
    """Look again and again until it is so."""
    deadline = time.monotonic() + LIMIT
    while not is_so():
        assert time.monotonic() < deadline, f"waited in vain until {what}"
        time.sleep(0.02)


def line_with(process: subprocess.Popen[str], words: str) -> str:
    """Read what a process says up to the line with these words."""
    said = []
    for line in process.stdout or ():
        said.append(line)
        if words in line:
            return line.strip()
    raise AssertionError(f"It ended without saying {words!r}:\n{''.join(said)}")
