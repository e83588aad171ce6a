"""`azimuth up`: database, web and worker under one small supervisor that stops everything, whatever happens."""

from __future__ import annotations

import argparse
import contextlib
import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from azimuth import environment
from azimuth.operations import database, postgres, processes
from azimuth.operations.trouble import Trouble
from azimuth.people import setup_code

WATCHED = {signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP}
PATIENCE = 12.0       # seconds children are given to end by themselves
HEAD_START = 5.0      # seconds the web process has the machine to itself at most: somebody waits for the first page
CRASHES = 5           # so many crashes of one child ...
WITHIN = 60.0         # ... within so many seconds end everything


class Child:
    """One process that is to run all the time."""

    def __init__(self, name: str, words: list[str], settings: dict[str, str]) -> None:
        self.name, self.words, self.settings = name, words, settings
        self.crashes: list[float] = []
        self.starts_at = 0.0
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it in a group of its own, so that Ctrl-C reaches the supervisor alone."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "azimuth", *self.words], env={**os.environ, **self.settings}, stdin=subprocess.DEVNULL,
            start_new_session=True, preexec_fn=processes.unblocked_child,  # noqa: PLW1509 there are no threads here
        )

    def look(self, now: float) -> None:
        """Start it again, after a growing pause, if it has ended; raises Trouble when it does so again and again."""
        if self.process is None:
            if now >= self.starts_at:
                self.start()
        elif (code := self.process.poll()) is not None:
            self.process = None
            self.crashes = [*(moment for moment in self.crashes if moment > now - WITHIN), now]
            if len(self.crashes) >= CRASHES or code == 2:
                raise Trouble(f"The {self.name} process ends again and again (exit code {code}). Its last lines above say why.")
            self.starts_at = now + 0.25 * 2 ** len(self.crashes)
            print(f"azimuth: the {self.name} process ended (exit code {code}); starting it again.", file=sys.stderr, flush=True)

    def stop(self, how: signal.Signals) -> None:
        """Signal it, and with KILL all it has started."""
        if self.process and self.process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                (os.killpg if how == signal.SIGKILL else os.kill)(self.process.pid, how)

    @property
    def is_over(self) -> bool:
        """Whether it does not run."""
        return self.process is None or self.process.poll() is not None


def up(args: argparse.Namespace) -> int:
    """Run everything until TERM, INT or HUP; exit 0 then, 1 when a part of it cannot be kept running."""
    signal.pthread_sigmask(signal.SIG_BLOCK, WATCHED)
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)  # a shell starts what runs in the background deaf to Ctrl-C
    if args.demo:
        os.environ["AZIMUTH_DEMO"] = "yes"
        if environment.refusals():
            raise Trouble(" ".join(environment.refusals()), code=2)
    if args.stop_with_parent:
        processes.die_with_parent()
    with contextlib.ExitStack() as stack:
        host, wanted = environment.text("AZIMUTH_HOST"), args.port or environment.number("AZIMUTH_PORT")
        port = stack.enter_context(processes.held_port(host, wanted, or_next=not environment.is_production()))
        if port != wanted:
            print(f"Port {wanted} is taken by another program; this copy uses {port}.", flush=True)
        stack.enter_context(postgres.running())
        with _interruptible():
            _make_ready(demo=args.demo)
        url = f"http://{f'[{host}]' if ':' in host else host}:{port}"
        settings = {"AZIMUTH_PORT": str(port)}
        children = [Child("web", ["web", "--port", str(port), "--port-held"], settings), Child("worker", ["worker"], settings)]
        return Supervisor(children, url, (host, port), stop_with_parent=args.stop_with_parent, code=_unclaimed_code()).run()


