"""From an uploaded file to a sheet: a header and rows of cells, all of it text."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from django.utils.translation import gettext as _

from azimuth.kit.search import plain
from azimuth.people.importing import commas, decoding, fields, workbooks
from azimuth.people.importing.problems import Problem, Unreadable, shown

BYTES_AT_MOST = 50 * 2**20
ROWS_AT_MOST = 200_000
_HEADER_WITHIN = 10  # filled rows among which the header is looked for: a title may stand above it


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a file says. `rows` carry their number as the spreadsheet counts them; empty rows are left out."""

    header: tuple[str, ...]
    rows: list[tuple[int, list[str]]]
    kind: str  # "csv" or "xlsx"
    encoding: str = ""
    separator: str = ""
    sheet: str = ""
    formulas: frozenset[tuple[int, int]] = field(default_factory=frozenset)

    @property
    def signature(self) -> str:
        """What files with the same columns share, in whatever order: the name under which a mapping is remembered."""
        return hashlib.sha256("\n".join(sorted(plain(name) for name in self.header)).encode()).hexdigest()

    def column(self, place: int, at_most: int | None = None) -> Iterator[str]:
        """The cells of one column, top to bottom."""
        for _number, cells in islice(self.rows, at_most):
            yield cells[place].strip() if place < len(cells) else ""


def refuse_size(size: int) -> None:
    """Raise Unreadable for a file of more bytes than an import takes: to be asked before it is read."""
    if size > BYTES_AT_MOST:
        most = _("%(count)s MB") % {"count": BYTES_AT_MOST // 2**20}
        raise Unreadable(Problem("too_large", value=_("%(count)s MB") % {"count": round(size / 2**20)}, says={"most": most}))


def read(content: bytes) -> Sheet:
    """The sheet in a file. Raises Unreadable when it is too large, no sheet at all, or has no rows."""
    refuse_size(len(content))
    if content.startswith(b"PK\x03\x04"):
        book = workbooks.read(content, rows_at_most=ROWS_AT_MOST)
        return _sheet(book.rows, Sheet((), [], "xlsx", sheet=book.sheet, formulas=book.formulas))
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(Problem("old_workbook"))
    if content.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"<!DOCTYPE", b"<html")):
        raise Unreadable(Problem("not_a_sheet"))
    text = decoding.decode(content)
    sign = commas.separator(text.text)
    return _sheet(commas.rows(text.text, sign), Sheet((), [], "csv", encoding=text.encoding, separator=sign))


def _sheet(lines: Iterable[list[str]], found: Sheet) -> Sheet:
    filled = ((number, cells) for number, cells in enumerate(lines, start=1) if any(cell and not cell.isspace() for cell in cells))
    rows = list(islice(filled, ROWS_AT_MOST + _HEADER_WITHIN + 1))
    place = _header_place([cells for _number, cells in rows[:_HEADER_WITHIN]])
    if len(rows) < place + 2:
        raise Unreadable(Problem("no_rows"))
    if len(rows) - place - 1 > ROWS_AT_MOST:
        raise Unreadable(Problem("too_large", says={"most": _("%(count)s rows") % {"count": f"{ROWS_AT_MOST:,}"}}))
    header = _header(rows[place][1])
    return Sheet(header, rows[place + 1:], found.kind, found.encoding, found.separator, found.sheet, found.formulas)


def _header_place(lines: Sequence[list[str]]) -> int:
    """The row with the most headers we know among the first filled ones, else the first of them."""
    best, best_known = 0, 1
    for place, cells in enumerate(lines):
        known = sum(fields.meaning(cell) is not None for cell in cells if cell.strip())
        if known > best_known:
            best, best_known = place, known
    return best


def _header(cells: Sequence[str]) -> tuple[str, ...]:
    """The column names, made distinct: a nameless column is called by its letter, a repeated name gets a number."""
    cells = list(cells)
    while cells and not cells[-1].strip():
        cells.pop()
    seen: dict[str, int] = {}
    names = []
    for place, cell in enumerate(cells):
        name = shown(" ".join(cell.split())) or _("column %(letter)s") % {"letter": letters(place)}
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(names)


def letters(place: int) -> str:
    """A column's letters as spreadsheets write them: A, B, ... Z, AA."""
    text, place = "", place + 1
    while place:
        place, rest = divmod(place - 1, 26)
        text = chr(65 + rest) + text
    return text
