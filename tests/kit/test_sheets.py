"""Sheets: nothing that leaves us becomes a formula in a spreadsheet program, and everything else survives."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from azimuth.kit import sheets

FORMULA_SIGNS = "=+-@\t\r"
BEGINNINGS = st.sampled_from(["", " ", "\x00", "\x01", "\ufeff", "  \x02 "])
RISKY = st.builds(lambda before, sign, rest: before + sign + rest, BEGINNINGS, st.sampled_from(list(FORMULA_SIGNS)), st.text(max_size=20))


def cells_of_csv(made: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(made.decode("utf-8-sig"), newline="")))


def cells_of_xlsx(made: bytes) -> list[list[object]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(made)).get_sheet_by_index(0).to_python()


@given(RISKY | st.text(max_size=40))
def test_no_text_cell_begins_a_formula(text: str) -> None:
    """A36: whatever the text."""
    for cell in (cells_of_csv(sheets.write_csv([["head", text]]))[0][1], sheets.harmless(text)):
        assert str(cell).lstrip("\ufeff \n\x0b\x0c")[:1] not in (*FORMULA_SIGNS, "\x00") or str(cell) == ""


@given(RISKY)
def test_xlsx_holds_text_not_formulas(text: str) -> None:
    """A36: read again by another library."""
    made = sheets.write_xlsx([["head"], [text]])
    cell = load_workbook(io.BytesIO(made)).active["A2"]
    assert cell.data_type != "f"
    assert str(cell.value).startswith("'")


@given(st.lists(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=12) | st.integers(-10**9, 10**9), min_size=1, max_size=4), min_size=1, max_size=5))
def test_csv_comes_back_as_it_was(rows: list[list[object]]) -> None:
    back = cells_of_csv(sheets.write_csv(rows))
    assert [[str(sheets.harmless(cell)) for cell in row] for row in rows if row != [""]] == [row for row in back if row not in ([], [""])]


def test_numbers_stay_numbers() -> None:
    rows = [["Value"], [-5], [2.5], [Decimal("3.75")], [True], [None], ["-5"], [10**20], [float("nan")]]
    back = cells_of_xlsx(sheets.write_xlsx(rows))
    assert back[1:5] == [[-5.0], [2.5], [3.75], [True]]
    assert back[6:] == [["'-5"], [str(10**20)], ["nan"]]


def test_days_and_moments_are_written_so_that_they_sort() -> None:
    assert sheets.harmless(date(2026, 3, 2)) == "2026-03-02"
    assert sheets.harmless(datetime(2026, 3, 2, 9, 5, tzinfo=UTC)) == "2026-03-02 09:05+00:00"


def test_wide_and_long_sheets_and_strange_titles() -> None:
    made = sheets.write_xlsx([[f"c{place}" for place in range(60)], *([number] for number in range(300))], title="a/b:[c]*?" + "x" * 50)
    book = load_workbook(io.BytesIO(made))
    assert len(book.active.title) == 31
    assert (book.active["BH1"].value, book.active["A301"].value, book.active["A1"].font.bold) == ("c59", 299, True)


def test_equal_rows_give_equal_bytes() -> None:
    assert sheets.write_xlsx([["a"], [1]]) == sheets.write_xlsx([["a"], [1]])


@pytest.mark.parametrize("text", ["<b>&\"'", "a\x0bb\x00c", "x" * 40_000])
def test_xlsx_survives_signs_xml_cannot_hold(text: str) -> None:
    back = str(cells_of_xlsx(sheets.write_xlsx([["h"], [text]]))[1][0])
    assert back == text.replace("\x0b", "").replace("\x00", "")[:32_767]
