"""Every form takes whatever is typed, pasted or sent: never a fault of ours, and what is wrong is said."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from azimuth.kit.forms import visible
from azimuth.people.models import Person
from tests.cast import Cast
from tests.house.filling import forms_of
from tests.house.permissions import ACTORS, Row, rows
from tests.house.stage import Stage
from tests.house.twice import done_twice, set_for
from tests.house.visits import path_of, words_of

SignIn = Callable[[Person], Client]
Fields = dict[str, Any]

SIGNS = "=1+1 <script>alert(1)</script>\u202e\u0000\u0007 **b** [x](javascript:alert(1)) {{ 7*7 }} %s 😀 עברית"
ALIKE: dict[str, Callable[[list[str], Stage], Fields]] = {  # the same into every field
    "nothing": lambda names, stage: {},
    "empty": lambda names, stage: dict.fromkeys(names, ""),
    "control characters": lambda names, stage: dict.fromkeys(names, "\u0000\u0001\u202e\u2066 \u200b"),
    "signs": lambda names, stage: dict.fromkeys(names, SIGNS),
    "endless": lambda names, stage: {**dict.fromkeys(names, "x"), names[-1]: "x" * 1_000_000},
    "files for texts": lambda names, stage: {name: SimpleUploadedFile("..\\../a\u202e\u0001.csv", b"\xff\xfe\x00=1+1,\xed\xa0\x80\n") for name in names},
}
VALUES: dict[str, Callable[[Stage], object]] = {
    "long": lambda stage: "Ä" * 10_000,
    "more digits than a number has": lambda stage: "9" * 5_000,
    "a number below all": lambda stage: "-99999999999999999999",
    "digits of another script": lambda stage: "²٣",
    "a day that never was": lambda stage: "2026-02-30",
    "the last day": lambda stage: "9999-12-31",
    "the first moment": lambda stage: "0001-01-01T00:00",
    "the last moment": lambda stage: "9999-12-31T23:59",
    "an unknown key": lambda stage: "7b1c7f0e-9c3c-4d5a-8f57-0d6a4b1f2a3c",
    "somebody else's key": lambda stage: str(stage.cast.dan.pk),
    "repeated": lambda stage: ["1", "on"],
    "JSON": lambda stage: '{"id": "\\ud800\\u0000", "a": [[[[[]]]]], "type": 5}',
}
FEW = 3  # fields, up to which each gets every value
FILES = {
    "an empty file": SimpleUploadedFile("a.csv", b""),
    "formulas and control characters": SimpleUploadedFile("a.csv", b"employee_id,name\n=1+1,@cmd\n-2,+\x00\x07\xe2\x80\xae\n"),
    "lone surrogates in JSON": SimpleUploadedFile("a.json", b'{"title": "\\ud800\\u0000", "sections": [7, null]}'),
    "YAML of another shape": SimpleUploadedFile("a.yaml", b"title: [1, {a: !!python/object:os.system x}]\nsections: 5\n"),
    "no text at all": SimpleUploadedFile("a.xlsx", b"PK\x03\x04" + bytes(range(256)) * 9),
}
BROKEN = "application/x-www-form-urlencoded"


def groups() -> dict[tuple[str, ...], list[Row]]:
    """Addresses that take a form, by what must stand on the stage for them."""
    found: dict[tuple[str, ...], list[Row]] = {}
    for row in rows().values():
        if "post" in row.cells and row.cells["post"].may:
            found.setdefault(tuple(sorted(set(words_of(row).values()))), []).append(row)
    return found


GROUPS = groups()


@pytest.fixture(autouse=True)
def _log_at_rest() -> Iterator[None]:
    """A thousand refusals need not be written down with their tracebacks."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def whoever_may(row: Row, cast: Cast, as_person: SignIn) -> Client:
    """Somebody who may, from the inside where possible."""
    actor = next(actor for actor in ("iris", *reversed(ACTORS)) if actor in row.cells["post"].may)
    return Client() if actor == "nobody" else as_person(getattr(cast, actor))


@contextmanager
def asked_for() -> Iterator[set[str]]:
    """The names of fields a view looks for, whether they were sent or not."""
    names: set[str] = set()
    before = {method: getattr(MultiValueDict, method) for method in ("__getitem__", "get", "getlist")}

    def listening(method: str) -> Callable[..., Any]:
        def look(self: MultiValueDict[str, Any], key: str, *more: Any) -> Any:
            names.add(key)
            return before[method](self, key, *more)

        return look

    try:
        for method in before:
            setattr(MultiValueDict, method, listening(method))
        yield names
    finally:
        for method, own in before.items():
            setattr(MultiValueDict, method, own)


def sent(client: Client, path: str, fields: Fields, **how: Any) -> HttpResponse | str:
    """The answer, or the fault; nothing stays of it."""
    cookies = client.cookies.copy()
    try:
        with transaction.atomic():
            response = client.post(path, fields, **how)
            transaction.set_rollback(True)
    except Exception as fault:  # noqa: BLE001  the test lists them all
        return f"{type(fault).__name__}: {str(fault)[:200]}"
    finally:
        client.cookies = cookies
    return response


def complaint(response: HttpResponse | str) -> str:
    """What is wrong with an answer; nothing where it is as designed."""
    if isinstance(response, str):
        return response
    if response.status_code not in {200, 204, 302, 303, 400, 403, 404, 409, 413, 422, 429}:
        return f"answers {response.status_code}"
    if not response.streaming and b"<script>alert(1)" in response.content:
        return "gives back HTML as it was typed"
    return ""


