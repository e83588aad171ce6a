"""The keeper of the embedded PostgreSQL: its parent, which stops it when nobody needs it any longer.

Run as a script, with nothing but the standard library: `python keeper.py HOME COMMAND...`. Everybody who needs the server
holds a shared flock on HOME/holders.lock, which the kernel lets go even when they are killed with -9. The keeper holds
keeper.lock while it lives and ready.lock while the server answers: no file of ours can be stale.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

WATCHED = {signal.SIGUSR1, signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP}
LOOK_EVERY = 1.0   # seconds; a holder that leaves properly wakes the keeper at once
STOPS = ((signal.SIGINT, 10), (signal.SIGQUIT, 5), (signal.SIGKILL, 5))  # and how many seconds each is given
STARTS_IN_A_ROW = 5
_PR_SET_PDEATHSIG = 1
Server = subprocess.Popen[bytes]
_libc = ctypes.CDLL(None, use_errno=True)


class Keeper:
    """One server and those who hold it."""

    def __init__(self, home: Path, command: list[str]) -> None:
        self.home, self.command = home, command
        self._holders = os.open(home / "holders.lock", os.O_RDWR | os.O_CREAT, 0o600)
        self._ready = os.open(home / "ready.lock", os.O_RDWR | os.O_CREAT, 0o600)

    def keep(self) -> int:
        """Run the server until nobody holds it, start it again when it dies; the exit code."""
        for attempt in range(STARTS_IN_A_ROW):
            time.sleep(0.2 * attempt)
            _forget_a_dead_server(self.home)
            server = subprocess.Popen(
                self.command, cwd=self.home / "data", stdin=subprocess.DEVNULL,
                preexec_fn=_die_with_keeper,  # noqa: PLW1509 there are no threads here
            )
            if self._attend(server):
                _stop(server)
                return 0
        return 1

    def _attend(self, server: Server) -> bool:
        """True when the server is to be stopped, False when it died before its time."""
        while server.poll() is None:
            is_ready = self._announce(server)
            came = signal.sigtimedwait(WATCHED, LOOK_EVERY if is_ready else 0.02)
            if came and came.si_signo in {signal.SIGTERM, signal.SIGINT}:
                return True
            if _lock(self._holders, fcntl.LOCK_EX | fcntl.LOCK_NB):
                return True  # and whoever comes now waits until this process, and with it the lock, is gone
        fcntl.flock(self._ready, fcntl.LOCK_UN)
        return False

    def _announce(self, server: Server) -> bool:
        lines = _pid_file(self.home)
        is_ready = len(lines) > 7 and lines[0] == str(server.pid) and lines[7].strip() == "ready"
        if is_ready:
            fcntl.flock(self._ready, fcntl.LOCK_EX)
        return is_ready


def _stop(server: Server) -> None:
    for how, patience in STOPS:
        server.send_signal(how)
        try:
            server.wait(patience)
        except subprocess.TimeoutExpired:
            continue
        return


def _die_with_keeper() -> None:
    """In the child: unblock signals; should the keeper be killed with -9, the server gets a fast shutdown."""
    signal.pthread_sigmask(signal.SIG_SETMASK, set())
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGINT, 0, 0, 0)


def _lock(file: int, how: int) -> bool:
    try:
        fcntl.flock(file, how)
    except BlockingIOError:
        return False
    return True


def _pid_file(home: Path) -> list[str]:
    try:
        return (home / "data" / "postmaster.pid").read_text().splitlines()
    except (FileNotFoundError, UnicodeDecodeError):
        return []


def _forget_a_dead_server(home: Path) -> None:
    """Remove the pid file of a killed server, even if its number belongs to another process now; stop a live orphan.

    PostgreSQL itself refuses to start as long as any process has that number.
    """
    lines = _pid_file(home)
    pid = int(lines[0]) if lines and lines[0].isdigit() else 0
    for how, patience in STOPS:
        deadline = time.monotonic() + patience
        if pid and _serves(pid, home):
            os.kill(pid, how)
        while pid and _serves(pid, home) and time.monotonic() < deadline:
            time.sleep(0.05)
    for leftover in (home / "data" / "postmaster.pid", *home.glob(".s.PGSQL.*")):
        leftover.unlink(missing_ok=True)


def _serves(pid: int, home: Path) -> bool:
    try:
        return Path(f"/proc/{pid}/cwd").resolve(strict=True) == (home / "data").resolve() and "postgres" in Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return False


def main() -> int:
    """Keep the server of one directory; a second keeper of the same directory leaves at once."""
    home = Path(sys.argv[1])
    if os.fork():
        os._exit(0)  # nobody's child: whoever started it need not wait for it
    signal.pthread_sigmask(signal.SIG_BLOCK, WATCHED)
    lock = os.open(home / "keeper.lock", os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + 2  # those who only look whether a keeper lives take the lock for a moment
    while not _lock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB):
        if time.monotonic() > deadline:
            return 0
        time.sleep(0.01)
    os.truncate(lock, 0)
    os.write(lock, str(os.getpid()).encode())
    return Keeper(home, sys.argv[2:]).keep()


if __name__ == "__main__":
    sys.exit(main())
