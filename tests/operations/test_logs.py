"""The log tells what happened, never who answered whom nor what somebody wrote."""

from __future__ import annotations

import json
import logging
import uuid

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.test import Client

from azimuth.operations import logs


def record(message: str, *values: object, error: BaseException | None = None) -> logging.LogRecord:
    return logging.LogRecord("azimuth.test", logging.ERROR, __file__, 1, message, values, (type(error), error, None) if error else None)


@pytest.mark.parametrize("formatter", [logs.Lines(), logs.Json()], ids=["lines", "json"])
def test_keys_are_masked(formatter: logging.Formatter) -> None:
    key = uuid.uuid4()
    line = formatter.format(record("Not Found: %s and %s", f"/reviews/answer/{key}/", key.hex))
    assert str(key) not in line
    assert key.hex not in line
    assert "/reviews/answer/(key)/" in line


@pytest.mark.django_db
@pytest.mark.parametrize("formatter", [logs.Lines(), logs.Json()], ids=["lines", "json"])
def test_rows_the_database_quotes_are_left_out(formatter: logging.Formatter) -> None:
    """A23: an error never quotes what somebody wrote."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO people_unit (id, name, path, parent_id) VALUES (%s, 'a secret thought', '', %s)", [(key := uuid.uuid4()), key])
    line = formatter.format(record("The job failed.", error=caught.value))
    assert "a secret thought" not in line
    assert "unit_not_under_itself" in line
    with pytest.raises(DataError) as caught_too, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT 'a secret thought'::text, lower('x')::int")
    assert "a secret thought" not in formatter.format(record("The job failed.", error=caught_too.value))


def test_production_writes_one_json_object_a_line() -> None:
    line = logs.Json().format(record("Gave up a job: %s", "people.import", error=ValueError("two\nlines")))
    said = json.loads(line)
    assert "\n" not in line
    assert (said["event"], said["level"], said["logger"]) == ("Gave up a job: people.import", "error", "azimuth.test")
    assert "ValueError" in said["exception"]
    assert said["timestamp"].endswith("Z")


@pytest.mark.django_db
def test_a_page_that_is_not_there_is_logged_without_its_keys(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    key = uuid.uuid4()
    client.get(f"/nowhere/{key}/")
    (line,) = [entry for entry in caplog.records if "nowhere" in entry.getMessage()]
    assert str(key) not in logs.Lines().format(line)


def test_a_passkey_that_is_used_leaves_no_line() -> None:
    assert not logging.getLogger("fido2.server").isEnabledFor(logging.INFO)
