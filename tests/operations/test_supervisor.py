"""`azimuth up`: everything runs, and nothing is left, whoever is asked to stop or killed."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
from contextlib import closing

import pytest

from tests.operations.installation import Installation, line_with, wait_until

READY = "Azimuth is ready: "


def address(process: subprocess.Popen[str]) -> tuple[str, int]:
    host, port = line_with(process, READY).removeprefix(READY).removeprefix("http://").split(":")
    return host, int(port)


def get(where: tuple[str, int], path: str) -> int:
    with closing(http.client.HTTPConnection(*where, timeout=30)) as connection:
        connection.request("GET", path)
        return connection.getresponse().status


def a_free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_stops_everything(migrated: Installation, how: signal.Signals) -> None:
    with migrated.started("up", AZIMUTH_PORT=a_free_port()) as process:
        where = address(process)
        assert get(where, "/healthz") == 200
        wait_until(lambda: get(where, "/readyz") == 200, "database, migrations and worker are well")
        process.send_signal(how)
        assert process.wait(30) == 0
    assert not migrated.processes()


def test_killed_with_9_it_leaves_no_orphan(migrated: Installation) -> None:
    with migrated.started("up", AZIMUTH_PORT=a_free_port()) as process:
        address(process)
        wait_until(lambda: migrated.processes("azimuth worker"), "the worker runs")
        process.kill()
    wait_until(lambda: not migrated.processes(), "everything has ended")


def test_a_child_that_dies_is_started_again(migrated: Installation) -> None:
    with migrated.started("up", AZIMUTH_PORT=a_free_port()) as process:
        where = address(process)
        wait_until(lambda: migrated.processes("azimuth worker"), "the worker runs")
        for name in ("azimuth worker", "azimuth web"):
            before = set(migrated.processes(name))
            for pid in before:
                os.kill(pid, signal.SIGKILL)
            line_with(process, "starting it again")
            wait_until(lambda name=name, before=before: set(migrated.processes(name)) - before, "another one runs")
        wait_until(lambda: _is_up(where), "pages are served again")
        process.terminate()
        assert process.wait(30) == 0


def test_a_web_process_that_is_killed_leaves_no_forked_one(migrated: Installation) -> None:
    with migrated.started("web", "--port", a_free_port()) as process:
        line_with(process, "Listening")
        wait_until(lambda: len(migrated.processes("azimuth web")) > 2, "the server has forked")
        process.kill()
    wait_until(lambda: not migrated.processes(), "everything has ended")


def test_a_killed_database_server_comes_back(migrated: Installation) -> None:
    with migrated.started("up", AZIMUTH_PORT=a_free_port()) as process:
        where = address(process)
        wait_until(lambda: get(where, "/readyz") == 200, "all is well")
        keeper = migrated.data / "postgres" / "keeper.lock"
        killed = keeper.read_text()
        os.kill(int(killed), signal.SIGKILL)
        wait_until(lambda: keeper.read_text() not in {"", killed}, "another keeper is there")
        wait_until(lambda: get(where, "/readyz") == 200, "all is well again")
        process.terminate()
        assert process.wait(30) == 0


def test_a_child_that_cannot_run_ends_everything_clearly(migrated: Installation) -> None:
    with migrated.started("up", AZIMUTH_PORT=a_free_port(), DJANGO_SETTINGS_MODULE="nowhere") as process:
        said = process.communicate(timeout=60)[0]
        assert process.returncode == 1, said
        assert "ends again and again" in said
    assert not migrated.processes()


def test_beside_another_copy_the_next_port_is_used(migrated: Installation) -> None:
    port = a_free_port()
    with migrated.started("up", AZIMUTH_PORT=port) as first:
        one = address(first)
        with migrated.started("up", AZIMUTH_PORT=port) as second:
            said = line_with(second, "is taken")
            other = address(second)
            assert other != one
            assert str(other[1]) in said
            second.terminate()
            second.wait(30)
        assert get(one, "/healthz") == 200  # the database stayed with the first
        first.terminate()
        assert first.wait(30) == 0


def test_in_production_a_taken_port_is_an_error(migrated: Installation) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = migrated.run(
            "up", "--port", str(taken.getsockname()[1]), AZIMUTH_ENV="production", AZIMUTH_SECRET_KEY="abcdefghijklm" * 5,
            AZIMUTH_ALLOWED_HOSTS="azimuth.example.com",
        )
    assert done.returncode == 1
    assert "AZIMUTH_PORT" in done.stderr


def _is_up(where: tuple[str, int]) -> bool:
    try:
        return get(where, "/healthz") == 200
    except OSError:
        return False
