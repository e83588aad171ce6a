"""Search as people type: accents, case and word order forgiven."""

from __future__ import annotations

import re
import unicodedata

_WORDS = re.compile(r"\w+")
_LETTERS = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}


def plain(text: str) -> str:
    """Lower case, without accents, signs turned to spaces: what is compared instead of the text itself."""
    if text.isascii():
        return " ".join(_WORDS.findall(text.lower()))
    folded = "".join(_LETTERS.get(sign, sign) for sign in text.casefold())
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(sign))
    return " ".join(_WORDS.findall(bare))


def prefix_query(words: str) -> str:
    """A PostgreSQL tsquery that wants, in any order, a word beginning with each of `words`; empty when there are none."""
    return " & ".join(f"{word}:*" for word in plain(words).replace("_", " ").split()[:8])
