"""Saving a sheet: drafts and answers alike, sealed, one size, nobody else's."""

from __future__ import annotations

import random
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from nacl.public import PrivateKey

from azimuth.access.verdict import Denied
from azimuth.audit.models import Entry
from azimuth.ballots import vault
from azimuth.ballots.actions import StaleSheet, close_box, extend_box, save_sheet
from azimuth.ballots.models import Box, SealedSheet
from azimuth.ballots.queries import read_sheet
from azimuth.ballots.row_security import as_holder
from azimuth.ballots.sheets import SEAL, SheetTooLong, Unreadable, seal, sheet_size_for
from azimuth.notifications.models import Mail, Notice
from tests.ballots.conftest import CLOSES_AT, ITEM, OPENED, PROMPT
from tests.cast import Cast

SHEET = {"scores": {ITEM: 4}, "texts": {PROMPT: "Explains the why behind every change."}}


def test_what_was_saved_is_read_again(box: Box, cast: Cast) -> None:
    ticket = uuid.uuid4()
    assert read_sheet(box, ticket, by=cast.ada) is None
    assert save_sheet(box, ticket, SHEET, by=cast.ada, seen=None) == 1
    assert save_sheet(box, ticket, {"scores": {ITEM: "not_observed"}, "texts": {}}, by=cast.ada, seen=1) == 2
    opened = read_sheet(box, ticket, by=cast.ada)
    assert opened is not None
    assert (opened.version, opened.scores, opened.texts) == (2, {ITEM: "not_observed"}, {})


def test_nobody_else_reads_it(box: Box, cast: Cast) -> None:
    """A15: drafts too."""
    ticket = uuid.uuid4()
    save_sheet(box, ticket, SHEET, by=cast.ada, seen=None)
    for other in (cast.bo, cast.iris, cast.finn):
        assert read_sheet(box, ticket, by=other) is None


def test_nobody_else_writes_it(box: Box, cast: Cast) -> None:
    ticket = uuid.uuid4()
    save_sheet(box, ticket, SHEET, by=cast.ada, seen=None)
    for seen in (None, 1):
        with pytest.raises(Denied):
            save_sheet(box, ticket, {"scores": {ITEM: 1}, "texts": {}}, by=cast.bo, seen=seen)
    assert read_sheet(box, ticket, by=cast.ada).content == SHEET  # type: ignore[union-attr]


@pytest.mark.parametrize("seen", [None, 1, 7])
def test_a_second_tab_is_noticed_and_both_texts_survive(box: Box, cast: Cast, seen: int | None) -> None:
    ticket = uuid.uuid4()
    save_sheet(box, ticket, SHEET, by=cast.ada, seen=None)
    save_sheet(box, ticket, {"scores": {}, "texts": {PROMPT: "from the first tab"}}, by=cast.ada, seen=1)
    with pytest.raises(StaleSheet) as stale:
        save_sheet(box, ticket, SHEET, by=cast.ada, seen=seen)
    assert stale.value.current.version == 2
    assert stale.value.current.texts == {PROMPT: "from the first tab"}
    assert "first tab" not in str(stale.value)


def test_a_lost_row_is_written_anew(box: Box, cast: Cast) -> None:
    assert save_sheet(box, uuid.uuid4(), SHEET, by=cast.ada, seen=3) == 1


def test_every_sheet_has_the_same_size(box: Box, cast: Cast) -> None:
    for sheet in ({}, SHEET, {"scores": {str(uuid.uuid4()): 3 for _ in range(60)}, "texts": {PROMPT: "long " * 390}}):
        save_sheet(box, uuid.uuid4(), sheet, by=cast.ada, seen=None)
    with as_holder(cast.ada):
        assert {len(row.blob) for row in SealedSheet.objects.all()} == {box.sheet_size + SEAL}


def test_saving_leaves_no_trace(box: Box, cast: Cast) -> None:
    before = Entry.objects.count()
    save_sheet(box, uuid.uuid4(), SHEET, by=cast.ada, seen=None)
    assert (Entry.objects.count(), Mail.objects.count(), Notice.objects.count()) == (before, 0, 0)


def test_a_closed_box_takes_nothing(box: Box, cast: Cast) -> None:
    ticket = uuid.uuid4()
    save_sheet(box, ticket, SHEET, by=cast.ada, seen=None)
    close_box(box, by=cast.iris, on=OPENED)
    for late in (ticket, uuid.uuid4()):
        with pytest.raises(Denied, match="closed"):
            save_sheet(box, late, SHEET, by=cast.ada, seen=1)


def test_without_the_key_nothing_is_typed_in_vain(box: Box, cast: Cast) -> None:
    vault.destroy(box)
    with pytest.raises(Denied, match="key of this round"):
        save_sheet(box, uuid.uuid4(), SHEET, by=cast.ada, seen=None)
    assert SealedSheet.objects.count() == 0


def noise(seed: int) -> str:
    """Words nothing can compress."""
    return "".join(random.Random(seed).choices([chr(0x4E00 + point) for point in range(20000)], k=2000))