class Supervisor:
    """Keeps the children running and the database under them; ends all of it at a signal."""

    def __init__(self, children: list[Child], url: str, address: tuple[str, int], *, stop_with_parent: bool, code: str = "") -> None:
        self.children, self.url, self.address, self.code = children, url, address, code
        self.parent = os.getppid() if stop_with_parent else 0
        self.is_announced = False
        self.began = time.monotonic()

    def run(self) -> int:
        """Until a signal; always leaves no process behind."""
        try:
            while True:
                came = signal.sigtimedwait(WATCHED, 1.0 if self.is_announced else 0.05)
                if (came and came.si_signo != signal.SIGCHLD) or self._is_parent_stopping():
                    print("azimuth: stopping.", file=sys.stderr, flush=True)
                    return 0
                self._look()
        finally:
            self._stop()

    def _look(self) -> None:
        if not environment.text("DATABASE_URL"):
            postgres.ensure(environment.data_directory() / "postgres")
        web, *others = self.children
        web.look(time.monotonic())
        if not self.is_announced and _answers(*self.address):
            self.is_announced = True
            print(f"Azimuth is ready: {self.url}", flush=True)
            if self.code:
                print(f"It is new: open {self.url}/welcome/ and become its first administrator. Set-up code: {self.code}", flush=True)
        if self.is_announced or time.monotonic() > self.began + HEAD_START:
            for child in others:
                child.look(time.monotonic())

    def _stop(self) -> None:
        for child in self.children:
            child.stop(signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and not all(child.is_over for child in self.children):
            signal.sigtimedwait({signal.SIGCHLD}, 0.1)
        for child in self.children:
            child.stop(signal.SIGKILL)

    def _is_parent_stopping(self) -> bool:
        """Whether make, which started us, was itself asked to stop: it then waits for us without telling us.

        While a process handles an interrupt the kernel blocks that signal for it, and /proc shows which are blocked.
        """
        if not self.parent:
            return False
        with contextlib.suppress(OSError, ValueError):
            for line in Path(f"/proc/{self.parent}/status").read_text().splitlines():
                if line.startswith("SigBlk:"):
                    return bool(int(line.split()[1], 16) & 1 << (signal.SIGINT - 1))
        return False


def _make_ready(*, demo: bool) -> None:
    """A database of this version, with the demo company in it when that is wanted; each in a process of its own."""
    import psycopg

    try:
        with database.connect() as connection:
            is_current = database.is_current(connection)
            has_people = is_current and connection.execute("SELECT 1 FROM people_person LIMIT 1").fetchone()
    except psycopg.OperationalError as error:
        raise Trouble(f"The database does not answer: {str(error).strip()} Look at DATABASE_URL.") from None
    if not is_current:
        _run("migrate")
    if demo and not has_people and (Path(__file__).parent / "commands" / "demo.py").exists():
        _run("demo")


def _unclaimed_code() -> str:
    """The set-up code of an installation nobody administers yet, else nothing."""
    with database.connect() as connection:
        claimed = connection.execute("SELECT 1 FROM people_grant JOIN people_account USING (person_id) LIMIT 1").fetchone()
    return "" if claimed else setup_code.code_in(environment.data_directory())


def _run(command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "azimuth", command], stdin=subprocess.DEVNULL, check=False,
        preexec_fn=processes.unblocked_child,
    )
    if done.returncode:
        raise Trouble(f"`azimuth {command}` did not work; its lines above say why.")


@contextlib.contextmanager
def _interruptible() -> Iterator[None]:
    """While children set things up, a signal ends us at once: they end with us."""
    before = {number: signal.signal(number, _leave) for number in WATCHED - {signal.SIGCHLD}}
    signal.pthread_sigmask(signal.SIG_UNBLOCK, WATCHED - {signal.SIGCHLD})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_BLOCK, WATCHED)
        for number, handler in before.items():
            signal.signal(number, handler)


def _leave(number: int, frame: object) -> None:
    sys.exit(0)


def _answers(host: str, port: int) -> bool:
    """Whether the first page answers, asked for under the name people use."""
    connection = http.client.HTTPConnection({"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host), port, timeout=10)  # noqa: S104
    name = (environment.words("AZIMUTH_ALLOWED_HOSTS") or ["127.0.0.1"])[0].lstrip(".")
    try:
        for page in ("/healthz", "/accounts/login/"):
            connection.request("GET", page, headers={"Host": name})
            response = connection.getresponse()
            response.read()
    except OSError:
        return False
    finally:
        connection.close()
    return response.status < 500
