"""Reading XLSX: the limits that keep a small file from filling the memory, the cells as text, and where formulas stand."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import python_calamine
from django.utils.translation import gettext as _

from azimuth.people.importing.decoding import composed
from azimuth.people.importing.problems import Problem, Unreadable

UNPACKED_AT_MOST = 300 * 2**20  # bytes of all parts together
CELLS_AT_MOST = 20_000_000  # of the rectangle all cells lie in: the reader lays out every one of them
COLUMNS_AT_MOST = 500
_CHUNK = 2**20

_LONGEST_ROW = 32 * 2**20

_CELL = rb"<(?:\w+:)?c\b[^>]*?\br=[\"']([A-Z]{1,4})(\d{1,8})[\"']"
_FILLED = re.compile(_CELL + rb"(?:[^>]*[^/>])?>")
_FORMULA = re.compile(_CELL + rb"(?:[^>]*[^/>])?>\s*<(?:\w+:)?f\b")
_ERROR = re.compile(rb"<(?:\w+:)?c\b(?=[^>]*\bt=[\"']e[\"'])[^>]*?\br=[\"']([A-Z]{1,4})(\d{1,8})[\"']")
_SHEET = re.compile(rb"<(?:\w+:)?sheet\b[^>]*>")
_NAME = re.compile(rb"\bname=[\"']([^\"']*)[\"']")
_RELATION = re.compile(rb"\b(?:\w+:)?id=[\"']([^\"']*)[\"']")
_LINK = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
_ID = re.compile(rb"\bId=[\"']([^\"']*)[\"']")
_TARGET = re.compile(rb"\bTarget=[\"']([^\"']*)[\"']")


@dataclass(frozen=True, slots=True)
class Workbook:
    """The cells of the first sheet that has any, and the places (row from 1, column from 0) that hold a formula or its error."""

    sheet: str
    rows: list[list[str]]
    formulas: frozenset[tuple[int, int]]


def read(content: bytes, *, rows_at_most: int) -> Workbook:
    """The first sheet with content. Raises Unreadable for what is damaged or would not fit."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            places = _measure(archive, rows_at_most)
            book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
            for number, name in enumerate(book.sheet_names):
                sheet = book.get_sheet_by_index(number)
                if sheet.height:
                    cells = [[as_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
                    return Workbook(name, cells, places.get(_part(archive, number), frozenset()))
    except Unreadable:
        raise
    except (zipfile.BadZipFile, zlib.error, python_calamine.CalamineError, OSError, ValueError, KeyError, RuntimeError, EOFError):
        raise Unreadable(Problem("damaged")) from None
    raise Unreadable(Problem("no_rows"))


def as_text(cell: object) -> str:
    """A cell as a person would type it: numbers that are whole without a point, days as 2026-03-31."""
    match cell:
        case bool():
            return "true" if cell else "false"
        case float() if cell.is_integer() and abs(cell) < 10**15:
            return str(int(cell))
        case datetime():
            return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ", timespec="minutes")
        case date():
            return cell.isoformat()
        case time() | timedelta():
            return str(cell)
        case None:
            return ""
    return composed(str(cell))


def _measure(archive: zipfile.ZipFile, rows_at_most: int) -> dict[str, frozenset[tuple[int, int]]]:
    """Unpack every part once without keeping it: sizes are what they are, not what the archive says. Gives the formulas per part."""
    if sum(part.file_size for part in archive.infolist()) > UNPACKED_AT_MOST:
        raise _too_large(_("%(count)s MB once unpacked"), UNPACKED_AT_MOST // 2**20)
    left, found = UNPACKED_AT_MOST, {}
    for part in archive.infolist():
        scan = _Scan(rows_at_most) if part.filename.startswith("xl/worksheets/") and part.filename.endswith(".xml") else None
        with archive.open(part) as stream:
            for chunk in iter(lambda: stream.read(_CHUNK), b""):
                left -= len(chunk)
                if left < 0:
                    raise _too_large(_("%(count)s MB once unpacked"), UNPACKED_AT_MOST // 2**20)
                if scan:
                    scan.feed(chunk)
        if scan:
            found[part.filename] = frozenset(scan.formulas)
    return found


class _Scan:
    """Looks through the XML of a sheet for formulas and for cells so far out that laying them out would fill the memory."""

    def __init__(self, rows_at_most: int) -> None:
        self.formulas: set[tuple[int, int]] = set()
        self._rest = b""
        self._rows_at_most, self._rows, self._columns = rows_at_most, 0, 0

    def feed(self, chunk: bytes) -> None:
        """Look through the next piece, up to its last whole row; the beginning of the next row waits for the piece after."""
        self._rest += chunk
        cut = self._rest.rfind(b"row>")
        if cut < 0 and len(self._rest) > _LONGEST_ROW:
            raise Unreadable(Problem("damaged"))
        if cut > 0:
            self._look(self._rest[:cut])
            self._rest = self._rest[cut:]

    def _look(self, text: bytes) -> None:
        cells = _FILLED.findall(text)
        if cells:
            letters, rows = zip(*cells, strict=True)
            self._columns = max(self._columns, *(_number(name) + 1 for name in set(letters)))
            self._rows = max(self._rows, *map(int, set(rows)))
            self._refuse()
        for pattern in (_FORMULA, _ERROR):
            self.formulas.update((int(row), _number(letters)) for letters, row in pattern.findall(text))

    def _refuse(self) -> None:
        if self._rows > self._rows_at_most + 1:
            raise _too_large(_("%(count)s rows"), self._rows_at_most)
        if self._columns > COLUMNS_AT_MOST or self._rows * self._columns > CELLS_AT_MOST:
            raise _too_large(_("%(count)s columns"), COLUMNS_AT_MOST)


def _part(archive: zipfile.ZipFile, number: int) -> str:
    """The name of the part that holds the sheet with this number, through the workbook's table of relations."""
    sheets = _SHEET.findall(archive.read("xl/workbook.xml"))
    links = {}
    for link in _LINK.findall(archive.read("xl/_rels/workbook.xml.rels")):
        key, target = _ID.search(link), _TARGET.search(link)
        if key and target:
            links[key[1]] = target[1].decode("utf-8", "replace")
    relation = _RELATION.search(sheets[number]) if number < len(sheets) else None
    path = links.get(relation[1], "") if relation else ""
    return path.lstrip("/") if path.startswith("/") else f"xl/{path}"


def _number(letters: bytes) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + letter - 64
    return place - 1


def _too_large(words: str, count: int) -> Unreadable:
    return Unreadable(Problem("too_large", says={"most": words % {"count": f"{count:,}"}}))
