"""Style, script and font files, gathered into the data directory under names that change with their content."""

from __future__ import annotations

import fcntl
import hashlib
import os
from pathlib import Path

from azimuth import __version__, environment
from azimuth.operations.database import SOURCE


def gather() -> bool:
    """Collect the files unless what is there is of this version; says whether there was something to do. Django must be set up."""
    from django.core.management import call_command

    home = environment.data_directory()
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (home / "static.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # several processes may start at once
        if is_gathered():
            return False
        call_command("collectstatic", interactive=False, verbosity=0)
        _mark().write_text(_fingerprint())
    return True


def is_gathered() -> bool:
    """Whether the collected files are of this version."""
    return _mark().exists() and _mark().read_text() == _fingerprint()


def _mark() -> Path:
    return environment.data_directory() / "static" / ".of-version"


def _fingerprint() -> str:
    known = hashlib.sha256(__version__.encode())
    for folder in sorted(SOURCE.glob("*/static")):
        for path, _, names in sorted(os.walk(folder)):
            for name in sorted(names):
                state = (Path(path) / name).stat()
                known.update(f"{path}/{name} {state.st_size} {state.st_mtime_ns}\n".encode())
    return known.hexdigest()


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "azimuth.settings")
    django.setup()
    gather()
