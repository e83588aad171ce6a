"""The oracle: the same cycle twice, once with Cleo and once with Per as the author of one sheet. Whatever anybody else can fetch,
is sent, or finds in the logs must not differ. Keys, tokens and the (random) order of comments are masked; order has tests of its own."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from azimuth.audit.models import Entry
from azimuth.ballots import vault
from azimuth.notifications.models import Mail, Notice
from azimuth.people.models import Person
from azimuth.reviews import actions
from azimuth.reviews.counting import count
from azimuth.reviews.models import Assignment, Report, ReviewCycle, Subject
from tests.cast import Cast

SignIn = Callable[[Person], Client]
View = dict[str, Counter[str]]

UUID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}")
TOKEN = re.compile(r'(name="csrfmiddlewaretoken" value=|"X-CSRFToken": ?)"[^"]+"')
CLOCK = re.compile(r'(?<!\d)\d\d:\d\d(:\d\d)?(\.\d+)?|data-(idle|whole)="\d+"')  # the two runs are some seconds apart
HREF = re.compile(r'href="(/[^"#]*)"')
NEVER = re.compile(r"/static/|/accounts/|/help/|/gallery/|/competencies/|/questionnaires/|[?&]")  # nothing of a cycle there
MOST = 400  # pages of one watcher; more would mean that the crawl runs in circles

SECRET = "Tells bad news early and plainly."
OTHER = "Should ask before deciding."


def test_nobody_else_can_tell_who_wrote_it(launched: ReviewCycle, cast: Cast, as_person: SignIn, caplog: pytest.LogCaptureFixture) -> None:
    watchers = [cast.ada, cast.bo, cast.eve, cast.iris, cast.jon, cast.finn, Person.objects.get(name="Sol Marin")]
    worlds = []
    for author in ("Cleo Brandt", "Per Holm"):
        with _undone(launched):
            caplog.clear()
            _answer(launched, author, as_person)
            world = {f"open, {who.name}: {path}": page for who in watchers[:3] for path, page in _crawl(as_person(who)).items()}
            _close_count_release(launched, cast)
            world |= {f"released, {who.name}: {path}": page for who in watchers for path, page in _crawl(as_person(who)).items()}
            world |= _written() | {"log": Counter(_masked(record.getMessage()) for record in caplog.records)}
            worlds.append(world)
    one, other = worlds
    assert any(SECRET in fragment for page in one.values() for fragment in page), "the comment is published, else this proves nothing"
    assert any(path.startswith("released, Ada Novak: /reviews/reports/") for path in one)
    assert set(one) == set(other)
    differing = {path: (one[path] - other[path], other[path] - one[path]) for path in one if one[path] != other[path]}
    assert not differing, "\n".join(f"{path}: {fragments}" for path, fragments in list(differing.items())[:20])


def test_the_oracle_sees_a_name(launched: ReviewCycle, cast: Cast, as_person: SignIn) -> None:
    """The control: a rater's own view differs, and the comparison notices."""
    cleo = Person.objects.get(name="Cleo Brandt")
    seen = []
    for author in ("Cleo Brandt", "Per Holm"):
        with _undone(launched):
            _answer(launched, author, as_person)
            seen.append(_crawl(as_person(cleo)))
    assert seen[0] != seen[1]


@contextmanager
def _undone(cycle: ReviewCycle) -> Iterator[None]:
    """What happens inside is taken back, in the database and in the vault. By hand: the count insists on transactions of its own."""
    assert cycle.box
    key, savepoint = vault.read(cycle.box), transaction.savepoint()
    yield
    transaction.savepoint_rollback(savepoint)
    vault.destroy(cycle.box)
    vault.store(cycle.box.pk, key)


def _answer(cycle: ReviewCycle, author: str, as_person: SignIn) -> None:
    """Everybody submits through the pages; `author` writes the secret sheet, the other of the two the plain one."""
    for assignment in Assignment.objects.filter(subject__cycle=cycle).select_related("rater").order_by("rater__name"):
        name = assignment.rater.name
        text = SECRET if name == author else OTHER if name in ("Cleo Brandt", "Per Holm") else f"Word of {name.split()[0]}."
        score = 1 if name == author else 4
        fields = {"seen": "", "submit": "1"}
        for section in cycle.snapshot["sections"]:
            for question in section["questions"]:
                kind = "score" if question["kind"] == "item" else "text"
                fields[f"{kind}-{question['key']}"] = str(score) if kind == "score" else text
        response = as_person(assignment.rater).post(f"/reviews/answer/{assignment.pk}/", fields)
        assert response.status_code == 302, response.content.decode()


def _close_count_release(cycle: ReviewCycle, cast: Cast) -> None:
    at = timezone.now()
    actions.close(cycle, by=cast.eve, at=at)
    count(ReviewCycle.objects.select_related("box", "scope").get(pk=cycle.pk), at=at, step=_silent)
    actions.release(ReviewCycle.objects.get(pk=cycle.pk), subjects=None, by=cast.eve, at=at)


def _crawl(client: Client) -> View:
    """Every page one can reach by links from home, cut at its tags: path without keys -> what stands there, without order."""
    found: View = {}
    waiting, seen = ["/", "/reviews/", "/reviews/cycles/", *_known_paths()], set()
    while waiting:
        path = waiting.pop(0)
        if path in seen or NEVER.search(path):
            continue
        seen.add(path)
        assert len(seen) < MOST, "the crawl does not end"
        response = client.get(path)
        content = response.content.decode(errors="replace") if not response.streaming else ""
        waiting += HREF.findall(content)
        headers = [f"{name}: {value}" for name, value in response.items() if name not in ("Set-Cookie", "Content-Length")]
        fragments = Counter(_masked(part) for part in [str(response.status_code), *headers, *re.split(r"(?=<)", content)])
        found[UUID.sub("<key>", path)] = found.get(UUID.sub("<key>", path), Counter()) + fragments
    return found


def _known_paths() -> Iterator[str]:
    """Addresses somebody may know without a link to them."""
    for subject in Subject.objects.all():
        yield f"/reviews/reports/{subject.pk}/"
        yield f"/reviews/cycles/{subject.cycle_id}/"
        yield f"/reviews/cycles/{subject.cycle_id}/raters/{subject.pk}/"
    for assignment in Assignment.objects.all():
        yield f"/reviews/answer/{assignment.pk}/"


def _written() -> View:
    """What lies in mails, inboxes, the audit log and the report itself."""
    return {
        "mails": Counter(_masked(f"{m.to} {m.subject} {m.text} {m.created_on} {m.sent_on}") for m in Mail.objects.all()),
        "notices": Counter(_masked(f"{n.person} {n.key} {n.title} {n.text} {n.url} {n.told_on} {n.done_on}") for n in Notice.objects.all()),
        "audit": Counter(_masked(f"{e.actor_name} {e.action} {e.object_name} {json.dumps(e.detail, sort_keys=True)}") for e in Entry.objects.all()),
        "reports": Counter(_masked(part) for r in Report.objects.all() for part in _leaves(r.content)),
        "assignments": Counter(_masked(f"{a.rater} {a.group} {a.state} {a.ticket}") for a in Assignment.objects.select_related("rater")),
    }


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, part in value.items():
            yield from (f"{key}: {leaf}" for leaf in _leaves(part))
    elif isinstance(value, list):
        for part in value:
            yield from _leaves(part)
    else:
        yield str(value)


def _masked(text: str) -> str:
    return CLOCK.sub("<clock>", UUID.sub("<key>", TOKEN.sub(r"\1<token>", text))).strip()


def _silent(done: int, total: int, note: str) -> None:
    """Nobody watches."""
