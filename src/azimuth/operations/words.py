"""Catalogues of words: `.po` files as translators write them, made into the `.mo` files Django reads, without gettext's own tools.

`python -m azimuth.operations.words` compiles what is new; set-up does so, and so do tests.
"""

from __future__ import annotations

import ast
import os
import re
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from azimuth.operations.database import SOURCE

LOCALE = SOURCE / "locale"
_LINE = re.compile(r'(?:(msgctxt|msgid|msgid_plural|msgstr)(?:\[(\d+)\])?\s+)?("(?:[^"\\]|\\.)*")\s*')
_MAGIC, _HEAD = 0x950412DE, 28


@dataclass(frozen=True, slots=True)
class Message:
    """One message: what the source says, and in which words a language says it (several where there is a plural; "" is not yet)."""

    id: str
    plural: str = ""
    context: str = ""
    words: tuple[str, ...] = ("",)
    is_fuzzy: bool = False

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it this message and no other."""
        return self.id, self.context, self.plural

    @property
    def is_translated(self) -> bool:
        """Whether every form has words, and nobody doubts them."""
        return all(self.words) and not self.is_fuzzy


class Unreadable(ValueError):
    """A catalogue that is not well formed, with its line."""


def read(text: str) -> list[Message]:
    """The messages of a catalogue, its header (the message without words of its own) first. Raises Unreadable."""
    return [_message(block) for block in _blocks(text)]


def _blocks(text: str) -> Iterator[list[tuple[int, str]]]:
    """Runs of lines that belong together, without what was given up (`#~`); a comment or an id begins the next."""
    block: list[tuple[int, str]] = []
    for number, line in enumerate(text.split("\n"), start=1):
        line = line.strip()
        begins = line.startswith(("#", "msgctxt", "msgid "))
        if begins and any(known.startswith("msgstr") for _number, known in block):
            yield block
            block = []
        if line and not line.startswith("#~"):
            block.append((number, line))
    if any(line.startswith("msg") for _number, line in block):
        yield block


def _message(block: list[tuple[int, str]]) -> Message:
    parts: dict[str, str] = {}
    words: dict[int, str] = {}
    name, place, is_fuzzy = "", 0, False
    for number, line in block:
        if line.startswith("#"):
            is_fuzzy = is_fuzzy or (line.startswith("#,") and "fuzzy" in line)
            continue
        found = _LINE.fullmatch(line)
        if found is None or not (found[1] or name):
            msg = f"line {number} is not well formed: {line}"
            raise Unreadable(msg)
        name, place = (found[1], int(found[2] or 0)) if found[1] else (name, place)
        said: str = ast.literal_eval(found[3])
        if name == "msgstr":
            words[place] = words.get(place, "") + said
        else:
            parts[name] = parts.get(name, "") + said
    ordered = tuple(words.get(place, "") for place in range(max(words, default=0) + 1))
    return Message(parts.get("msgid", ""), parts.get("msgid_plural", ""), parts.get("msgctxt", ""), ordered, is_fuzzy)


def compiled(messages: Iterable[Message]) -> bytes:
    """The same messages as a `.mo` file; those without words are left out, so that people read the source instead."""
    pairs = sorted((_asked(message), "\0".join(message.words).encode()) for message in messages if message.is_translated)
    ids, words = b"".join(asked + b"\0" for asked, _said in pairs), b"".join(said + b"\0" for _asked, said in pairs)
    tables = _HEAD + 16 * len(pairs)
    index = _index([asked for asked, _said in pairs], tables) + _index([said for _asked, said in pairs], tables + len(ids))
    return struct.pack("<7I", _MAGIC, 0, len(pairs), _HEAD, _HEAD + 8 * len(pairs), 0, 0) + index + ids + words


def _asked(message: Message) -> bytes:
    context = f"{message.context}\x04" if message.context else ""
    return (context + message.id + (f"\0{message.plural}" if message.plural else "")).encode()


def _index(texts: Iterable[bytes], at: int) -> bytes:
    table = b""
    for text in texts:
        table += struct.pack("<2I", len(text), at)
        at += len(text) + 1
    return table


def compile_all(folder: Path = LOCALE) -> list[Path]:
    """Compile every catalogue that is newer than its `.mo` file; returns what was written."""
    written = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        try:
            content = compiled(read(source.read_text("utf-8")))
        except Unreadable as fault:
            msg = f"{source}: {fault}"
            raise SystemExit(msg) from None
        fresh = target.with_name(f"{target.name}.{os.getpid()}")  # several processes may compile at once
        fresh.write_bytes(content)
        fresh.replace(target)
        written.append(target)
    return written


if __name__ == "__main__":
    compile_all()
