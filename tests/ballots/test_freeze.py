"""After launch nothing loosens: not by the ORM, not by a shell, not by SQL."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from azimuth.ballots.actions import close_box, save_sheet
from azimuth.ballots.models import Box, CountedAnswer, CountedFigure, CountedGroup
from tests.ballots.conftest import CLOSES_AT, ITEM, OPENED, new_box
from tests.cast import Cast

LOOSER = {
    "purpose": "evaluation", "readers": ["lead", "subject"], "minimum": 3, "comment_minimum": 3, "sheet_size": 4096,
    "public_key": b"k" * 32, "closes_at": CLOSES_AT - timedelta(days=1), "opened_on": OPENED - timedelta(days=1),
}
NEXT_DAY = OPENED + timedelta(days=1)


@pytest.fixture
def strict(db: None) -> Box:
    """A box with minimums above the floor, so that lowering them is thinkable."""
    return new_box(minimum=4, comment_minimum=6)


@pytest.mark.parametrize("field", LOOSER)
def test_loosening_is_refused_through_the_orm(strict: Box, field: str) -> None:
    setattr(strict, field, LOOSER[field])
    with pytest.raises(IntegrityError), transaction.atomic():
        strict.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        Box.objects.filter(pk=strict.pk).update(**{field: LOOSER[field]})
    with pytest.raises(IntegrityError), transaction.atomic():
        Box.objects.bulk_update([strict], [field])


@pytest.mark.parametrize("change", [
    "purpose = 'evaluation'", "readers = '[\"subject\", \"hr_partner\"]'", "readers = '\"lead\"'", "minimum = 3", "comment_minimum = 5",
    "sheet_size = sheet_size - 1", "public_key = '\\x00'", "closes_at = closes_at - interval '1 second'", "id = gen_random_uuid()",
    "counted_on = current_date", "key_destroyed_on = current_date",
])
def test_loosening_is_refused_through_sql(strict: Box, change: str) -> None:
    """A27: a trigger refuses it whoever asks."""
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"update ballots_box set {change}")


def test_tightening_is_allowed(strict: Box) -> None:
    changed = Box.objects.filter(pk=strict.pk).update(minimum=5, comment_minimum=8, readers=[], closes_at=CLOSES_AT + timedelta(days=3))
    assert changed == 1


@pytest.mark.parametrize("minimum", [0, 1, 2])
@pytest.mark.parametrize("field", ["minimum", "comment_minimum"])
@pytest.mark.django_db
def test_no_box_begins_below_three(field: str, minimum: int) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        new_box(**{field: minimum})


@pytest.mark.parametrize("field", ["closed_on", "counted_on", "key_destroyed_on"])
@pytest.mark.parametrize("value", [None, NEXT_DAY])
def test_a_box_is_never_opened_again(box: Box, field: str, value: object) -> None:
    for step in ("closed_on", "counted_on", "key_destroyed_on"):
        Box.objects.filter(pk=box.pk).update(**{step: OPENED})
    with pytest.raises(IntegrityError), transaction.atomic():
        Box.objects.filter(pk=box.pk).update(**{field: value})


def test_a_closed_box_is_not_extended(box: Box) -> None:
    close_box(box, by=None, on=OPENED)
    with pytest.raises(IntegrityError), transaction.atomic():
        Box.objects.filter(pk=box.pk).update(closes_at=CLOSES_AT + timedelta(days=1))


def test_closing_twice_is_closing_once(box: Box) -> None:
    close_box(box, by=None, on=OPENED)
    assert close_box(box, by=None, on=NEXT_DAY).closed_on == OPENED


def test_a_counted_box_is_not_deleted(box: Box) -> None:
    Box.objects.filter(pk=box.pk).update(closed_on=OPENED, counted_on=OPENED)
    with pytest.raises(IntegrityError), transaction.atomic():
        box.delete()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("delete from ballots_box")


def test_a_box_with_sheets_is_not_deleted(box: Box, cast: Cast) -> None:
    save_sheet(box, uuid.uuid4(), {"scores": {ITEM: 1}, "texts": {}}, by=cast.ada, seen=None)
    with pytest.raises((IntegrityError, ProtectedError)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set constraints all immediate; delete from ballots_box")


def rows_of(box: Box, cast: Cast) -> list[CountedGroup | CountedAnswer | CountedFigure]:
    """One row of each counted table."""
    return [
        CountedGroup(box=box, about=cast.ada, group="peer", invited=4, answered=3, shown_as="peer"),
        CountedAnswer(box=box, about=cast.ada, shown_as="peer", question=ITEM, score=4, counted_on=OPENED),
        CountedFigure(box=box, about=cast.ada, shown_as="peer", of=ITEM, n=3, mean=4.0),
    ]


def test_nothing_is_counted_before_closing_or_after_the_count(box: Box, cast: Cast) -> None:
    for row in rows_of(box, cast):
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save(force_insert=True)
    Box.objects.filter(pk=box.pk).update(closed_on=OPENED, counted_on=OPENED)
    for row in rows_of(box, cast):
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save(force_insert=True)


def test_what_was_counted_is_never_changed(box: Box, cast: Cast) -> None:
    close_box(box, by=None, on=OPENED)
    for row in rows_of(box, cast):
        row.save(force_insert=True)
        with pytest.raises(IntegrityError), transaction.atomic():
            type(row).objects.update(shown_as="all")
