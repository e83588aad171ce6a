"""What a copy tells about the order of answers and of raters, without anybody naming the columns to look at.

Every row that mentions a rater (by any of their keys) gives numbers: where it lies, which transaction wrote it, every column one can
sort by. Every heap of bytes gives the places where keys and comments occur. New tables are attacked without a change here.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import numpy as np
from django.contrib.sessions.backends.db import SessionStore

from azimuth.operations.linking.evidence import Copy, Row
from azimuth.operations.linking.strategies import AnswerClue, RaterClue

ANSWERS = "ballots_countedanswer"
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Aliases:
    """Every key under which a rater, or a rater with one subject, is known; and the keys of subjects."""

    rater: Mapping[str, str]
    pair: Mapping[str, tuple[str, str]]
    subject: Mapping[str, str]


@dataclass
class _Numbers:
    about: dict[tuple[str, str], list[float]] = field(default_factory=lambda: defaultdict(list))
    in_general: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))


def aliases(open_copy: Copy) -> Aliases:
    """Learnt from a copy made while the cycle was open: the strongest an attacker may hold."""
    rater: dict[str, str] = {}
    for row in open_copy.table("people_person"):
        key = str(row.values["id"])
        rater |= {str(row.values[name]).lower(): key for name in ("id", "email", "employee_id") if row.values[name]}
    for row in open_copy.table("people_account"):
        if row.values["person_id"]:
            rater[str(row.values["id"])] = str(row.values["person_id"])
    subject = {str(row.values["id"]): str(row.values["person_id"]) for row in open_copy.table("reviews_subject")}
    subject |= {about: about for about in list(subject.values())}
    pair: dict[str, tuple[str, str]] = {}
    for row in open_copy.table("reviews_assignment"):
        both = (subject[str(row.values["subject_id"])], str(row.values["rater_id"]))
        pair |= {str(row.values[name]): both for name in ("id", "ticket") if row.values[name]}
    return Aliases(rater, pair, subject)


def rater_clues(copy: Copy, known: Aliases, moment: str) -> list[RaterClue]:
    """Everything the rows of a copy tell about raters."""
    found: dict[tuple[str, str], _Numbers] = defaultdict(_Numbers)
    for row in copy.rows:
        if row.table == ANSWERS:
            continue
        names = set(_mentioned(row))
        raters = {known.rater[name] for name in names if name in known.rater}
        pairs = {known.pair[name] for name in names if name in known.pair}
        pairs |= {(known.subject[name], rater) for name in names if name in known.subject for rater in raters if known.subject[name] != rater}
        if not raters and not pairs:
            continue
        for column, domain, number in _numbers(row):
            numbers = found[f"{moment}: {row.table}.{column}", domain]
            for pair in pairs:
                numbers.about[pair].append(number)
            for rater in raters | {rater for _, rater in pairs}:
                numbers.in_general[rater].append(number)
    return [RaterClue(name, domain, numbers.about, numbers.in_general) for (name, domain), numbers in found.items()]


def answer_clues(copy: Copy) -> list[AnswerClue]:
    """Everything the rows of counted answers tell."""
    found: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    for row in copy.table(ANSWERS):
        for column, domain, number in _numbers(row):
            found[f"answer.{column}", domain][str(row.values["id"])] = number
    return [AnswerClue(name, domain, numbers) for (name, domain), numbers in found.items()]


def clues_in_bytes(stacks: Mapping[str, bytes], known: Aliases, answers: Iterable[Row], moment: str) -> tuple[list[AnswerClue], list[RaterClue]]:
    """Where in heaps of bytes answers and raters occur; one stack is one domain, so that nearness counts too."""
    of_answer: list[AnswerClue] = []
    of_rater: list[RaterClue] = []
    texts = [(str(row.values["id"]), row.values["text"]) for row in answers]
    canaries = Needles({text.split(" ")[0].encode(): key for key, text in texts if text})
    keys = Needles({form: key for key, _ in texts for form in _forms(key)})
    people = Needles({form: name for name in [*known.rater, *known.pair] for form in _forms(name)})
    for stack, content in stacks.items():
        for kind, needles in (("comment", canaries), ("key", keys)):
            places = needles.find(content)
            of_answer += [
                AnswerClue(f"{moment}: {kind} in {stack} ({name})", stack, {key: float(end(at)) for key, at in places.items()})
                for name, end in (("first", min), ("last", max))
            ]
        numbers = _Numbers()
        for name, at in people.find(content).items():
            if name in known.pair:
                numbers.about[known.pair[name]] += map(float, at)
            numbers.in_general[known.rater[name] if name in known.rater else known.pair[name][1]] += map(float, at)
        of_rater.append(RaterClue(f"{moment}: place in {stack}", stack, numbers.about, numbers.in_general))
    return of_answer, of_rater


class Needles:
    """Many keys (of four bytes and more) to look for at once, and what each stands for."""

    def __init__(self, stands_for: Mapping[bytes, str]) -> None:
        self._stands_for = stands_for
        self._by_head: dict[bytes, list[bytes]] = defaultdict(list)
        self._first, self._second = np.zeros(65536, dtype=bool), np.zeros(65536, dtype=bool)
        for needle in stands_for:
            self._by_head[needle[:4]].append(needle)
            self._first[int.from_bytes(needle[:2])] = True
            self._second[int.from_bytes(needle[2:4])] = True

    def find(self, content: bytes) -> dict[str, list[int]]:
        """All their places, by what they stand for."""
        found: dict[str, list[int]] = defaultdict(list)
        for place in self._candidates(content):
            for needle in self._by_head.get(content[place : place + 4], ()):
                if content.startswith(needle, place):
                    found[self._stands_for[needle]].append(place)
        return found

    def _candidates(self, content: bytes) -> list[int]:
        """Places where the first two and the next two bytes both begin something wanted: few, found fast."""
        if len(content) < 4:
            return []
        whole = np.frombuffer(content, dtype=np.uint8).astype(np.uint16)
        words = (whole[:-1] << 8) | whole[1:]
        places: list[int] = np.flatnonzero(self._first[words[:-2]] & self._second[words[2:]]).tolist()
        return places


def _forms(name: str) -> list[bytes]:
    """How a key may be written: as text, and a uuid as its sixteen bytes."""
    return [name.encode(), UUID(name).bytes] if _UUID.fullmatch(name) else [name.encode()]


def _mentioned(row: Row) -> Iterator[str]:
    """Every word of a row that might be somebody's key."""
    for column, value in row.values.items():
        if isinstance(value, UUID):
            yield str(value)
        elif isinstance(value, dict | list):
            yield from _UUID.findall(json.dumps(value, default=str))
        elif isinstance(value, str):
            if column == "session_data":
                value = json.dumps(SessionStore().decode(value))
            yield value.lower()
            yield from _UUID.findall(value)


def _numbers(row: Row) -> Iterator[tuple[str, str, float]]:
    """(column, domain, number) of everything in a row one can sort by."""
    yield "place", f"place in {row.table}", float(row.place)
    yield "xmin", "xmin", float(row.xmin)
    for column, value in row.values.items():
        yield from ((f"{column}{more}", domain, number) for more, domain, number in _sortable(value))


def _sortable(value: Any) -> Iterator[tuple[str, str, float]]:
    match value:
        case datetime():
            yield "", "time", value.timestamp()
        case date():
            yield "", "day", float(value.toordinal())
        case bool() | int() | float() | Decimal():
            yield "", "number", float(value)
        case UUID():
            yield "", "key", float(value.int >> 76)
        case str():
            yield "", "word", float(int.from_bytes(value.encode()[:6].ljust(6, b"\0")))
            yield " (length)", "length", float(len(value))
        case bytes() | memoryview():
            yield " (bytes)", "bytes", float(int.from_bytes(bytes(value)[:6]))
            yield " (length)", "length", float(len(value))
        case dict() | list():
            yield " (length)", "length", float(len(json.dumps(value, default=str)))
