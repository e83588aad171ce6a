"""Reminders against the clock: found, put into words and handed over to a mail server in this very process, all in one run."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.test.utils import override_settings
from django.utils import timezone

from azimuth.jobs.progress import Progress
from azimuth.notifications import tasks
from azimuth.notifications.models import Mail
from azimuth.operations.bench.measuring import Result, seconds
from azimuth.people.models import Person
from azimuth.reviews import actions
from azimuth.reviews.models import ReviewCycle

SECONDS, MAILS = 60.0, 10_000


class _Sink(socketserver.StreamRequestHandler):
    """Takes every mail and counts it; knows just enough SMTP."""

    def handle(self) -> None:
        """One connection, from greeting to good-bye."""
        self._say("220 ready")
        for line in self.rfile:
            word = line[:4].upper()
            if word == b"DATA":
                self._say("354 go on")
                while self.rfile.readline() != b".\r\n":
                    pass
                self.server.taken += 1  # type: ignore[attr-defined]
            if word == b"QUIT":
                self._say("221 bye")
                return
            self._say("250 ok")

    def _say(self, words: str) -> None:
        self.wfile.write(words.encode() + b"\r\n")


@contextmanager
def sink() -> Iterator[socketserver.ThreadingTCPServer]:
    """A mail server on a free port of this machine; `taken` counts."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Sink) as server:
        server.daemon_threads = True
        server.taken = 0  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def reminded(cycle: ReviewCycle, wanted: Callable[[str], bool]) -> Iterator[Result]:
    """Everybody with open forms is nudged, at once."""
    if not wanted("reminders") or cycle.created_by is None:
        return
    Mail.objects.all().delete()
    actions.nudge(cycle, by=cycle.created_by, at=timezone.now())
    with sink() as server, override_settings(SMTP_URL=f"smtp://127.0.0.1:{server.server_address[1]}", QUIET_HOURS=None, QUIET_DAYS=frozenset(), DEMO=False):
        found = seconds(lambda: actions.remind(at=timezone.now()))
        sent = seconds(lambda: tasks.send(Progress()))
        number = server.taken  # type: ignore[attr-defined]
    if number != Mail.objects.filter(state=Mail.State.SENT).count() or not number:
        raise RuntimeError(f"{number} mails were taken, but others are written down as sent.")
    most = SECONDS * max(number / MAILS, 0.1)
    yield Result(f"reminders ({number})", Person.objects.count(), round(found + sent, 2), "s", None, None, None,
                 f"at most {SECONDS:g} s for {MAILS}", found + sent <= most)
