"""A box that is not counted: its sheets are destroyed unread, then its key; for good, wherever the worker dies."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from azimuth.access.verdict import Denied, Refused
from azimuth.audit.models import Entry
from azimuth.ballots import vault
from azimuth.ballots.actions import close_box, save_sheet
from azimuth.ballots.counting import count_box, measure_box
from azimuth.ballots.discarding import discard_box
from azimuth.ballots.models import Box, CountedGroup, CountedReliability, SealedSheet
from azimuth.ballots.row_security import as_holder, counting
from tests.ballots.conftest import OPENED, new_box
from tests.ballots.rounds import Round, answered, person, sheet_of, snapshot
from tests.dying import dies_before

pytestmark = pytest.mark.django_db(transaction=True)


def closed_with_answers() -> tuple[Box, Round]:
    box = new_box()
    held = answered(box, {"peer": [sheet_of(3)] * 4}, drafts=1)
    return close_box(box, by=None, on=OPENED), held


def everything_left(box: Box) -> dict[str, Any]:
    """All rows of the box whoever holds them, its key, its dates, the log."""
    fresh = Box.objects.get(pk=box.pk)
    with connection.cursor() as cursor:
        cursor.execute("select set_config('azimuth.backup', 'on', false)")
        try:
            sheets = SealedSheet.objects.filter(box=box).count()
        finally:
            cursor.execute("select set_config('azimuth.backup', '', false)")
    log = Entry.objects.filter(object_id=box.pk).order_by("number").values_list("action", flat=True)
    return {"sheets": sheets, "key": vault.has(fresh), "discarded": fresh.discarded_on, "destroyed": fresh.key_destroyed_on, "log": list(log)}


ENDED = {"sheets": 0, "key": False, "discarded": OPENED, "destroyed": OPENED, "log": ["ballots.open", "ballots.close", "ballots.discard", "ballots.key_destroyed"]}


def test_sheets_go_unread_and_then_the_key() -> None:
    box, _held = closed_with_answers()
    assert everything_left(box)["sheets"] == 5

    discard_box(box, on=OPENED)

    assert everything_left(box) == ENDED
    assert not CountedGroup.objects.exists()


def test_discarding_twice_is_discarding_once() -> None:
    box, _held = closed_with_answers()
    discard_box(box, on=OPENED)
    discard_box(box, on=OPENED.replace(year=2030))
    assert everything_left(box) == ENDED


def test_an_open_box_is_not_discarded() -> None:
    box = new_box()
    answered(box, {"peer": [sheet_of(3)] * 3})
    with pytest.raises(Refused, match="still being taken"):
        discard_box(box, on=OPENED)
    assert everything_left(box)["sheets"] == 3


def test_a_counted_box_is_not_discarded() -> None:
    box, held = closed_with_answers()
    count_box(box, [held.sheets], snapshot=snapshot(), on=OPENED)
    with pytest.raises(Refused, match="counted already"):
        discard_box(box, on=OPENED)


def test_a_box_that_was_measured_is_not_discarded_unread() -> None:
    """Killed between measuring and the first subject, its sheets have been read already."""
    box, held = closed_with_answers()
    measure_box(box, [held.sheets], snapshot(), key=vault.read(box))
    assert CountedReliability.objects.filter(box=box).exists()
    with pytest.raises(Refused, match="counted already"):
        discard_box(box, on=OPENED)
    with pytest.raises(IntegrityError, match="not discarded unread"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("update ballots_box set discarded_on = current_date")
    assert everything_left(box)["sheets"] == 5


def test_a_discarded_box_is_not_measured() -> None:
    box, held = closed_with_answers()
    key = vault.read(box)
    discard_box(box, on=OPENED)
    with pytest.raises(Refused, match="destroyed unread"):
        measure_box(box, [held.sheets], snapshot(), key=key)
    with pytest.raises(IntegrityError), transaction.atomic():
        CountedReliability.objects.create(box=box, subjects=1, forms=1, raters=1)


def test_a_discarded_box_is_not_counted_nor_answered() -> None:
    box, held = closed_with_answers()
    discard_box(box, on=OPENED)
    with pytest.raises(vault.KeyMissing):
        count_box(box, [held.sheets], snapshot=snapshot(), on=OPENED)
    with pytest.raises(Denied):
        save_sheet(box, held.asked[0][2], sheet_of(1), by=held.asked[0][0], seen=None)
    assert not CountedGroup.objects.exists()


def test_the_owner_forgets_in_the_same_transaction() -> None:
    box, _held = closed_with_answers()

    def fail() -> None:
        raise OSError("the owner could not forget")

    with pytest.raises(OSError, match="forget"):
        discard_box(box, on=OPENED, with_sheets=fail)
    assert everything_left(box)["sheets"] == 5
    assert everything_left(box)["key"]


def test_the_key_never_goes_inside_somebodys_transaction() -> None:
    box, _held = closed_with_answers()
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        discard_box(box, on=OPENED)
    assert everything_left(box)["key"]


@pytest.mark.parametrize("change", ["discarded_on = null", "discarded_on = discarded_on + 1", "counted_on = current_date"])
def test_a_discarded_box_stays_so_through_sql(change: str) -> None:
    box, _held = closed_with_answers()
    discard_box(box, on=OPENED)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"update ballots_box set {change}")


def test_an_open_box_and_one_whose_count_has_begun_are_not_marked_through_sql() -> None:
    box = new_box()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("update ballots_box set discarded_on = current_date")
    close_box(box, by=None, on=OPENED)
    CountedGroup.objects.create(box=box, about=person("Ada"), group="peer", invited=3)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("update ballots_box set discarded_on = current_date")


def test_nothing_is_counted_from_a_discarded_box_and_the_box_stays() -> None:
    box, _held = closed_with_answers()
    discard_box(box, on=OPENED)
    with pytest.raises(IntegrityError), transaction.atomic():
        CountedGroup.objects.create(box=box, about=person("Ada"), group="peer", invited=3)
    with pytest.raises(IntegrityError), transaction.atomic():
        box.delete()
    with counting(box), as_holder(person("Bo")):
        assert not SealedSheet.objects.exists()


def test_killed_anywhere_and_run_again_it_ends_the_same() -> None:
    killed = 0
    for step in range(1, 60):
        box, _held = closed_with_answers()
        if not dies_before(step, partial(discard_box, box, on=OPENED)):
            break
        killed += 1
        left = everything_left(box)
        assert (left["sheets"] == 5) == left["key"] or left["discarded"], f"killed at step {step}: the key went before the sheets"
        discard_box(box, on=OPENED)
        assert everything_left(box) == ENDED, f"killed at step {step}"
    assert killed > 8
