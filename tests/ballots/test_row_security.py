"""The database shows a sealed row to its holder and to the count, and to no clever SQL."""

from __future__ import annotations

import uuid

import pytest
from django.db import DatabaseError, connection, transaction

from azimuth.ballots.actions import close_box, save_sheet
from azimuth.ballots.models import Box, SealedSheet
from azimuth.ballots.row_security import as_holder, counting, state
from azimuth.people.models import Person
from tests.ballots.conftest import ITEM, OPENED
from tests.cast import Cast

SHEET = {"scores": {ITEM: 4}, "texts": {}}


@pytest.fixture
def ticket(box: Box, cast: Cast) -> uuid.UUID:
    """One sheet Ada saved."""
    new = uuid.uuid4()
    save_sheet(box, new, SHEET, by=cast.ada, seen=None)
    return new


def seen_by(name: str, value: object) -> int:
    """Rows raw SQL sees in a transaction with this setting."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select set_config(%s, %s, true)", [name, str(value)])
        cursor.execute("select count(*) from ballots_sealedsheet")
        rows = cursor.fetchone()[0]
        cursor.execute("select set_config(%s, '', true)", [name])
    return rows



@pytest.mark.django_db
def test_doctor_sees_that_policies_hold() -> None:
    assert state().problem == ""


@pytest.mark.django_db
def test_doctor_sees_that_policies_are_off() -> None:
    with connection.cursor() as cursor:
        cursor.execute("alter table ballots_sealedsheet no force row level security")
    assert "azimuth migrate" in state().problem


def test_raw_sql_sees_only_the_holders_rows(box: Box, cast: Cast, ticket: uuid.UUID) -> None:
    """A15: not even that a draft exists."""
    assert SealedSheet.objects.count() == 0
    assert seen_by("azimuth.person", cast.ada.pk) == 1
    for other in (cast.bo, cast.iris, cast.finn, cast.eve, cast.jon):
        assert seen_by("azimuth.person", other.pk) == 0


def test_the_count_sees_nothing_while_the_box_is_open(box: Box, cast: Cast, ticket: uuid.UUID) -> None:
    assert seen_by("azimuth.count", box.pk) == 0
    close_box(box, by=None, on=OPENED)
    assert seen_by("azimuth.count", box.pk) == 1
    assert seen_by("azimuth.count", uuid.uuid4()) == 0
    Box.objects.filter(pk=box.pk).update(counted_on=OPENED)
    assert seen_by("azimuth.count", box.pk) == 0


def test_the_backup_sees_all_rows_sealed(ticket: uuid.UUID) -> None:
    assert seen_by("azimuth.backup", "on") == 1


@pytest.mark.parametrize("statement", [
    "update ballots_sealedsheet set version = version + 1",
    "delete from ballots_sealedsheet",
])
def test_others_change_nothing(box: Box, cast: Cast, ticket: uuid.UUID, statement: str) -> None:
    for who in (None, cast.bo):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("select set_config('azimuth.person', %s, true)", [str(who.pk) if who else ""])
            cursor.execute(statement)
            assert cursor.rowcount == 0


def test_no_row_in_anothers_name(box: Box, cast: Cast) -> None:
    with as_holder(cast.bo), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        SealedSheet.objects.create(ticket=uuid.uuid4(), box=box, holder=cast.ada.pk, blob=bytes(box.sheet_size + 48))


def test_no_row_of_another_size(box: Box, cast: Cast) -> None:
    with as_holder(cast.ada), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        SealedSheet.objects.create(ticket=uuid.uuid4(), box=box, holder=cast.ada.pk, blob=b"short")


def test_no_row_in_a_closed_box_even_by_sql(box: Box, cast: Cast, ticket: uuid.UUID) -> None:
    close_box(box, by=None, on=OPENED)
    blob = bytes(box.sheet_size + 48)
    with as_holder(cast.ada):
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            SealedSheet.objects.create(ticket=uuid.uuid4(), box=box, holder=cast.ada.pk, blob=blob)
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            SealedSheet.objects.filter(ticket=ticket).update(blob=blob)


def test_a_row_cannot_be_handed_over(box: Box, cast: Cast, ticket: uuid.UUID) -> None:
    with as_holder(cast.ada), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        SealedSheet.objects.filter(ticket=ticket).update(holder=cast.bo.pk)


@pytest.mark.django_db(transaction=True)
def test_a_pooled_connection_keeps_nothing() -> None:
    from tests import cast as stage

    ada: Person = stage.assemble().ada

    def settings_now() -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute("select current_setting('azimuth.person', true), current_setting('azimuth.count', true)")
            return [value or "" for value in cursor.fetchone()]

    with as_holder(ada), counting(Box(pk=uuid.uuid4())):
        assert all(settings_now())
    assert settings_now() == ["", ""]
    with pytest.raises(RuntimeError), as_holder(ada):
        raise RuntimeError
    assert settings_now() == ["", ""]


def test_the_setting_ends_with_its_block_inside_a_longer_transaction(cast: Cast, box: Box, ticket: uuid.UUID) -> None:
    with as_holder(cast.ada):
        assert SealedSheet.objects.count() == 1
    assert SealedSheet.objects.count() == 0
    with pytest.raises(RuntimeError), as_holder(cast.ada):
        raise RuntimeError
    assert SealedSheet.objects.count() == 0
