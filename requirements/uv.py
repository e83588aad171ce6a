"""Runs uv with the index settings pip has on this machine, which uv itself does not read: `python uv.py pip sync run.txt`.

Only the standard library: this runs before anything is installed.
"""

from __future__ import annotations

import os
import subprocess
import sys
from ast import literal_eval
from pathlib import Path

TO_UV = {  # pip's word -> uv's variable, and what stands between several values
    "index-url": ("UV_DEFAULT_INDEX", " "),
    "extra-index-url": ("UV_INDEX", " "),
    "find-links": ("UV_FIND_LINKS", ","),
    "trusted-host": ("UV_INSECURE_HOST", " "),
    "cert": ("SSL_CERT_FILE", " "),
    "client-cert": ("SSL_CLIENT_CERT", " "),
    "timeout": ("UV_HTTP_TIMEOUT", " "),
    "default-timeout": ("UV_HTTP_TIMEOUT", " "),
    "proxy": ("ALL_PROXY", " "),
}


def pip_settings() -> dict[str, str]:
    """pip's settings from its files and the environment (which wins), by their long names."""
    said = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False,
    ).stdout
    found = {}
    for section in ("global.", "install.", ":env:."):
        for line in said.splitlines():
            name, _, value = line.partition("=")
            if name.startswith(section):
                found[name.removeprefix(section)] = str(literal_eval(value))
    return found


def main() -> int:
    """Run uv on this interpreter's environment and give back its exit code."""
    settings = pip_settings()
    environment = {**os.environ, "VIRTUAL_ENV": sys.prefix, "UV_PYTHON": sys.executable, "UV_PYTHON_DOWNLOADS": "never"}
    environment.pop("UV_SYSTEM_PYTHON", None)
    environment.setdefault("UV_INDEX_STRATEGY", "unsafe-best-match")  # every index counts alike, as for pip; hashes guard
    for name, value in settings.items():
        if name in TO_UV:
            variable, between = TO_UV[name]
            environment.setdefault(variable, between.join(value.split()))
    words = [*sys.argv[1:], *(["--no-index"] if settings.get("no-index", "").lower() in {"1", "true", "yes", "on"} else [])]
    return subprocess.run([str(Path(sys.executable).with_name("uv")), *words], env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
