"""The embedded server: where it lies, who may enter, and that it is left as it was found, whoever is killed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import psycopg
import pytest

from azimuth.operations import postgres
from azimuth.operations.trouble import Trouble
from tests.operations.installation import Installation, line_with, wait_until

HOLD = """
import sys
from azimuth.operations import postgres
with postgres.running():
    print("holding", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def home(installation: Installation) -> Path:
    """The server's directory."""
    return installation.data / "postgres"


def connect(data: Path) -> psycopg.Connection[tuple[object, ...]]:
    where = postgres.connection_settings(data)
    return psycopg.connect(host=where["HOST"], port=where["PORT"], user=where["USER"], password=where["PASSWORD"], dbname=where["NAME"])


def ask(data: Path, query: str) -> tuple[object, ...] | None:
    with connect(data) as connection:
        return connection.execute(query).fetchone()


def holder(installation: Installation) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD], env=installation.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True,
    )
    line_with(process, "holding")
    return process


def end(process: subprocess.Popen[str], how: signal.Signals | None = None) -> None:
    if how:
        process.send_signal(how)
    process.communicate()


def postmaster(home: Path) -> int:
    return int((home / "data" / "postmaster.pid").read_text().split()[0])


def test_it_is_private_durable_and_no_superuser_is_used(installation: Installation, home: Path) -> None:
    with postgres.running(installation.data):
        assert ask(installation.data, "SELECT current_setting('data_checksums'), current_setting('fsync'), current_setting('synchronous_commit')") == ("on", "on", "on")
        assert ask(installation.data, "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user") == (False, False, True, False)
        assert ask(installation.data, "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'azimuth'") == ("azimuth",)
        assert ask(installation.data, "SELECT current_setting('listen_addresses')") == ("",)
        rules = (home / "data" / "pg_hba.conf").read_text()
    assert "trust" not in [word for line in rules.splitlines() if not line.startswith("#") for word in line.split()]
    for directory in (installation.data, home, home / "data"):
        assert directory.stat().st_mode & 0o777 == 0o700, directory
    assert (home / "server.json").stat().st_mode & 0o777 == 0o600


def test_a_wrong_password_is_refused(installation: Installation) -> None:
    with postgres.running(installation.data):
        where = postgres.connection_settings(installation.data)
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(host=where["HOST"], port=where["PORT"], user="azimuth", password="wrong", dbname="azimuth")


def test_the_last_to_leave_stops_it(installation: Installation, home: Path) -> None:
    first, second = holder(installation), holder(installation)
    pid = postmaster(home)
    end(first)
    assert ask(installation.data, "SELECT 1") == (1,)
    assert postmaster(home) == pid
    end(second)
    assert not installation.processes()


def test_many_at_once_start_one(installation: Installation) -> None:
    started = threading.Barrier(5)

    def hold() -> None:
        with postgres.running(installation.data):
            started.wait(60)
            if len(installation.processes("keeper.py")) > 1:
                faults.append("two keepers")

    faults: list[str] = []
    threads = [threading.Thread(target=hold) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_command_leaves_no_server(installation: Installation, how: signal.Signals) -> None:
    process = holder(installation)
    end(process, how)
    wait_until(lambda: not installation.processes(), "the server has stopped")


def test_a_killed_keeper_takes_the_server_along_and_the_next_command_starts_it(installation: Installation, home: Path) -> None:
    process = holder(installation)
    os.kill(int((home / "keeper.lock").read_text()), signal.SIGKILL)
    wait_until(lambda: not installation.processes("postgres -D"), "the server has stopped")
    with postgres.running(installation.data):
        assert ask(installation.data, "SELECT 1") == (1,)
    end(process)


def test_a_killed_server_comes_back(installation: Installation, home: Path) -> None:
    process = holder(installation)
    with connect(installation.data) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS seven")
    pid = postmaster(home)
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: (home / "data" / "postmaster.pid").exists() and postmaster(home) != pid, "another server runs")
    with postgres.running(installation.data):
        wait_until(lambda: not _refuses(installation), "it answers")
        assert ask(installation.data, "SELECT seven FROM kept") == (7,)
    end(process)


def _refuses(installation: Installation) -> bool:
    try:
        connect(installation.data).close()
    except psycopg.OperationalError:
        return True
    return False


def test_a_stale_pid_file_is_no_obstacle(installation: Installation, home: Path) -> None:
    with postgres.running(installation.data):
        pass
    for pid in (os.getpid(), 1, 4_000_000):  # a living process, the first of all, none
        (home / "data" / "postmaster.pid").write_text(f"{pid}\n{home}/data\n1\n5432\n{home}\n\n 1 1\nready\n")
        (home / ".s.PGSQL.5432.lock").write_text(f"{pid}\n")
        with postgres.running(installation.data):
            assert ask(installation.data, "SELECT 1") == (1,)


def test_all_killed_at_once_and_started_again(installation: Installation, home: Path) -> None:
    process = holder(installation)
    with connect(installation.data) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS seven")
    for pid in (int((home / "keeper.lock").read_text()), postmaster(home), process.pid):
        os.kill(pid, signal.SIGKILL)
    end(process)
    with postgres.running(installation.data):
        assert ask(installation.data, "SELECT seven FROM kept") == (7,)


def test_a_path_too_long_for_a_socket_means_a_local_port(tmp_path: Path) -> None:
    installation = Installation(tmp_path / ("long " * 20) / "data")
    with postgres.running(installation.data):
        where = postgres.connection_settings(installation.data)
        assert where["HOST"] == "127.0.0.1"
        assert ask(installation.data, "SELECT current_setting('listen_addresses')") == ("127.0.0.1",)
        assert not list((installation.data / "postgres").glob(".s.PGSQL.*"))
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(host="127.0.0.1", port=where["PORT"], user="postgres", password="wrong", dbname="azimuth")
    with socket.socket() as taken:  # the port it had belongs to somebody else now
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", int(str(where["PORT"]))))
        taken.listen()
        with postgres.running(installation.data):
            assert postgres.connection_settings(installation.data)["PORT"] != where["PORT"]
            assert ask(installation.data, "SELECT 1") == (1,)
    assert not installation.processes()


def test_two_installations_run_side_by_side(installation: Installation, tmp_path: Path) -> None:
    with postgres.running(installation.data), postgres.running(tmp_path / "our data" / "second"):
        assert ask(installation.data, "SELECT 1") == ask(tmp_path / "our data" / "second", "SELECT 1")


def test_a_server_that_cannot_start_says_why(installation: Installation, home: Path) -> None:
    with postgres.running(installation.data):
        pass
    (home / "data" / "postgresql.conf").write_text("no_such_setting = 1\n")
    with pytest.raises(Trouble, match="no_such_setting"), postgres.running(installation.data):
        pass
    assert not installation.processes()


def test_a_killed_set_up_is_begun_anew(installation: Installation, home: Path) -> None:
    (home / "data.new").mkdir(parents=True)
    (home / "data.new" / "PG_VERSION").write_text("18")
    with postgres.running(installation.data):
        assert ask(installation.data, "SELECT 1") == (1,)


def test_with_a_database_url_nothing_is_started(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://somebody@db.example.com/azimuth")
    monkeypatch.setenv("AZIMUTH_DATA", str(installation.data))
    with postgres.running():
        assert not installation.data.exists()
