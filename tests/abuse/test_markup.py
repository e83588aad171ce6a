"""Markup in every text of every table, read as everybody who may: it stays text, on the server's side and in a browser."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models
from playwright.sync_api import Page

from azimuth.people.models import Person
from azimuth.reviews.models import ReviewCycle
from tests.abuse.walk import Doors, stages, undone
from tests.browser import sign_in
from tests.cast import Cast, assemble
from tests.house.permissions import Row, rows
from tests.house.stage import Stage
from tests.house.visits import path_of

EVIL = "\"'><img src=x onerror=alert(1)><svg/onload=alert(1)>{{7*7}}</textarea></script><script>alert(1)</script>[a](javascript:alert(1))"
RAW = re.compile(r"<img src=x|<svg/onload|<script>alert|[\"'](?:javascript|data:text/html)[^\"']*alert|</textarea></script>|>49<")

# What our own code reads: codes, keys, addresses, hashes. No form lets anybody write them freely.
OURS = re.compile(
    r"(^|_)(path|key|keys|code|codes|state|kind|kinds|role|group|language|time_zone|password|email|to|employee_id|digest|signature|hash|file_hash|token_hash|message_id|url|next_url|task"
    r"|search_text|session_round|object_type|object_id|actor_id|action|shown_as|purpose|releaser|nominator|approver|answer|ip|round)$"
)
FREE_IN_JSON = {"text", "title", "label", "anchor", "name", "description", "subject", "cycle", "not_observed", "note"}


def poison() -> int:
    """Add the markup to every free text of every row; returns how many fields hold it. The triggers that freeze rows rest meanwhile."""
    fields = 0
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for model in apps.get_models():
            if not model.__module__.startswith("azimuth.") or model._meta.app_label == "ballots":
                continue
            cursor.execute(f'ALTER TABLE "{model._meta.db_table}" DISABLE TRIGGER USER')
            for field in model._meta.concrete_fields:
                if not OURS.search(field.name):
                    fields += _poison(model, field)
            cursor.execute(f'ALTER TABLE "{model._meta.db_table}" ENABLE TRIGGER USER')
        cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER audit_never_emptied")  # as in all tests, which empty tables
        cursor.execute("ALTER TABLE audit_head DISABLE TRIGGER audit_head_never_emptied")
    return fields


def _poison(model: type[models.Model], field: models.Field[Any, Any]) -> bool:
    table = model._base_manager
    if isinstance(field, models.JSONField):
        for pk, value in table.values_list("pk", field.name):
            table.filter(pk=pk).update(**{field.name: _poisoned(value)})
        return table.exists()
    if isinstance(field, (models.CharField, models.TextField)) and not field.choices:
        room = (field.max_length or 10_000) - len(EVIL)
        if room > 0:
            with connection.cursor() as cursor:
                cursor.execute(f'UPDATE "{model._meta.db_table}" SET "{field.column}" = left("{field.column}"::text, {room}) || %s WHERE "{field.column}" <> %s', [EVIL, ""])
                return cursor.rowcount > 0
    return False


def _poisoned(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _poisoned(part, key) for key, part in value.items()}
    if isinstance(value, list):
        return [_poisoned(part, name) for part in value]
    return value + EVIL if isinstance(value, str) and name in FREE_IN_JSON else value


def readers(row: Row) -> list[str]:
    """Everybody a page is made for; of those open to all, one without and one with roles."""
    may = row.cells["get"].may
    return sorted(may) if len(may) < 8 else ["ada", "iris"]


def test_markup_in_any_text_stays_text_for_everybody(cast: Cast, now: datetime) -> None:
    """A37: script, image, template and link of evil making in names, titles, questions, notes, comments, reports."""
    doors, faults, held = Doors(cast), [], set()
    for stage, those in stages(cast, now, "get"):
        poison()
        for row in those:
            path = path_of(row, stage)
            for actor in readers(row):
                with undone():
                    response = doors[actor].get(path, row.query)
                    body = b"".join(response.streaming_content).decode() if response.streaming else response.content.decode(errors="replace")
                if response.status_code >= 500 and row.name != "workspace:ready":
                    faults.append(f"{row.name} as {actor}: {response.status_code}")
                if response["Content-Type"].startswith("text/html") and (found := RAW.search(body)):
                    faults.append(f"{row.name} as {actor}: {body[max(0, found.start() - 80):found.end() + 20]}")
                if "&lt;img src=x" in body:
                    held.add(row.name)
    assert len(held) > 40, "the markup is on most pages, else this proves nothing"
    assert not faults, "\n".join(faults)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_no_browser_runs_what_somebody_wrote(page: Page, site: str, now: datetime) -> None:
    """A37: the same in a real browser: nothing runs, and the content policy has nothing to refuse (the fixture fails on a report of it)."""
    ran: list[str] = []
    page.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
    page.add_init_script("document.addEventListener('securitypolicyviolation', (event) => console.error('Content Security Policy', event.violatedDirective))")
    stage = Stage(assemble(), now)
    stage["open cycle"], stage["competency"]
    poison()
    table = rows()
    for actor, names in BROWSED.items():
        sign_in(page, site, getattr(stage.cast, actor))
        for name in names:
            page.goto(f"{site}{path_of(table[name], stage)}")
            assert page.get_by_text("<img src=x onerror=alert(1)>").count() or page.locator("[value*='onerror=alert']").count(), f"{name} shows the words"
    assert ran == []
    assert Person.objects.exists()
    assert ReviewCycle.objects.exists()


BROWSED = {
    "cleo": ["workspace:home", "reviews:answer", "people:person", "competencies:competency"],
    "iris": ["people:edit", "reviews:cycle", "questionnaires:preview", "workspace:log"],
}
