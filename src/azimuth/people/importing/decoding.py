"""From bytes to text: which encoding a file was written in, and which bytes are broken."""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]+")
_UNUSED_IN_CP1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")

BROKEN = re.compile("[\ufffd\udc80-\udcff\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_WITHOUT_WIDTH = dict.fromkeys([0x200B, 0x2060, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
# What UTF-8 looks like when it was read as Windows-1252: "Ã¼" for "ü", "â€™" for "’".
MANGLED = re.compile("[ÃÂ][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€[™œ\u009d“”¦¢]")


@dataclass(frozen=True, slots=True)
class Text:
    """The text of a file and the encoding it was read in. Broken bytes are lone surrogates in it (see BROKEN)."""

    text: str
    encoding: str


def decode(content: bytes) -> Text:
    """The text of a file, letters with accents in one piece, and the encoding it was read in."""
    found = _decode(content)
    return Text(composed(found.text), found.encoding)


def composed(text: str) -> str:
    """The text with every accent joined to its letter and without signs that have no width, so that one name is one name."""
    return text if text.isascii() else unicodedata.normalize("NFC", text.translate(_WITHOUT_WIDTH))


def _decode(content: bytes) -> Text:
    """By its mark, else UTF-8 if most of it is, UTF-16 by its zero bytes, else Windows-1252 or Latin-1."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return Text(content[len(mark):].decode(encoding, _on_error(encoding)), encoding)
    wide = _wide(content[:4096])
    if wide:
        return Text(content.decode(wide, "replace"), wide)
    try:
        return Text(content.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        pass
    if _is_mostly_utf8(content):
        return Text(content.decode("utf-8", "surrogateescape"), "utf-8")
    if _UNUSED_IN_CP1252.search(content):
        return Text(content.decode("latin-1"), "latin-1")
    return Text(content.decode("cp1252"), "cp1252")


def is_broken(text: str) -> bool:
    """Whether a text lost letters on the way: bytes outside its encoding, replacement signs, control signs."""
    return BROKEN.search(text) is not None


def _on_error(encoding: str) -> str:
    return "surrogateescape" if encoding == "utf-8" else "replace"


def _wide(start: bytes) -> str:
    """UTF-16 without a mark: nearly every second byte of western text is zero."""
    if len(start) < 8 or not start.count(0):
        return ""
    even, odd = start[0::2].count(0), start[1::2].count(0)
    if odd > len(start) * 0.3 and even < odd / 10:
        return "utf-16-le"
    if even > len(start) * 0.3 and odd < even / 10:
        return "utf-16-be"
    return ""


def _is_mostly_utf8(content: bytes) -> bool:
    """Whether the runs beyond ASCII are well-formed UTF-8 more often than not."""
    good = bad = 0
    for run in _BEYOND_ASCII.findall(content):
        if _SEQUENCE.sub(b"", run):
            bad += 1
        else:
            good += 1
    return good > bad
