"""`azimuth web` and `azimuth worker`: one kind of process each."""

from __future__ import annotations

import argparse
import contextlib
import functools
import importlib
import os
import signal

from azimuth import environment
from azimuth.operations import assets, postgres, processes


def web(args: argparse.Namespace) -> int:
    """Serve web pages until TERM or INT."""
    port = args.port or environment.number("AZIMUTH_PORT")
    host = environment.text("AZIMUTH_HOST")
    with contextlib.ExitStack() as stack:
        stack.enter_context(postgres.running())
        if not args.port_held:
            port = stack.enter_context(processes.held_port(host, port, or_next=not environment.is_production()))
            print(f"Listening at http://{host}:{port}", flush=True)
        _granian(host, port)
    return 0


def _granian(host: str, port: int) -> None:
    import django
    import granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    django.setup()
    assets.gather()
    importlib.import_module("azimuth.wsgi")  # loaded once, before the server forks: quicker, and memory is shared
    os.register_at_fork(after_in_child=functools.partial(processes.die_with_parent, signal.SIGKILL, parent=os.getpid()))
    server = granian.Granian(
        "azimuth.wsgi:application", address=host, port=port, interface=Interfaces.WSGI, websockets=False,
        workers=environment.number("AZIMUTH_WEB_WORKERS"), blocking_threads=environment.number("AZIMUTH_WEB_THREADS"), blocking_threads_idle_timeout=600,
        log_access=False, log_level=LogLevels.warning, respawn_failed_workers=True,
        respawn_interval=0.5, workers_kill_timeout=5,
    )
    server.serve()


def worker(args: argparse.Namespace) -> int:
    """Do background work until TERM or INT."""
    from azimuth.jobs import worker as jobs

    jobs.run(concurrency=environment.number("AZIMUTH_JOBS"))
    return 0
