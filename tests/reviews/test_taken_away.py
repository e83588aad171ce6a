"""What leaves the house, file by file: exports and PDFs hold what the page shows and nothing besides (abuse A03, A10, A11, A54)."""

from __future__ import annotations

import io
import re
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from django.http import HttpResponse
from django.test import Client
from pypdf import PdfReader

from azimuth.ballots.sheets import TEXT_LIMIT
from azimuth.people.models import Person
from azimuth.reviews import actions, printing
from azimuth.reviews.models import Assignment, ReviewCycle, Subject
from tests.cast import Cast
from tests.reviews.test_answer import sheet_of
from tests.reviews.test_count import count
from tests.reviews.test_launch import quiet

SignIn = Callable[[Person], Client]
UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")


@pytest.fixture
def running(draft: ReviewCycle, workshop: Cast, now: datetime) -> ReviewCycle:
    """Rehearsed and launched; Ada, Bo and Eve will read the report."""
    actions.update(draft, seen=draft.version, by=workshop.eve, at=now, readers=["subject", "lead", "hr_partner"])
    draft.refresh_from_db()
    actions.rehearse(draft, by=workshop.eve, at=now)
    actions.launch(draft, seen=draft.version, by=workshop.eve, at=now)
    actions.carry_out_launch(draft, at=now, step=quiet)
    return ReviewCycle.objects.get(pk=draft.pk)


@pytest.fixture
def released(running: ReviewCycle, workshop: Cast, now: datetime) -> Subject:
    """Ada's report; everybody wrote a comment of their own, in turn."""
    forms = Assignment.objects.filter(subject__cycle=running, subject__person=workshop.ada).select_related("subject__cycle__box", "rater")
    for number, form in enumerate(forms.order_by("rater__name")):
        actions.save(form, sheet_of(form, 4, f"Thought number {number} of somebody."), seen=None, by=form.rater, at=now)
        actions.submit([form], by=form.rater, at=now)
    count(running, now)
    actions.release(ReviewCycle.objects.get(pk=running.pk), subjects=None, by=workshop.eve, at=now)
    return Subject.objects.select_related("cycle", "report", "person").get(cycle=running, person=workshop.ada)


def body(response: HttpResponse) -> bytes:
    assert response.status_code == 200
    return b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]


def test_every_reader_finds_the_comments_in_one_order(released: Subject, workshop: Cast, as_person: SignIn) -> None:
    """A03: the shuffle is made once, at the count: whoever reads, however often, page and PDF."""
    orders = [re.findall(r"Thought number (\d)", as_person(who).get(f"/reviews/reports/{released.pk}/").text) for who in (workshop.ada, workshop.bo, workshop.eve, workshop.ada)]
    words = "".join(page.extract_text() for page in PdfReader(io.BytesIO(printing.pdf(released.report.content))).pages)
    assert len(orders[0]) >= 8
    assert orders[0] == orders[1] == orders[2] == orders[3]
    assert re.findall(r"Thought\s+number\s+(\d)", words) == orders[0]


def streams(made: bytes) -> Iterator[bytes]:
    """Everything in a PDF, unpacked: pages, XMP, faces, objects inside objects."""
    yield re.sub(rb"stream\r?\n.*?endstream", b"", made, flags=re.DOTALL)
    for packed in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", made, re.DOTALL):
        try:
            yield zlib.decompress(packed)
        except zlib.error:
            yield packed


def test_a_pdf_tells_nothing_but_the_report(released: Subject, workshop: Cast) -> None:
    """A11: no author, no clock, no key of anything, no rater in metadata, XMP or any object; the same report gives the same bytes."""
    made = printing.pdf(released.report.content)
    assert made == printing.pdf(released.report.content)
    reader = PdfReader(io.BytesIO(made))
    said = {name: str(value) for name, value in (reader.metadata or {}).items()}
    assert said.pop("/Author") == "Azimuth"
    assert {said.pop("/CreationDate")[:6], said.pop("/ModDate")[:6]} == {"D:1970"}, "no clock: the epoch stands for it"
    assert set(said) <= {"/Title", "/Creator", "/Producer"}
    parts = list(streams(made))
    assert any(b"<x:xmpmeta" in part or b"rdf:RDF" in part for part in parts), "the XMP was read"
    everything = b"\n".join(parts).decode("latin-1")
    for rater in Person.objects.filter(pk__in=Assignment.objects.values("rater")).exclude(pk=workshop.ada.pk):
        assert rater.name not in everything
        assert str(rater.pk) not in everything
    assert not UUID.search(re.sub(r"xmpMM:(Instance|Document)ID>[^<]*<", "", everything))
    assert set(re.findall(r"\b(\d{4})-\d\d-\d\dT\d\d:", everything)) <= {"1970"}


def exports(cycle: ReviewCycle, form: str) -> list[tuple[str, str, dict[str, str]]]:
    """Who takes which file away: everything that can be had of a cycle, and of the house."""
    at = f"/reviews/cycles/{cycle.pk}/"
    return [
        ("eve", at, {"export": form}), ("eve", f"{at}rehearse/people/", {"export": form}), ("eve", f"{at}cohort/", {"export": form}), ("iris", "/people/", {"export": form}),
    ]


def test_a_workbook_hides_nothing(released: Subject, workshop: Cast, as_person: SignIn) -> None:
    """A10: unzipped: one sheet, no hidden rows or columns, no comments, no author, no clock, no key of anybody, and no state of any form."""
    for who, path, query in exports(released.cycle, "xlsx"):
        with zipfile.ZipFile(io.BytesIO(body(as_person(getattr(workshop, who)).get(path, query)))) as book:
            names = book.namelist()
            words = "\n".join(book.read(name).decode() for name in names)
            assert {entry.date_time[:3] for entry in book.infolist()} <= {(1980, 1, 1)}, path
        assert [name for name in names if "worksheets/" in name] == ["xl/worksheets/sheet1.xml"], path
        assert not [name for name in names if re.search("comment|drawing|external|custom|vba", name, re.IGNORECASE)], path
        assert not re.search(r'hidden="|state="(very)?hidden|lastModifiedBy|<dc:creator>[^<]|dcterms:', words, re.IGNORECASE), path
        assert not UUID.search(words), path


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_no_file_changes_when_somebody_answers(running: ReviewCycle, workshop: Cast, now: datetime, as_person: SignIn, form: str) -> None:
    """A10: the oracle of files: byte by byte the same before and after Cleo's answer, in rows, columns and order."""
    before, after = [], []
    for found in (before, after):
        found += [body(as_person(getattr(workshop, who)).get(path, query)) for who, path, query in exports(running, form) if "cohort" not in path]
        if found is before:
            mine = Assignment.objects.select_related("subject__cycle__box", "rater").get(subject__cycle=running, subject__person=workshop.ada, rater=workshop.cleo)
            actions.save(mine, sheet_of(mine, 1, "Of all people."), seen=None, by=workshop.cleo, at=now)
            actions.submit([mine], by=workshop.cleo, at=now)
    assert before == after


def test_a_report_of_the_longest_comments_becomes_a_pdf_in_seconds(released: Subject) -> None:
    """A54: forty raters who each write as much as fits, in signs a typesetter minds."""
    long = ("#let x = 1 $a^2$ @b *c* _d_ `e` \\ // " * 200)[:TEXT_LIMIT]
    heavy = {**released.report.content, "comments": [{"key": "k", "text": "What should they keep doing?", "by": {"colleagues": [long] * 40}}]}
    began = time.process_time()
    assert printing.pdf(heavy).startswith(b"%PDF")
    assert time.process_time() - began < 20
