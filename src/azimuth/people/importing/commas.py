"""Reading separated text: which sign separates, and the rows."""

from __future__ import annotations

import csv
import io
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from itertools import islice

SEPARATORS = (",", ";", "\t", "|")
_SAMPLE = 200  # lines looked at to find the separator
_LONGEST_CELL = 1_000_000
_LINES_IN_A_ROW = 20  # more than this and a quotation mark was left open


class BrokenRow(list[str]):
    """A row whose cells cannot be told apart for certain: a guess at them."""


def separator(text: str) -> str:
    """The sign that cuts the first lines into the same number of cells, the more cells the better; a comma when none does.

    Excel's own first line "sep=;" is believed.
    """
    if _says_separator(text):
        return text[4]
    sample = list(islice(_lines(text[:200_000]), _SAMPLE))
    best, best_score = ",", 0.0
    for sign in SEPARATORS:
        widths = Counter(len(row) for row in _over(sample, sign) if any(row))
        width, agreeing = max(widths.items(), key=lambda item: (item[1], item[0]), default=(1, 0))
        score = (agreeing / max(widths.total(), 1)) * min(width, 12) if width > 1 else 0
        if score > best_score:
            best, best_score = sign, score
    return best


def rows(text: str, sign: str) -> Iterator[list[str]]:
    """The rows, cell by cell, quotation marks taken off; read line by line, never laid out whole.

    A quotation mark nobody closed would swallow the rows below: where a row runs over several lines and does not fit the
    header, its first line is given alone, as a BrokenRow, and reading goes on with the next line.
    """
    feed = _Feed(_lines(text.partition("\n")[2] if _says_separator(text) else text))
    reader, width = _over(feed, sign), 0
    while True:
        feed.begin()
        row: list[str] | None
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            row = None
        span = len(feed.taken)
        if row is None or span > _LINES_IN_A_ROW or (span > 1 and width and len(row) != width):
            yield BrokenRow(feed.taken[0].rstrip("\r\n").replace('"', "").split(sign))
            feed.back()
            reader = _over(feed, sign)
            continue
        if not width and sum(map(bool, row)) > 1:
            width = len(row)
        yield row


class _Feed:
    """Lines one at a time, not many for one row; all but the first can be given back."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.taken: list[str] = []
        self._lines, self._again = iter(lines), deque[str]()

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self.taken) > _LINES_IN_A_ROW:
            raise StopIteration
        line = self._again.popleft() if self._again else next(self._lines)
        self.taken.append(line)
        return line

    def begin(self) -> None:
        """A new row begins."""
        self.taken = []

    def back(self) -> None:
        """Give back what was taken, but for the first line."""
        self._again.extendleft(reversed(self.taken[1:]))


def _says_separator(text: str) -> bool:
    return text[:4].lower() == "sep=" and text[4:5] in SEPARATORS


def _lines(text: str) -> Iterable[str]:
    return io.StringIO(text.replace("\x00", "\ufffd"), newline="")


def _over(lines: Iterable[str], sign: str) -> Iterator[list[str]]:
    csv.field_size_limit(_LONGEST_CELL)
    return csv.reader(lines, delimiter=sign, skipinitialspace=True)
