"""The oracle on every address there is: each GET of the permission table, by everybody but the two authors, must give the same bytes
whichever of the two wrote the answer. An address that cannot be built fails."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import datetime

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from azimuth.people.models import Person
from azimuth.reviews import actions
from azimuth.reviews.counting import count
from azimuth.reviews.models import Assignment, ReviewCycle, Subject
from tests.attacks.test_oracle import CLOCK, TOKEN, UUID, _silent, _undone, _written
from tests.cast import Cast
from tests.house.permissions import Row, rows
from tests.house.stage import Stage
from tests.house.visits import path_of, visit, words_of
from tests.reviews.test_answer import sheet_of

SignIn = Callable[[Person], Client]
World = dict[str, str]
READABLE = [row for row in rows().values() if "get" in row.cells]
AUTHORS = ("Cleo Brandt", "Per Holm")
LINK = re.compile(r"(?<=/reviews/outside/)[\w-]{20,}")
COUNTED_UP = re.compile(r"(passkeys(?:/|%2F))\d+")  # allauth numbers them, and a number that was rolled back is not given again
SECRET = "Tells bad news early and plainly."
# words of the table that point at something of the cycle: all of them point into the one that was counted
OF_THE_CYCLE = ("cycle_id", "open cycle", "counted cycle")
OF_ADA = ("subject_id", "counted subject", "released subject", "unopened subject", "shared subject")


@pytest.fixture
def launched(launched: ReviewCycle, cast: Cast) -> ReviewCycle:
    """The cycle, about six subjects so that there is something to say of all together."""
    for name in ("Per Holm", "Quim Sala", "Rut Vik", "Sol Marin"):
        actions.add_subject(launched, person=Person.objects.get(name=name), by=cast.eve, at=timezone.now())
    actions.add_subject(launched, person=cast.cleo, by=cast.eve, at=timezone.now())
    return ReviewCycle.objects.select_related("box").get(pk=launched.pk)


@pytest.mark.slow
def test_no_address_tells_who_wrote_it(launched: ReviewCycle, cast: Cast, now: datetime, as_person: SignIn, run_jobs: Callable[..., int]) -> None:
    watchers = {"subject": cast.ada, "lead": cast.bo, "HR partner": cast.eve, "HR administrator": cast.iris, "auditor": cast.jon, "administrator": cast.finn}
    one, other = (_world(launched, author, watchers, cast, now, as_person, run_jobs) for author in AUTHORS)
    reached = {name.split(": ")[1] for name, page in one.items() if page.startswith("200")}
    assert any(SECRET in page for name, page in one.items() if name.startswith("subject: reviews:report")), "the comment is published, else this proves nothing"
    assert {"reviews:report-pdf", "reviews:cohort-pdf", "reviews:cohort", "reviews:guide", "reviews:cycle"} <= reached
    assert any("%PDF" in page for name, page in one.items() if name == "subject: reviews:report-pdf")
    assert set(one) == set(other)
    differing = {name: _difference(one[name], other[name]) for name in one if one[name] != other[name]}
    assert not differing, "\n".join(f"{name}: {lines}" for name, lines in list(differing.items())[:20])


@pytest.mark.slow
def test_the_walk_sees_an_author(launched: ReviewCycle, cast: Cast, now: datetime, as_person: SignIn, run_jobs: Callable[..., int]) -> None:
    """The control: what one of the two authors can fetch while the cycle is open differs."""
    cleo = {"author": cast.cleo}
    one, other = (_world(launched, author, cleo, cast, now, as_person, run_jobs, only="reviews:answer") for author in AUTHORS)
    assert one["author: reviews:answer"] != other["author: reviews:answer"]


def _world(
    cycle: ReviewCycle, author: str, watchers: dict[str, Person], cast: Cast, now: datetime, as_person: SignIn, run_jobs: Callable[..., int], *, only: str = "",
) -> World:
    """Everything the watchers can fetch, and what was written, when `author` wrote the one comment about Ada; `only` one address, while the cycle is open."""
    with _undone(cycle):
        _answer(cycle, author)
        if not only:
            _finish(cycle, cast, as_person, run_jobs)
        stages = _stages(cycle, cast, now)
        found: World = {}
        for who, person in watchers.items():
            client = as_person(person)
            for row in (row for row in READABLE if row.name == (only or row.name)):
                path = path_of(row, _stage_for(row, stages))
                found[f"{who}: {row.name}"] = _plain(visit(client, row, "get", path))
            assert client.get("/").status_code == 200, "still signed in, else the walk saw nothing"
        written = {} if only else _written()
        return found | {what: "\n".join(sorted(map(_masked, parts.elements()))) for what, parts in written.items()}


def _answer(cycle: ReviewCycle, author: str) -> None:
    """Everybody submits; only the author's form about Ada is different: a low score, and the only comment there is."""
    for form in Assignment.objects.filter(subject__cycle=cycle).select_related("subject__cycle__box", "subject__person", "rater").order_by("subject__person__name", "rater__name"):
        assert form.rater is not None
        wrote = form.rater.name == author and form.subject.person.name == "Ada Novak"
        actions.save(form, sheet_of(form, 1 if wrote else 4, SECRET if wrote else ""), seen=None, by=form.rater, at=timezone.now())
        actions.submit([form], by=form.rater, at=timezone.now())


