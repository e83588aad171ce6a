"""A working day at a steady rate: the real server processes, asked over HTTP by people who are signed in, open loop.

A request's time runs from the moment it was due, not from when somebody was free to send it: a server that falls behind is seen
to fall behind.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import random
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import quote, urlencode

from django.db import connection
from django.test import Client
from django.urls import reverse

from azimuth.operations.bench.measuring import Result
from azimuth.operations.trouble import Trouble
from azimuth.people.models import Person
from azimuth.questionnaires import queries as questionnaires
from azimuth.reviews.models import Assignment, ReviewCycle, Subject

RATE, P95_MS = 50, 300.0
Thing = TypeVar("Thing")
VISITORS, SENDERS, PATIENCE = 300, 48, 30
TOKEN = "a" * 32  # the same in cookie and form: what a browser sends
MIX = {"home": 22, "directory": 8, "search": 5, "person": 12, "chart": 5, "cycle": 4, "report": 6, "form": 13, "autosave": 20, "submit": 5}


@dataclass
class Form:
    """One form somebody fills in: its address, what is written so far, and the version that was saved last."""

    url: str
    session: str
    fields: dict[str, str]
    seen: str = ""


@dataclass
class Field:
    """All there is to visit. A form is taken by one sender at a time."""

    port: int
    sessions: list[str]
    people: list[str]
    head: str
    cycle: str
    reports: list[tuple[str, str]]
    forms: list[Form]
    lock: threading.Lock = field(default_factory=threading.Lock)

    @contextlib.contextmanager
    def form(self, *, for_good: bool = False) -> Iterator[Form]:
        """A form nobody else is at; `for_good` when it is submitted."""
        with self.lock:
            mine = self.forms.pop(0)
        try:
            yield mine
        finally:
            if not for_good:
                with self.lock:
                    self.forms.append(mine)


def measure(cycle: ReviewCycle, read: ReviewCycle, wanted: Callable[[str], bool], *, seconds: int) -> Iterator[Result]:
    """`cycle` is open and being answered, `read` is released; both over one organisation in the default database."""
    name = f"{RATE} requests a second for {seconds} s"
    if not wanted(name):
        return
    with _server() as port:
        found = _field(port, cycle, read)
        taken, faults = _visited(found, seconds)
    people = Person.objects.count()
    p95 = statistics.quantiles(taken, n=20)[-1]
    wrong = ", ".join(f"{number} x {fault}" for fault, number in sorted(faults.items()))
    yield Result(f"{name}: median", people, round(statistics.median(taken), 1), "ms", None, None, None, "reported", met=True)
    yield Result(f"{name}: 95th percentile{wrong and ' (' + wrong + ')'}", people, round(p95, 1), "ms", None, None, None,
                 f"below {P95_MS:g} ms, no error", p95 < P95_MS and not faults)


@contextlib.contextmanager
def _server() -> Iterator[int]:
    """The web processes over the database that is now the default one."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = [sys.executable, "-m", "azimuth", "web", "--port", str(port)]
    process = subprocess.Popen(words, env={**os.environ, "DATABASE_URL": _address()}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _await(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _address() -> str:
    """The default database as DATABASE_URL names it."""
    where = connection.settings_dict
    user = f"{quote(where['USER'], safe='')}:{quote(where['PASSWORD'], safe='')}"
    return f"postgresql://{user}@{quote(str(where['HOST']), safe='')}:{where['PORT']}/{where['NAME']}"


def _await(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError):
            if _asked(port, "GET", "/healthz", "")[0] == 200:
                return
        time.sleep(0.1)
    raise Trouble("The web server for the bench did not start.")


def _field(port: int, cycle: ReviewCycle, read: ReviewCycle) -> Field:
    draw = random.Random(1)  # noqa: S311  the same visits every time
    head = cycle.created_by or Person.objects.earliest("employee_id")
    rows = list(Assignment.objects.filter(subject__cycle=cycle, group="peer", state="waiting").select_related("rater__account")[: 20 * VISITORS])
    sessions: dict[object, str] = {}
    forms = []
    for row in rows:
        if row.rater is None or row.rater.account is None or (row.rater_id not in sessions and len(sessions) >= VISITORS):
            continue
        sessions.setdefault(row.rater_id, _signed_in(row.rater))
        fields = {question.field: "4" for section in questionnaires.form_for(cycle.snapshot, row.group) for question in section.questions if question.is_item}
        forms.append(Form(reverse("reviews:answer", args=[row.pk]), sessions[row.rater_id], fields))
    draw.shuffle(forms)
    people = [str(key) for key in Person.objects.values_list("pk", flat=True)[:5000]]
    subjects = Subject.objects.filter(cycle=read).exclude(released_on=None).select_related("person__account")
    reports = [(reverse("reviews:report", args=[subject.pk]), _signed_in(subject.person)) for subject in subjects]
    return Field(port, list(sessions.values()), people, _signed_in(head), reverse("reviews:cycle", args=[cycle.pk]), reports, forms)


def _signed_in(who: Person) -> str:
    client = Client()
    client.force_login(who.account)
    return str(client.cookies["sessionid"].value)


def _visited(found: Field, seconds: int) -> tuple[list[float], Counter[str]]:
    """Send what is due when it is due; milliseconds of each, and what went wrong how often."""
    draw, taken, faults = random.Random(2), list[float](), Counter[str]()  # noqa: S311
    deeds = draw.choices(list(MIX), weights=list(MIX.values()), k=RATE * seconds)

    def send(due: float, deed: str, chance: float) -> None:
        try:
            status = DEEDS[deed](found, chance)
            fault = "" if status in {200, 302} else f"{deed}: {status}"
        except (OSError, http.client.HTTPException) as error:
            fault = f"{deed}: {type(error).__name__}"
        taken.append(1000 * (time.perf_counter() - due))
        if fault:
            faults[fault] += 1

    with ThreadPoolExecutor(SENDERS) as senders:
        begun = time.perf_counter() + 0.1
        for number, deed in enumerate(deeds):
            due = begun + number / RATE
            time.sleep(max(0.0, due - time.perf_counter()))
            senders.submit(send, due, deed, draw.random())
    return taken, faults


def _at(things: list[Thing], chance: float) -> Thing:
    return things[int(chance * len(things))]


def _open(url: str, found: Field, session: str) -> int:
    return _asked(found.port, "GET", url, session)[0]


def _look(url: str) -> Callable[[Field, float], int]:
    return lambda found, chance: _open(url, found, _at(found.sessions, chance))


def _person(found: Field, chance: float) -> int:
    return _open(f"/people/{_at(found.people, chance)}/", found, _at(found.sessions, chance * 97 % 1))  # by many: one account may open so many a day


def _report(found: Field, chance: float) -> int:
    url, session = _at(found.reports, chance)
    return _open(url, found, session)


def _form(found: Field, _chance: float) -> int:
    with found.form() as form:
        return _open(form.url, found, form.session)


def _autosave(found: Field, _chance: float) -> int:
    with found.form() as form:
        status, body = _asked(found.port, "POST", form.url, form.session, {**form.fields, "seen": form.seen}, {"X-Autosave": "1"})
        if status == 200:
            form.seen = str(json.loads(body)["version"])
        return status


def _submit(found: Field, _chance: float) -> int:
    with found.form(for_good=True) as form:
        return _asked(found.port, "POST", form.url, form.session, {**form.fields, "seen": form.seen, "submit": "1"})[0]


DEEDS: dict[str, Callable[[Field, float], int]] = {
    "home": _look("/"), "directory": _look("/people/"), "search": _look("/people/?q=head"), "chart": _look("/people/chart/"), "person": _person,
    "cycle": lambda found, _chance: _open(found.cycle, found, found.head), "report": _report, "form": _form, "autosave": _autosave, "submit": _submit,
}


def _asked(
    port: int, method: str, url: str, session: str, fields: dict[str, str] | None = None, headers: dict[str, str] | None = None
) -> tuple[int, bytes]:
    body = urlencode({**fields, "csrfmiddlewaretoken": TOKEN}) if fields else None
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as wire:
        wire.request(method, url, body, {
            "Cookie": f"sessionid={session}; csrftoken={TOKEN}", "Content-Type": "application/x-www-form-urlencoded",
            "Sec-Fetch-Site": "same-origin", "Origin": f"http://127.0.0.1:{port}", **(headers or {}),
        })
        answer = wire.getresponse()
        return answer.status, answer.read()
