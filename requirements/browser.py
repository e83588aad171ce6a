"""Prints the path of a chromium for browser tests: CHROMIUM, else one on the PATH, else Debian's, installed when we are root.

Without one it prints nothing and says so loudly; with CI set it fails.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def found() -> str | None:
    """A chromium that is here already."""
    chosen = os.environ.get("CHROMIUM")
    if chosen:
        return shutil.which(chosen)
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def installed() -> str | None:
    """Debian's, when we may install it."""
    if os.environ.get("CHROMIUM") or os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    print("Installing Debian's chromium for the browser tests (about 110 MB) ...", file=sys.stderr)
    quiet = {"DEBIAN_FRONTEND": "noninteractive", **os.environ}
    for words in (["update", "-qq"], ["install", "-qq", "-y", "--no-install-recommends", "chromium"]):
        subprocess.run(["apt-get", *words], env=quiet, stdout=sys.stderr, check=False)
    return found()


def main() -> int:
    """Print the path; exit 1 only in CI."""
    path = found() or installed()
    if path:
        print(path)
        return 0
    print(
        "*** No chromium: every browser test will be SKIPPED. ***\n"
        "*** Install one (Debian: apt-get install chromium) or set CHROMIUM=/path/to/chromium. ***",
        file=sys.stderr,
    )
    return 1 if os.environ.get("CI") else 0


if __name__ == "__main__":
    sys.exit(main())