def _finish(cycle: ReviewCycle, cast: Cast, as_person: SignIn, run_jobs: Callable[..., int]) -> None:
    """Closed, counted, released, and both PDFs made."""
    at = timezone.now()
    actions.close(cycle, by=cast.eve, at=at)
    count(ReviewCycle.objects.select_related("box", "scope").get(pk=cycle.pk), at=at, step=_silent)
    actions.release(ReviewCycle.objects.get(pk=cycle.pk), subjects=None, by=cast.eve, at=at)
    as_person(cast.ada).get(f"/reviews/reports/{Subject.objects.get(cycle=cycle, person=cast.ada).pk}/pdf/")
    as_person(cast.eve).get(f"/reviews/cycles/{cycle.pk}/cohort/pdf/")
    run_jobs()


def _stages(cycle: ReviewCycle, cast: Cast, now: datetime) -> dict[str, Stage]:
    """One stage on which everything of a cycle is of the counted one; two more for cycles of their own, with raters from outside and with lists."""
    counted, outside, lists = (Stage(cast, now) for _number in range(3))
    ada = Subject.objects.get(cycle=cycle, person=cast.ada)
    counted._built |= dict.fromkeys(OF_THE_CYCLE, cycle) | dict.fromkeys(OF_ADA, ada)
    form = Assignment.objects.get(subject=ada, rater=cast.cleo)
    counted._built |= dict.fromkeys(("assignment_id", "declined form"), form)
    for stage in (counted, outside, lists):
        stage._built["colleagues"] = "there"
    return {"counted": counted, "outside": outside, "lists": lists}


def _stage_for(row: Row, stages: dict[str, Stage]) -> Stage:
    words = set(words_of(row).values())
    if words & {"outside cycle", "outside form", "external_id", "token"}:
        return stages["outside"]
    return stages["lists"] if words & {"nominating cycle", "list being chosen", "proposed list"} else stages["counted"]


def _plain(response: HttpResponse) -> str:
    """Status, headers and content; pages cut at their tags, without order, archives as what is in them."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    headers = [f"{name}: {value}" for name, value in response.items() if name not in ("Set-Cookie", "Content-Length")]
    return "\n".join([str(response.status_code), *(_masked(header) for header in sorted(headers)), *_parts(content, response.get("Content-Type", ""))])


def _parts(content: bytes, kind: str) -> list[str]:
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return [f"{name}\n{_masked(archive.read(name).decode(errors='replace'))}" for name in archive.namelist()]
    text = content.decode("latin-1" if "html" not in kind else "utf-8")
    return sorted(_masked(part) for part in text.split("<")) if "html" in kind else [_masked(text)]


def _masked(text: str) -> str:
    return CLOCK.sub("<clock>", UUID.sub("<key>", TOKEN.sub(r"\1<token>", COUNTED_UP.sub(r"\1<number>", LINK.sub("<link>", text)))))


def _difference(one: str, other: str) -> list[str]:
    return sorted(set(one.splitlines()) ^ set(other.splitlines()))[:6]
