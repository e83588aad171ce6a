"""Reading single cells: days, addresses, languages, time zones, numbers. Nothing is ever evaluated."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache
from zoneinfo import available_timezones

from django.conf.locale import LANG_INFO
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from azimuth.kit.search import plain

EMPTY = frozenset({"", "-", "–", "—", "n/a", "na", "n.a.", "n. a.", "#n/a", "none", "null", "nil", "nan", "tbd", "tba", "unknown", "?", "k.a.", "k. a.", "s.o.", "./."})

_NUMBER = re.compile(r"[+-]?[\d\s.,'’]*\d%?")
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_BROKEN_FORMULA = frozenset({"#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#BEZUG!", "#WERT!", "#NV"})
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]\d{1,2}:\d{2}.*)?")
_COMPACT = re.compile(r"(19|20)(\d{2})(\d{2})(\d{2})")
_PARTS = re.compile(r"(\d{1,2})[-/. ]+(\d{1,2})[-/. ]+(\d{4}|\d{2})(?:[T ]\d{1,2}:\d{2}.*)?")
_WORDS = re.compile(r"(?:(\d{1,2})[a-z]*|([a-z]+)) (?:de )?(?:(\d{1,2})[a-z]*|([a-z]+)) (?:de )?(\d{4}|\d{2})")
_SERIAL = re.compile(r"[2-6]\d{4}")  # days since 1899-12-30, as spreadsheets keep dates
_MONTHS = {
    word: number
    for number, words in enumerate(
        ("jan januar january janvier janv", "feb februar february fevrier fevr fev", "mar marz march mars mrz maerz", "apr april avril avr",
         "may mai", "jun juni june juin", "jul juli july juillet juil", "aug august aout", "sep sept september septembre",
         "oct okt oktober october octobre", "nov november novembre", "dec dez dezember december decembre"),
        start=1,
    )
    for word in words.split()
}
_EARLIEST, _LATEST = 1900, 2100


def is_empty(cell: str) -> bool:
    """Whether a cell says nothing: blank, a dash, "n/a"."""
    return not cell or cell.casefold() in EMPTY


def is_formula(cell: str) -> bool:
    """Whether a spreadsheet would calculate this text, or did and failed; plain numbers with a sign are not formulas."""
    return (cell.startswith(_FORMULA) and not _NUMBER.fullmatch(cell)) or cell in _BROKEN_FORMULA


@lru_cache(maxsize=20_000)
def read_date(cell: str, *, month_first: bool = False) -> date | None:
    """The day a cell means, or None: 2026-03-31, 31.03.2026, 31/3/26, 3 March 2026, or the number a spreadsheet keeps."""
    if match := _ISO.fullmatch(cell):
        return _day(match[1], match[2], match[3])
    if match := _PARTS.fullmatch(cell):
        day, month = (match[2], match[1]) if month_first else (match[1], match[2])
        return _day(_century(match[3]), month, day)
    if match := _COMPACT.fullmatch(cell):
        return _day(match[1] + match[2], match[3], match[4])
    if _SERIAL.fullmatch(cell):
        return date(1899, 12, 30) + timedelta(days=int(cell))
    if match := _WORDS.fullmatch(plain(cell)):
        number, word = match[1] or match[3], match[2] or match[4]
        return _day(_century(match[5]), str(_MONTHS.get(word or "", 0)), number) if number and word else None
    return None


def _century(year: str) -> str:
    return year if len(year) == 4 else f"{'19' if int(year) > 69 else '20'}{year}"


def _day(year: str, month: str, day: str) -> date | None:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found if _EARLIEST <= found.year <= _LATEST else None


def is_month_first(cells: Iterable[str]) -> bool:
    """Whether a column of days is written 3/31/2026: some second parts are beyond twelve, and no first part is."""
    firsts, seconds = _parts(cells)
    return max(seconds, default=0) > 12 >= max(firsts, default=0)


def is_ambiguous(cells: Iterable[str]) -> bool:
    """Whether nothing in a column of days tells day from month."""
    firsts, seconds = _parts(cells)
    return bool(firsts) and max(firsts) <= 12 and max(seconds) <= 12 and firsts != seconds


def _parts(cells: Iterable[str]) -> tuple[list[int], list[int]]:
    """First and second parts of the days written with slashes or dashes; points are day first everywhere."""
    found = [match for cell in cells if "." not in cell and (match := _PARTS.fullmatch(cell))]
    return [int(match[1]) for match in found], [int(match[2]) for match in found]


@lru_cache(maxsize=100_000)
def is_email(cell: str) -> bool:
    """Whether a cell is an e-mail address."""
    try:
        validate_email(cell)
    except ValidationError:
        return False
    return True


@cache
def _languages() -> dict[str, str]:
    names = {code: code for code in LANG_INFO}
    for code, info in LANG_INFO.items():
        for word in (info.get("name", ""), info.get("name_local", "")):
            names.setdefault(plain(word), code)
    return names


@lru_cache(maxsize=2000)
def read_language(cell: str) -> str | None:
    """The code of a language written as a code (de, de-AT, de_CH) or by its name in English or itself."""
    code = cell.strip().lower().replace("_", "-")
    names = _languages()
    found = names.get(code) or names.get(plain(cell))
    return found or (names.get(code.split("-")[0]) if re.fullmatch(r"[a-z]{2,3}-[a-z0-9]{2,4}", code) else None)


@cache
def _zones() -> dict[str, str]:
    return {zone.lower(): zone for zone in sorted(available_timezones())}


@lru_cache(maxsize=2000)
def read_time_zone(cell: str) -> str | None:
    """The name of a time zone, whatever its case."""
    return _zones().get(cell.strip().lower().replace(" ", "_"))


def read_number(cell: str) -> int | float | None:
    """A number with a point or a comma before its decimals, thousands set apart or not."""
    text = re.sub(r"[\s'’]", "", cell)
    if "," in text and "." in text:
        thousands = "," if text.rfind(".") > text.rfind(",") else "."
        text = text.replace(thousands, "")
    text = text.replace(",", ".")
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    if not number.is_finite() or abs(number) >= Decimal(10) ** 15:
        return None
    return int(number) if number == number.to_integral_value() else float(number)
