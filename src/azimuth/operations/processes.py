"""Processes that do not outlive one another, and a port that is ours alone."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
from collections.abc import Iterator

from azimuth.operations.trouble import Trouble

PORTS_TRIED = 50
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent(how: signal.Signals = signal.SIGTERM, *, parent: int | None = None) -> None:
    """Ask the kernel to send this process `how` when its parent is gone, whatever ended it.

    A process that was just forked must name its parent as known before the fork: it may be gone already.
    """
    parent = parent or os.getppid()
    _libc.prctl(_PR_SET_PDEATHSIG, how, 0, 0, 0)
    if os.getppid() != parent:  # it went while we asked
        os.kill(os.getpid(), how)


def unblocked_child() -> None:
    """Between fork and exec: the child hears all signals again, and ends when its parent does."""
    signal.pthread_sigmask(signal.SIG_SETMASK, set())
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


@contextlib.contextmanager
def held_port(host: str, port: int, *, or_next: bool) -> Iterator[int]:
    """Hold a port for the web server: it alone, not a second copy of us, may then listen there.

    The port is bound for us alone and only then opened to sockets that share ports, as the server's processes do; a second
    copy's attempt to bind it alone fails from then on. Raises Trouble when it is taken (with `or_next`: when all are).
    """
    last = port + (PORTS_TRIED if or_next else 1)
    for candidate in range(port, min(last, 65536)):
        with contextlib.ExitStack() as stack:
            try:
                holder = stack.enter_context(_bound(host, candidate))
            except OSError as error:
                if candidate + 1 < last and or_next:
                    continue
                raise Trouble(f"Port {candidate} of {host} cannot be used ({error.strerror}). Set AZIMUTH_PORT to a free port.") from None
            holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
            holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            yield candidate
            return
    raise Trouble(f"No port from {port} on is free. Set AZIMUTH_PORT to a free port.")


def _bound(host: str, port: int) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    holder = socket.socket(family, kind, protocol)
    try:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(address)
    except OSError:
        holder.close()
        raise
    return holder
