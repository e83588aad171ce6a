"""A sheet as it travels: cleaned, bound to its ticket, padded to the one size of its box, sealed."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from azimuth.access.verdict import Refused
from azimuth.ballots.models import Box, SealedSheet
from azimuth.questionnaires.queries import NOT_OBSERVED, Sheet, Snapshot

TEXT_LIMIT = 2000  # characters of one answer to a prompt
BLOCK = 4096
SEAL = 48  # bytes a sealed box adds (a key and a check sum)
_HEAD = struct.Struct(">16s16s16sI")  # box, ticket, holder, length of what follows

PER_SHEET, PER_ITEM, PER_PROMPT = 1024, 32, 3072


class SheetTooLong(Refused):
    """The texts of a sheet do not fit; the message says what to shorten."""


class Unreadable(Exception):
    """A stored sheet does not open, or was not made for the row it lies in."""


@dataclass(frozen=True, slots=True, repr=False)
class OpenSheet:
    """One sheet, opened: `scores` maps question keys to a value or "not_observed", `texts` to words; never printed.

    `holder` is whose it is: the count must know who stands behind a figure, and forgets it with the sheet.
    """

    version: int
    scores: dict[str, int | str]
    texts: dict[str, str]
    holder: UUID | None = None

    @property
    def content(self) -> Sheet:
        """The same as the plain mapping forms work with."""
        return {"scores": dict(self.scores), "texts": dict(self.texts)}

    def __repr__(self) -> str:
        return "<OpenSheet>"


def sheet_size_for(snapshot: Snapshot) -> int:
    """Bytes every sheet of a box made from this snapshot has, full or empty: a multiple of 4 KiB."""
    kinds = [question["kind"] for section in snapshot["sections"] for question in section["questions"]]
    wanted = PER_SHEET + PER_ITEM * kinds.count("item") + PER_PROMPT * kinds.count("prompt")
    return -(-wanted // BLOCK) * BLOCK


def seal(box: Box, ticket: UUID, holder: UUID, sheet: Mapping[str, Any]) -> bytes:
    """The bytes to store; raises SheetTooLong.

    Box, ticket and holder are sealed in with the answers: somebody who can write to the database cannot put another
    rater's sheet into a row of their own and read it there.
    """
    packed = zlib.compress(json.dumps(_clean(sheet), ensure_ascii=False, separators=(",", ":")).encode(), 9)
    spare = box.sheet_size - _HEAD.size - len(packed)
    if spare < 0:
        raise SheetTooLong(_("Your texts together are longer than this form can keep. Shorten the longest by about a third and save again."))
    head = _HEAD.pack(box.pk.bytes, ticket.bytes, holder.bytes, len(packed))
    return SealedBox(PublicKey(bytes(box.public_key))).encrypt(head + packed + bytes(spare))


def unseal(row: SealedSheet, key: PrivateKey) -> OpenSheet:
    """Open one stored row; raises Unreadable."""
    try:
        opened = SealedBox(key).decrypt(bytes(row.blob))
        box, ticket, holder, length = _HEAD.unpack_from(opened)
        sheet = json.loads(zlib.decompress(opened[_HEAD.size : _HEAD.size + length]))
        scores, texts = dict(sheet["scores"]), dict(sheet["texts"])
    except (CryptoError, struct.error, zlib.error, ValueError, TypeError, KeyError):
        raise Unreadable("A sheet does not open with the key of its box.") from None
    if (box, ticket, holder) != (row.box_id.bytes, row.ticket.bytes, row.holder.bytes):
        raise Unreadable("A sheet lies in a row it was not made for.")
    return OpenSheet(row.version, scores, texts, row.holder)


def _clean(sheet: Mapping[str, Any]) -> Sheet:
    """Only what a sheet may hold: known shapes, line ends of one kind, nothing the database could not store later."""
    scores = {str(UUID(key)): _score(value) for key, value in sheet.get("scores", {}).items()}
    texts = {str(UUID(key)): _text(value) for key, value in sheet.get("texts", {}).items()}
    return {"scores": scores, "texts": {key: text for key, text in texts.items() if text.strip()}}


def _score(value: object) -> int | str:
    if value == NOT_OBSERVED:
        return NOT_OBSERVED
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 100:
        return value
    raise ValueError("A score is a point of the scale or “not observed”.")


def _text(value: str) -> str:
    text = value.replace("\r\n", "\n").replace("\x00", "").encode(errors="replace").decode()
    if len(text) > TEXT_LIMIT:
        over = len(text) - TEXT_LIMIT
        raise SheetTooLong(
            ngettext(
                "One of your answers is %(over)d character too long: %(limit)d fit. Shorten it and save again.",
                "One of your answers is %(over)d characters too long: %(limit)d fit. Shorten it and save again.", over,
            ) % {"over": over, "limit": TEXT_LIMIT}
        )
    return text
