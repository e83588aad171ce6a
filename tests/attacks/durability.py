"""Fifty raters submit at once while web, worker and database are killed with -9 again and again; run as a process of its own.

Prints {"forms", "acknowledged", "kills", "lost", "refused"} after the count. With `off` the database is told not to wait for its
disk before it says that something is saved: the control, which must lose some.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

os.environ["DJANGO_SETTINGS_MODULE"] = "azimuth.settings"
RATERS, ABOUT = 50, 6
TOKEN = "a" * 32
SEEN = re.compile(r'name="seen" value="(\d+)"')


@dataclass
class Form:
    """One form of one rater: what is written into it, and whether the server said that it is submitted."""

    url: str
    session: str
    fields: dict[str, str]
    text: str
    is_acknowledged: bool = False


@dataclass
class Field:
    """Everything the threads share."""

    port: int
    forms: list[list[Form]]

    @property
    def share(self) -> float:
        """How many of all forms are acknowledged."""
        every = [form.is_acknowledged for mine in self.forms for form in mine]
        return sum(every) / len(every)


def main(synchronous: str, kills: int) -> None:
    """The whole run."""
    from azimuth.operations import postgres

    with postgres.running():
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0, interactive=False)
        cycle = establish(synchronous)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        run = Field(port, forms_of(cycle))
        suffer(run, kills)
        print(json.dumps({"forms": sum(map(len, run.forms)), "kills": kills, **reckon(cycle, run)}))


def establish(synchronous: str) -> Any:
    """A company of sixty, and a cycle in which everybody rates: the first eight are the subjects, all others their peers."""
    from django.db import connection
    from django.utils import timezone

    from azimuth.operations.simulation import establishing, world
    from azimuth.people.models import Account, Person
    from azimuth.reviews import actions
    from azimuth.reviews.models import Nomination, ReviewCycle, Subject
    from azimuth.reviews.models.cycles import sizes

    at = timezone.now()
    establishing.establish(world.make(RATERS + ABOUT + 2, seed=1), at)
    head = Person.objects.earliest("employee_id")
    draft = establishing.draft_about_everybody(head, at, limit=ABOUT)
    actions.update(draft, seen=draft.version, by=head, at=at, groups=["peer"], sizes=sizes(30, 30), minimum=3, comment_minimum=3)
    subjects = list(Subject.objects.filter(cycle=draft).select_related("person"))
    raters = list(Person.objects.exclude(pk__in=[s.person_id for s in subjects]).exclude(account=None)[:RATERS])
    Nomination.objects.bulk_create(
        Nomination(subject=subject, rater=rater, group="peer", is_added=True, proposed_on=at.date()) for subject in subjects for rater in raters
    )
    fresh = ReviewCycle.objects.get(pk=draft.pk)
    actions.launch(fresh, seen=fresh.version, by=head, at=at)
    actions.carry_out_launch(fresh, at=at, step=lambda done, total, note: None)
    with connection.cursor() as cursor:
        cursor.execute(f"alter database {connection.settings_dict['NAME']} set synchronous_commit = {synchronous}")
    assert Account.objects.count() >= RATERS
    return ReviewCycle.objects.select_related("box", "scope").get(pk=fresh.pk)


def forms_of(cycle: Any) -> list[list[Form]]:
    """Each rater's forms, with a session to open them and a text nobody else writes."""
    from django.test import Client

    from azimuth.questionnaires import queries as questionnaires
    from azimuth.reviews.models import Assignment

    asked = [question for section in questionnaires.form_for(cycle.snapshot, "peer") for question in section.questions]
    prompt = next(question for question in asked if not question.is_item)
    forms: dict[Any, list[Form]] = {}
    sessions: dict[Any, str] = {}
    for number, row in enumerate(Assignment.objects.filter(subject__cycle=cycle, group="peer").select_related("rater__account")):
        if row.rater_id not in sessions:
            client = Client()
            client.force_login(row.rater.account)
            sessions[row.rater_id] = client.cookies["sessionid"].value
        text = f"witness-{number:05d}"
        fields = {question.field: "4" for question in asked if question.is_item} | {prompt.field: text, "seen": "", "submit": "1"}
        forms.setdefault(row.rater_id, []).append(Form(f"/reviews/answer/{row.pk}/", sessions[row.rater_id], fields, text))
    return list(forms.values())


# ---- fifty raters


