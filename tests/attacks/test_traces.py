"""Nothing on the path of an answer says when, in which order, or by whom: not the tables, not the logs."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from azimuth.ballots import vault
from azimuth.operations.logs import Lines
from azimuth.people.models import Person
from azimuth.reviews.models import Assignment, ReviewCycle
from tests.cast import Cast

SignIn = Callable[[Person], Client]

PATH = ("ballots_box", "ballots_sealedsheet", "ballots_countedgroup", "ballots_countedanswer", "ballots_countedfigure", "ballots_countedreliability",
        "reviews_assignment", "reviews_decline", "reviews_externalrater", "reviews_raterlink", "reviews_report", "reviews_subject", "reviews_reviewcycle")
PROMISES = {
    ("ballots_box", "closes_at"), ("reviews_assignment", "until"), ("reviews_reviewcycle", "nominations_close_at"),
    ("reviews_reviewcycle", "opens_at"), ("reviews_reviewcycle", "closes_at"),
}
COUNTED = {
    "ballots_countedgroup": {"id", "box_id", "about_id", "group", "invited", "answered", "shown_as", "why"},
    "ballots_countedanswer": {"id", "box_id", "about_id", "shown_as", "question", "score", "text", "counted_on"},
    "ballots_countedfigure": {"id", "box_id", "about_id", "shown_as", "of", "n", "mean", "low", "high", "agreement"},
    "ballots_countedreliability": {
        "id", "box_id", "of", "subjects", "forms", "raters", "refusal", "notes", "connected", "items", "subject", "rater", "interaction", "residual",
    },
}


def columns(table: str) -> dict[str, tuple[str, str]]:
    """Each column's type and default, from the catalogue."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select column_name, data_type, coalesce(column_default, '') || is_identity from information_schema.columns where table_name = %s",
            [table],
        )
        return {name: (kind, default) for name, kind, default in cursor.fetchall()}


@pytest.mark.django_db
@pytest.mark.parametrize("table", PATH)
def test_nothing_is_dated_finer_than_a_day(table: str) -> None:
    """A04: no time, only days, in the tables of an answer."""
    found = columns(table)
    assert found
    fine = {(table, name) for name, (kind, _) in found.items() if kind.startswith(("timestamp", "time", "interval"))}
    assert fine <= PROMISES, "only a deadline, set before anybody answers, may have an hour"


@pytest.mark.django_db
@pytest.mark.parametrize("table", PATH)
def test_nothing_is_numbered_in_order(table: str) -> None:
    for name, (kind, default) in columns(table).items():
        assert "nextval" not in default, f"{table}.{name} counts up"
        assert not default.endswith("YES"), f"{table}.{name} counts up"
        assert name not in {"id", "ticket"} or kind == "uuid"


@pytest.mark.django_db
@pytest.mark.parametrize("table", COUNTED)
def test_what_is_counted_has_no_place_for_a_rater(table: str) -> None:
    """A19: every column of what is kept, by name."""
    assert set(columns(table)) == COUNTED[table], "a new column of a counted table must be argued in docs/developer/confidence.md"