def names_in(row: Row, client: Client, path: str) -> list[str]:
    """What the form of an address is made of."""
    with asked_for() as names:
        assert not isinstance(answer := sent(client, path, {"x": "y"}), str), answer
        if "get" in row.cells:
            sent(client, path, dict.fromkeys(names, "1"))
    return sorted(name for name in {*names, *row.form} if isinstance(name, str) and name != "csrfmiddlewaretoken")


def posts_of(names: list[str], stage: Stage, turn: int) -> dict[str, tuple[Any, dict[str, Any]]]:
    """What is sent to one form. Where it has many fields, values of one kind are mixed, in another order for each form."""
    if not names:
        return {"a field nobody asked for": ({"id": SIGNS}, {})}
    posts: dict[str, tuple[Any, dict[str, Any]]] = {what: (made(names, stage), {}) for what, made in ALIKE.items()}
    if len(names) <= FEW:
        posts |= {what: ({name: value(stage) for name in names}, {}) for what, value in VALUES.items()}
    else:
        kinds = list(VALUES.values())
        posts |= {f"mixture {n}": ({name: kinds[(3 * n + place + turn) % len(kinds)](stage) for place, name in enumerate(names)}, {}) for n in range(4)}
    return posts | {"broken text": ("&".join(f"{name}=%ff%fe%ed%a0%80%00" for name in names), {"content_type": BROKEN})}


def badly_answered(row: Row, stage: Stage, client: Client, turn: int) -> Iterator[str]:
    """Empty, too long, broken, foreign, repeated: each answer is as designed, and never gives HTML back as it was typed."""
    path = path_of(row, stage)
    for what, (fields, how) in posts_of(names_in(row, client, path), stage, turn).items():
        if said := complaint(sent(client, path, fields, **how)):
            yield f"{what}: {said}"


@pytest.mark.parametrize("words", GROUPS, ids=lambda words: ", ".join(words) or "no thing")
def test_every_form_answers_whatever_is_sent_and_does_once_what_is_sent_twice(words: tuple[str, ...], cast: Cast, as_person: SignIn) -> None:
    stage, faults = Stage(cast, timezone.now()), []
    set_for(words, GROUPS[words], stage)
    for turn, row in enumerate(GROUPS[words]):
        faults += [f"{row.name}, {said}" for said in badly_answered(row, stage, whoever_may(row, cast, as_person), turn)]
        with transaction.atomic():
            faults += [f"{row.name}: {said}" for said in done_twice(row, stage, lambda who: Client() if who == "nobody" else as_person(getattr(cast, who)))]
            transaction.set_rollback(True)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("name", ["people:imports", "questionnaires:import", "competencies:import", "reviews:subjects"])
def test_whatever_file_is_handed_in_is_answered(name: str, cast: Cast, as_person: SignIn) -> None:
    row, stage = rows()[name], Stage(cast, timezone.now())
    path, client = path_of(row, stage), whoever_may(row, cast, as_person)
    faults = [f"{what}: {said}" for what, file in FILES.items() if (said := complaint(sent(client, path, {"file": file, "way": "listed", "listed": file})))]
    assert not faults, "\n".join(faults)


# ---- what is wrong is said where it is, and what was typed is still there


MENDED = {
    "people:add": {"name": "", "email": "no address", "job_title": SIGNS},
    "people:create-unit": {"name": ""},
    "reviews:create": {"name": SIGNS, "purpose": "fun"},
    "questionnaires:new": {"title": "", "purpose": SIGNS},
    "questionnaires:edit-section": {"title": "", "description": SIGNS},
    "competencies:new": {"name": "", "definition": SIGNS},
    "reviews:decline": {"reason": ""},
    "reviews:nominate-external": {"name": SIGNS, "email": "no address"},
    "reviews:return-list": {"note": ""},
    "reviews:extend": {"closes_at": "2026-02-30T10:00"},
}


@pytest.mark.parametrize("name", MENDED)
def test_a_faulty_form_says_what_to_mend_and_keeps_what_was_typed(name: str, cast: Cast, as_person: SignIn) -> None:
    row, stage = rows()[name], Stage(cast, timezone.now())
    path = path_of(row, stage)
    answer = whoever_may(row, cast, as_person).post(path, MENDED[name])
    (form,) = [form for form in forms_of(path, answer.content.decode()) if form.is_post and form.action == path]
    assert answer.status_code in {200, 422}
    assert any(control.attributes.get("aria-invalid") == "true" for control in form.controls), "no field says what to mend"
    held = form.filled()
    for field, text in MENDED[name].items():
        if text and field in form.texts:
            assert held[field] == [visible(text)], field


def test_what_was_stored_is_shown_as_it_was_typed(cast: Cast, as_person: SignIn) -> None:
    """A name of HTML, formulas and signs is a name: on its page, in the list, in the search."""
    iris = as_person(cast.iris)
    made = iris.post("/people/new/", {"name": SIGNS[:190], "job_title": "<img src=x onerror=alert(1)>", "unit": cast.workshop.pk})
    assert made.status_code == 302
    for path in (made["Location"], "/people/?search=script", "/search/?q=script"):
        page = iris.get(path).content.decode()
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page, path
        assert "<script>alert" not in page
        assert "<img src=x" not in page
