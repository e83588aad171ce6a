"""Going through all addresses of the permission table on few stages: rows that need the same props share one."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client

from azimuth.people.models import Person
from tests.cast import Cast
from tests.house.permissions import INSIDE, Row, rows
from tests.house.stage import Stage
from tests.house.visits import words_of

UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
ELSEWHERE = re.compile(r"auth_|django_|usersessions_|shared_cache|procrastinate_|audit_head")  # sessions, limits, the queue's own

# What two runs of one deed never share: numbers of rows, clocks, sealed bytes, tokens, codes, short keys of units.
RANDOM = re.compile(
    r"(?<= \()\d+(?=,)|\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d[.+\d:]*|\\+x[0-9a-f]+|\b[0-9a-f]{12,}\b|<[^@<>\s]+@[^<>\s]+>|\b[A-Z0-9]{4}-[A-Z0-9]{4}\b|/outside/[\w-]+/"
)


class Doors:
    """A client for everybody of the cast, signed in once; each time without what former pages left in the browser."""

    def __init__(self, cast: Cast) -> None:
        self._cast, self._cookies = cast, dict[str, str]()
        for actor in INSIDE:
            client = Client()
            client.force_login(self.person(actor).account)
            self._cookies[actor] = client.cookies[settings.SESSION_COOKIE_NAME].value

    def __getitem__(self, actor: str) -> Client:
        """The client of an actor; `nobody` is signed out."""
        client = Client(raise_request_exception=False)
        if actor in self._cookies:
            client.cookies[settings.SESSION_COOKIE_NAME] = self._cookies[actor]
        return client

    def person(self, actor: str) -> Person:
        """Who the actor is."""
        found: Person = getattr(self._cast, actor)
        return found


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside is taken back, limits on how often one may try included. By hand: the count insists on transactions of its own."""
    savepoint = transaction.savepoint()
    yield
    transaction.set_rollback(False)
    transaction.savepoint_rollback(savepoint)
    cache.clear()


def stages(cast: Cast, now: datetime, method: str) -> Iterator[tuple[Stage, list[Row]]]:
    """Every stage that is needed with the addresses that stand on it, for `get` or `post`; taken back before the next."""
    groups: dict[frozenset[str], list[Row]] = defaultdict(list)
    for row in rows().values():
        if method in row.cells:
            groups[frozenset(words_of(row).values())].append(row)
    for words, those in groups.items():
        with undone():
            stage = Stage(cast, now)
            for word in sorted(words):
                stage.key(word)
            yield stage, those


def field_names() -> set[str]:
    """The name of every field of every table, as a form or an address might be given it."""
    fields = [field for model in apps.get_models() if model.__module__.startswith("azimuth.") for field in model._meta.fields]
    return {field.name for field in fields} | {field.attname for field in fields}


def rows_of_all_tables() -> list[str]:
    """Every row as text, sealed ones as they lie there."""
    with connection.cursor() as cursor:
        cursor.execute("select set_config('azimuth.backup', 'on', true)")
        names = [name for name in connection.introspection.table_names(cursor) if not ELSEWHERE.match(name)]
        cursor.execute(" union all ".join(f"select '{name} ' || t::text from \"{name}\" t" for name in names))
        rows = [row[0] for row in cursor.fetchall()]
        cursor.execute("select set_config('azimuth.backup', '', true)")
    return rows


class Picture:
    """How the database stands, to be compared with how it stands later: keys that are new since then count as alike."""

    def __init__(self) -> None:
        rows = rows_of_all_tables()
        self._known = {key for row in rows for key in UUID.findall(row)}
        self.rows = self._masked(rows)

    def now(self) -> Counter[str]:
        """All rows as they are now."""
        return self._masked(rows_of_all_tables())

    def _masked(self, rows: list[str]) -> Counter[str]:
        return Counter(RANDOM.sub("", UUID.sub(lambda key: f"<{key[0][:8]}>" if key[0] in self._known else "<new>", row)) for row in rows)
