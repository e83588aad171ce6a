"""One attack from founding the company to the scores: four moments, and the control."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection
from psycopg import sql

from azimuth.ballots.disclosure import ATTRIBUTED, HIDDEN, MERGED
from azimuth.operations import postgres
from azimuth.operations.linking import clues, company, evidence, weak
from azimuth.operations.linking.evidence import Copy
from azimuth.operations.linking.scoring import Predictions, Unit
from azimuth.operations.linking.strategies import AnswerClue, RaterClue, predict

OPEN, COUNTED, DUMP, WAL = "open, without the key", "after the count", "a dump after the count", "the WAL after the count"
MOMENTS = (OPEN, COUNTED, DUMP, WAL)


@dataclass(frozen=True)
class Site:
    """Where the scratch server lies, and the files its application logs to."""

    home: Path
    logs: list[Path]


@dataclass(frozen=True)
class Findings:
    """What one attack has in hand: the published answers, and at each moment the named matchings of all strategies.

    `in_clear` names the places where a comment lay readable that nobody may read: any before the count, unpublished ones after.
    """

    units: list[Unit]
    guesses: dict[str, tuple[list[str], Predictions]]
    in_clear: list[str]


def attack(site: Site, *, people: int, seed: int, through_pages: bool = True) -> Findings:
    """Run the real build and attack copies of it at four moments. `through_pages=False` calls the deeds beneath the pages."""
    with _scratch_database(site, f"attack_{seed}") as (name, wal_from):
        held, chance = _begin(people, seed)
        company.answer(held, chance, through_pages=through_pages)
        before = evidence.take(site.home, name, wal_from=wal_from, logs=site.logs)
        company.close_and_count(held)
        after = evidence.take(site.home, name, wal_from=wal_from, logs=site.logs)
        units = _units(held, after, _published_name)
    guesses = {
        moment: predict(units, *gathered, seed=seed) for moment, gathered in _moments(before, after).items()
    }
    return Findings(units, guesses, _in_clear(held, before, after))


def attack_weak(site: Site, *, people: int, seed: int) -> Findings:
    """Run the weak build and attack one copy of it, after its count."""
    with _scratch_database(site, f"control_{seed}") as (name, wal_from):
        held, chance = _begin(people, seed)
        weak.allow()
        company.answer(held, chance, through_pages=False, store=weak.store)
        before = evidence.take(site.home, name, wal_from=wal_from, logs=site.logs)
        weak.count(held)
        after = evidence.take(site.home, name, wal_from=wal_from, logs=site.logs)
        units = _units(held, after, _stored_name)
    return Findings(units, {COUNTED: predict(units, *_moments(before, after)[COUNTED], seed=seed)}, [])


def _moments(before: Copy, after: Copy) -> dict[str, tuple[list[AnswerClue], list[RaterClue]]]:
    """What an attacker holds at each moment: who has a later copy has the earlier one's rows as well."""
    known = clues.aliases(before)
    answers, rows = clues.answer_clues(after), after.table(clues.ANSWERS)
    then, now = clues.rater_clues(before, known, "open"), clues.rater_clues(after, known, "counted")
    bytes_then = clues.clues_in_bytes(before.stacks, known, rows, "open")
    files = {name: stack for name, stack in after.stacks.items() if name not in ("dump", "wal")}
    bytes_now = {
        COUNTED: clues.clues_in_bytes(files, known, rows, "counted"),
        DUMP: clues.clues_in_bytes({"dump": after.stacks["dump"]}, known, rows, "counted"),
        WAL: clues.clues_in_bytes({"wal": after.stacks["wal"]}, known, rows, "counted"),
    }
    return {
        OPEN: ([*answers, *bytes_then[0]], [*then, *bytes_then[1]]),
        COUNTED: ([*answers, *bytes_now[COUNTED][0]], [*then, *now, *bytes_now[COUNTED][1]]),
        DUMP: (bytes_now[DUMP][0], [*then, *bytes_then[1], *bytes_now[DUMP][1]]),
        WAL: (bytes_now[WAL][0], [*then, *bytes_now[WAL][1]]),
    }


def _in_clear(held: company.Round, before: Copy, after: Copy) -> list[str]:
    """Where comments were found that should not be there; drafts and comments of hidden groups are never published."""
    published = {row.values["text"].split(" ")[0] for row in after.table(clues.ANSWERS)}
    written = clues.Needles({canary.encode(): canary for canary in held.canaries})
    secret = clues.Needles({canary.encode(): canary for canary in held.canaries if canary not in published})
    found = [f"{stack}, before the count" for stack, content in before.stacks.items() if written.find(content)]
    return found + [f"{stack}, after the count" for stack, content in after.stacks.items() if secret.find(content)]


def _units(held: company.Round, after: Copy, name_of: Callable[[company.Round, Any], str]) -> list[Unit]:
    """The published answers of colleagues with the people who gave them; refuses a count that lost or invented one."""
    rows: dict[tuple[Any, str, str], list[tuple[str, Any]]] = defaultdict(list)
    for row in after.table(clues.ANSWERS):
        value = row.values["text"] or row.values["score"]
        rows[row.values["about_id"], name_of(held, row.values), str(row.values["question"])].append((str(row.values["id"]), value))
    units = []
    for (about, name, question), answers in sorted(rows.items(), key=str):
        if name in (HIDDEN, *ATTRIBUTED) or len({value for _, value in answers}) < 2:
            continue
        given = held.given(about, name, question)
        if sorted(map(str, given.values())) != sorted(str(value) for _, value in answers):
            raise AssertionError(f"What is published as {name!r} is not what was given.")
        units.append(Unit(
            str(about), question, name, tuple(key for key, _ in answers), tuple(value for _, value in answers),
            tuple(str(rater) for rater in given), tuple(given.values()),
        ))
    return units


def _published_name(held: company.Round, values: dict[str, Any]) -> str:
    return str(values["shown_as"])


def _stored_name(held: company.Round, values: dict[str, Any]) -> str:
    """The weak build stores groups as they are; its pages would merge them as ours do."""
    shown = held.shown_as(values["about_id"])[values["shown_as"]]
    return MERGED if values["text"] and shown not in (HIDDEN, *ATTRIBUTED) else shown


def _begin(people: int, seed: int) -> tuple[company.Round, random.Random]:
    chance = random.Random(seed)  # noqa: S311  invented people, not secrets
    hr = company.found_company(people, chance)
    return company.Round(company.launch(hr), hr), chance


@contextmanager
def _scratch_database(site: Site, name: str) -> Iterator[tuple[str, int]]:
    """A fresh database from the migrated template, Django connected to it; yields its name and where the WAL began."""
    template = connection.settings_dict["NAME"]
    connection.close()
    with psycopg.connect(**postgres.superuser_settings(site.home), autocommit=True) as server:
        server.execute(sql.SQL("create database {} template {} owner azimuth").format(sql.Identifier(name), sql.Identifier(template)))
    connection.settings_dict["NAME"] = name
    try:
        yield name, evidence.wal_position(site.home)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = template
