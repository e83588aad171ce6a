"""PostgreSQL refuses to run as root: as whom we run it, and what we do where user namespaces are forbidden."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.operations.installation import Installation

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")

# A user namespace that holds every user and in which no other namespace may be made: root in many a container.
WITHOUT_NAMESPACES = """
import ctypes, os, sys
libc = ctypes.CDLL(None, use_errno=True)
(ready, made), (mapped, go) = os.pipe(), os.pipe()
child = os.fork()
if not child:
    os.write(made, bytes([libc.unshare(0x10000000 | 0x00020000) and 1]))
    os.read(mapped, 1)
    with open("/proc/sys/user/max_user_namespaces", "w") as most:
        most.write("0")
    os.execvp(sys.argv[1], sys.argv[1:])
if os.read(ready, 1) != b"\\0":
    sys.exit(77)
for name in ("uid_map", "gid_map"):
    with open(f"/proc/{child}/{name}", "w") as file:
        file.write("0 0 65536")
os.write(go, b".")
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
ASK = """
import os, psycopg
from pathlib import Path
from azimuth.operations import database, postgres
with postgres.running(), database.connect() as connection:
    home = Path(os.environ["AZIMUTH_DATA"]) / "postgres"
    server = int((home / "data" / "postmaster.pid").read_text().split()[0])
    print(connection.execute("SELECT 6 * 7").fetchone()[0], Path(f"/proc/{server}").stat().st_uid, (home / "data").stat().st_uid)
"""


def ask(installation: Installation, *before: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*before, sys.executable, "-c", ASK], env=installation.environment, capture_output=True, text=True, timeout=90, check=False,
    )


@AS_ROOT
def test_root_runs_it_in_a_namespace_and_keeps_the_files(installation: Installation) -> None:
    done = ask(installation)
    assert done.stdout.split()[::2] == ["42", "0"], done.stderr


@AS_ROOT
def test_root_without_namespaces_runs_it_as_nobody(installation: Installation) -> None:
    installation.data.parent.chmod(0o700)  # as root's home is
    for _ in range(2):  # made, and found again
        done = ask(installation, sys.executable, "-c", WITHOUT_NAMESPACES)
        if done.returncode == 77:
            pytest.skip("this machine allows no user namespace to try it in")
        assert done.stdout.split() == ["42", "65534", "65534"], done.stderr


@AS_ROOT
def test_a_number_without_a_name_may_run_it() -> None:
    somebody = ["setpriv", "--reuid=54321", "--regid=54321", "--clear-groups"]
    # Root's own Python may lie in root's closed home: it starts, for that is still root, and can start nothing itself.
    starts_another = "import subprocess, sys, azimuth.operations; subprocess.run([sys.executable, '-c', ''], check=True)"
    if subprocess.run([*somebody, sys.executable, "-c", starts_another], capture_output=True, check=False).returncode:
        pytest.skip("Python itself is closed to others here")
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        installation = Installation(Path(place) / "data")
        installation.data.mkdir(mode=0o700)
        os.chown(installation.data, 54321, 54321)
        done = ask(installation, *somebody)
        assert done.stdout.split() == ["42", "54321", "54321"], done.stderr