@pytest.mark.parametrize("texts", [["x" * 2001], [noise(1), noise(2), noise(3)]])
def test_too_long_is_said_in_a_sentence(box: Box, cast: Cast, texts: list[str]) -> None:
    """A54: a cap on words."""
    sheet = {"scores": {}, "texts": {str(uuid.uuid4()): text for text in texts}}
    with pytest.raises(SheetTooLong, match=r"[Ss]horten"):
        save_sheet(box, uuid.uuid4(), sheet, by=cast.ada, seen=None)


@pytest.mark.parametrize("score", [True, 2.5, "4", -1, 101, None])
def test_a_score_is_a_point_or_not_observed(box: Box, cast: Cast, score: object) -> None:
    with pytest.raises(ValueError, match="score"):
        save_sheet(box, uuid.uuid4(), {"scores": {ITEM: score}, "texts": {}}, by=cast.ada, seen=None)


def test_odd_characters_survive_and_harm_nothing(box: Box, cast: Cast) -> None:
    ticket = uuid.uuid4()
    odd = "a\r\nb\x00c \u202eright to left\u202c 🌱 \ud800 =1+1 <b>"
    save_sheet(box, ticket, {"scores": {}, "texts": {PROMPT: odd}}, by=cast.ada, seen=None)
    assert read_sheet(box, ticket, by=cast.ada).texts[PROMPT] == "a\nbc \u202eright to left\u202c 🌱 ? =1+1 <b>"  # type: ignore[union-attr]


def test_a_sheet_moved_into_another_row_stays_shut(box: Box, cast: Cast) -> None:
    """Somebody with the database copies Ada's sheet into a row of their own and opens their form."""
    ticket, own = uuid.uuid4(), uuid.uuid4()
    save_sheet(box, ticket, SHEET, by=cast.ada, seen=None)
    with as_holder(cast.ada):
        stolen = SealedSheet.objects.get(ticket=ticket).blob
    with as_holder(cast.bo), connection.cursor() as cursor:
        cursor.execute(
            "insert into ballots_sealedsheet (ticket, box_id, holder_id, version, blob) values (%s, %s, %s, 1, %s)",
            [own, box.pk, cast.bo.pk, bytes(stolen)],
        )
    with pytest.raises(Unreadable):
        read_sheet(box, own, by=cast.bo)


def test_a_foreign_seal_is_unreadable(box: Box, cast: Cast) -> None:
    ticket = uuid.uuid4()
    other = Box(pk=box.pk, sheet_size=box.sheet_size, public_key=bytes(PrivateKey.generate().public_key))
    with as_holder(cast.ada):
        SealedSheet.objects.create(ticket=ticket, box=box, holder=cast.ada.pk, blob=seal(other, ticket, cast.ada.pk, SHEET))
    with pytest.raises(Unreadable):
        read_sheet(box, ticket, by=cast.ada)


def test_sheets_and_rows_do_not_print_themselves(box: Box, cast: Cast) -> None:
    ticket = uuid.uuid4()
    save_sheet(box, ticket, SHEET, by=cast.ada, seen=None)
    with as_holder(cast.ada):
        printed = repr(SealedSheet.objects.get()) + repr(read_sheet(box, ticket, by=cast.ada))
    assert str(ticket) not in printed
    assert "Explains" not in printed


def test_size_follows_the_questionnaire_only() -> None:
    def snapshot(items: int, prompts: int) -> dict:
        return {"sections": [{"questions": [{"kind": "item"}] * items + [{"kind": "prompt"}] * prompts}]}

    assert sheet_size_for(snapshot(1, 0)) == sheet_size_for(snapshot(90, 0)) == 4096
    assert sheet_size_for(snapshot(25, 2)) == 8192


@pytest.mark.parametrize("items", [1, 25, 120, 600])
def test_a_full_form_fits(cast: Cast, items: int) -> None:
    from tests.ballots.conftest import new_box

    size = sheet_size_for({"sections": [{"questions": [{"kind": "item"}] * items}]})
    box = new_box(sheet_size=size)
    sheet = {"scores": {str(uuid.uuid4()): "not_observed" for _ in range(items)}, "texts": {}}
    assert save_sheet(box, uuid.uuid4(), sheet, by=cast.ada, seen=None) == 1


def test_the_deadline_moves_later_only(box: Box, cast: Cast) -> None:
    from azimuth.access.verdict import Refused

    later = CLOSES_AT + timedelta(days=7)
    assert extend_box(box, closes_at=later, by=cast.iris, on=OPENED).closes_at == later
    with pytest.raises(Refused):
        extend_box(box, closes_at=CLOSES_AT, by=cast.iris, on=OPENED)
    close_box(box, by=cast.iris, on=OPENED)
    with pytest.raises(Refused):
        extend_box(box, closes_at=later + timedelta(days=7), by=cast.iris, on=OPENED)
    assert list(Entry.objects.filter(object_id=box.pk).values_list("action", flat=True)) == ["ballots.open", "ballots.extend", "ballots.close"]