def rate(run: Field, mine: list[Form]) -> None:
    """Submit one form after the other, as a browser would: again when nobody answers, with what is stored when told so."""
    for form in mine:
        while not form.is_acknowledged:
            with contextlib.suppress(OSError, http.client.HTTPException):
                form.is_acknowledged = submitted(run.port, form)
            if not form.is_acknowledged:
                time.sleep(0.05)


def submitted(port: int, form: Form) -> bool:
    """Send it once; True only when the server says that it is submitted."""
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.request("POST", form.url, urlencode({**form.fields, "csrfmiddlewaretoken": TOKEN}), {
            "Content-Type": "application/x-www-form-urlencoded", "Cookie": f"sessionid={form.session}; csrftoken={TOKEN}",
            "Sec-Fetch-Site": "same-origin", "Origin": f"http://127.0.0.1:{port}",
        })
        answer = connection.getresponse()
        body = answer.read().decode(errors="replace")
    if answer.status == 302 and "/accounts/" not in str(answer.headers.get("Location")):
        return True
    seen = SEEN.search(body)
    if answer.status == 409 and seen:
        form.fields["seen"] = seen[1]
    return False


# ---- one kill after the other


@contextlib.contextmanager
def kept_running(port: int) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    """Web and worker, started again by whoever finds them dead."""
    words = {"web": ["web", "--port", str(port)], "worker": ["worker"]}
    running = {name: start(line) for name, line in words.items()}
    over = threading.Event()

    def keep() -> None:
        while not over.wait(0.05):
            for name, process in list(running.items()):
                if process.poll() is not None:
                    running[name] = start(words[name])

    keeper = threading.Thread(target=keep, daemon=True)
    keeper.start()
    try:
        yield running
    finally:
        over.set()
        keeper.join()
        for process in running.values():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def start(words: list[str]) -> subprocess.Popen[bytes]:
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen([sys.executable, "-m", "azimuth", *words], start_new_session=True, **quiet)  # type: ignore[call-overload,no-any-return]


def suffer(run: Field, kills: int) -> None:
    """Let everybody submit while the processes die."""
    from azimuth import environment
    from azimuth.operations import postgres

    chance, home = random.Random(7), environment.data_directory() / "postgres"
    with kept_running(run.port) as running:
        wait_for(run.port)
        raters = [threading.Thread(target=rate, args=(run, mine)) for mine in run.forms]
        for rater in raters:
            rater.start()
        for kill in range(kills):
            until(lambda at=kill: run.share >= (at + 0.5) / (kills + 1))  # type: ignore[misc]  spread over the whole of it
            time.sleep(chance.uniform(0, 0.2))
            victim = ("database", "web", "database", "worker")[kill % 4]
            if victim == "database":
                with contextlib.suppress(OSError, ValueError):
                    os.kill(int((home / "data" / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
            else:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(running[victim].pid, signal.SIGKILL)
            until(lambda: postgres.ensure(home) or True)
            if victim == "web":
                wait_for(run.port)
        for rater in raters:
            rater.join()


def wait_for(port: int) -> None:
    """Until the web answers again."""

    def answers() -> bool:
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200

    until(answers)


def until(is_so: Any) -> None:
    deadline = time.monotonic() + 60
    while True:
        with contextlib.suppress(Exception):
            if is_so():
                return
        if time.monotonic() > deadline:
            raise TimeoutError(is_so)
        time.sleep(0.05)


# ---- the reckoning


def reckon(cycle: Any, run: Field) -> dict[str, int]:
    """Close, count, and look for every text the server said was submitted."""
    from django.db import connection
    from django.utils import timezone

    from azimuth.ballots.models import CountedAnswer
    from azimuth.reviews import actions, counting
    from azimuth.reviews.models import ReviewCycle

    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("set synchronous_commit = on")
    at = timezone.now()
    actions.close(ReviewCycle.objects.get(pk=cycle.pk), by=None, at=at)
    counting.count(ReviewCycle.objects.select_related("box", "scope").get(pk=cycle.pk), at=at, step=lambda done, total, note: None)
    counted = set(CountedAnswer.objects.filter(box=cycle.box).exclude(text="").values_list("text", flat=True))
    acknowledged = [form for mine in run.forms for form in mine if form.is_acknowledged]
    return {"acknowledged": len(acknowledged), "lost": sum(form.text not in counted for form in acknowledged)}


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))
    main(sys.argv[1], int(sys.argv[2]))