@pytest.mark.django_db
def test_nothing_keeps_the_history_of_the_answer_path() -> None:
    """A19: a trigger or a table that copies rows elsewhere would keep what the count forgets."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select distinct p.proname from pg_trigger t join pg_proc p on p.oid = t.tgfoid join pg_class c on c.oid = t.tgrelid "
            "where not t.tgisinternal and c.relname = any(%s)", [list(PATH)],
        )
        functions = {row[0] for row in cursor.fetchall()}
    assert functions <= {
        "ballots_freeze_box", "ballots_counted_once", "ballots_counted_for_good", "ballots_measured_is_read", "reviews_freeze_assignment",
        "reviews_freeze_comparing", "reviews_freeze_cycle", "reviews_freeze_deadline", "reviews_freeze_proposing", "reviews_freeze_report",
    }


def test_keys_are_random_from_launch_to_count(launched: ReviewCycle) -> None:
    """A02: keys and tickets come from chance, not from a counter or a clock."""
    for assignment in Assignment.objects.all():
        assert assignment.pk.version == 4
        assert assignment.ticket
        assert assignment.ticket.version == 4
    with connection.cursor() as cursor:
        cursor.execute("select ticket from reviews_assignment order by ctid")
        tickets = [row[0] for row in cursor.fetchall()]
    assert tickets != sorted(tickets)


# ---- logs, also when things go wrong


CANARY = "canary-7c1f"


def rater_and_form(cycle: ReviewCycle) -> tuple[Person, Assignment]:
    """Cleo and her form about Ada."""
    assignment = Assignment.objects.select_related("rater").get(subject__cycle=cycle, rater__name="Cleo Brandt")
    return assignment.rater, assignment


def fields(cycle: ReviewCycle, seen: str = "") -> dict[str, str]:
    """A form with a canary in every text."""
    kinds = {"item": ("score", "4"), "prompt": ("text", CANARY)}
    asked = [question for section in cycle.snapshot["sections"] for question in section["questions"]]
    return {"seen": seen} | {f"{kinds[q['kind']][0]}-{q['key']}": kinds[q["kind"]][1] for q in asked}


def lose_the_key(cycle: ReviewCycle, settings: Any) -> dict[str, str]:
    assert cycle.box
    vault.destroy(cycle.box)
    return {}


def lose_the_vault(cycle: ReviewCycle, settings: Any) -> dict[str, str]:
    settings.VAULT_URL = "nowhere"
    return {}


def come_from_an_old_tab(cycle: ReviewCycle, settings: Any) -> dict[str, str]:
    return {"seen": "7"}


def write_too_much(cycle: ReviewCycle, settings: Any) -> dict[str, str]:
    return {f"text-{q['key']}": CANARY * 500 for s in cycle.snapshot["sections"] for q in s["questions"] if q["kind"] == "prompt"}


@pytest.mark.parametrize("trouble", [lose_the_key, lose_the_vault, come_from_an_old_tab, write_too_much])
def test_trouble_while_saving_leaves_no_words_and_no_keys_in_the_log(
    launched: ReviewCycle, as_person: SignIn, caplog: pytest.LogCaptureFixture, settings: Any, trouble: Callable[[ReviewCycle, Any], dict[str, str]],
) -> None:
    """A22: also when saving fails."""
    rater, assignment = rater_and_form(launched)
    client = as_person(rater)
    client.raise_request_exception = False
    client.post(f"/reviews/answer/{assignment.pk}/", fields(launched))
    caplog.clear()
    with caplog.at_level("DEBUG"):
        response = client.post(f"/reviews/answer/{assignment.pk}/", fields(launched) | trouble(launched, settings))
    assert response.status_code >= 400
    said = "\n".join(Lines().format(record) for record in caplog.records)
    for secret in (CANARY, str(assignment.pk), str(assignment.ticket), str(rater.pk), rater.name, str(rater.email)):
        assert secret not in said
    assert any(record.name == "django.request" for record in caplog.records), "a line is written, or this proves nothing"


def test_what_is_saved_is_found_nowhere_in_clear(launched: ReviewCycle, as_person: SignIn, tmp_path: Path) -> None:
    """No table of the whole database holds the words or the ticket's answers before the count."""
    rater, assignment = rater_and_form(launched)
    assert as_person(rater).post(f"/reviews/answer/{assignment.pk}/", fields(launched)).status_code == 302
    with connection.cursor() as cursor:
        cursor.execute("select set_config('azimuth.backup', 'on', true)")
        cursor.execute("select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace")
        for (table,) in cursor.fetchall():
            cursor.execute(f'select count(*) from "{table}" t where t::text like %s or t::text like %s', [f"%{CANARY}%", f"%{CANARY.encode().hex()}%"])
            assert cursor.fetchone() == (0,), table


def test_a_ticket_is_never_in_a_page(launched: ReviewCycle, as_person: SignIn) -> None:
    """Not even in the rater's own: an address or a saved page would outlive the count."""
    rater, assignment = rater_and_form(launched)
    page = as_person(rater).get(f"/reviews/answer/{assignment.pk}/")
    assert page.status_code == 200
    assert str(assignment.ticket) not in page.content.decode()
    assert page["Cache-Control"] == "no-store"
    assert "ETag" not in page
    assert "Last-Modified" not in page


def test_the_same_answer_whether_somebody_has_answered_or_not(launched: ReviewCycle, cast: Cast, as_person: SignIn) -> None:
    """HR and the subject, asking for the form of somebody else, learn nothing from the refusal."""
    rater, assignment = rater_and_form(launched)
    address, invented = f"/reviews/answer/{assignment.pk}/", f"/reviews/answer/{uuid.uuid4()}/"
    before = [as_person(who).get(address).content for who in (cast.ada, cast.eve, cast.iris)]
    absent = [as_person(who).get(invented).content for who in (cast.ada, cast.eve, cast.iris)]
    as_person(rater).post(address, fields(launched) | {"submit": "1"})
    after = [as_person(who).get(address).content for who in (cast.ada, cast.eve, cast.iris)]
    assert [len(page) for page in before] == [len(page) for page in after] == [len(page) for page in absent]
