"""Reading files of any separator, encoding and kind, within limits."""

from __future__ import annotations

import codecs
import time
import zipfile
from datetime import date, datetime
from io import BytesIO

import pytest

from azimuth.people.importing import reading, workbooks
from azimuth.people.importing.problems import Unreadable
from tests.people_import.paper import codes, plan, sheet, workbook


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_any_separator(sign: str) -> None:
    found = reading.read(sign.join(["id", "name", "unit"]).encode() + f"\n1{sign}Ada{sign}\"a{sign}b\"\n2{sign}Bo{sign}c\n".encode())
    assert found.separator == sign
    assert found.rows == [(2, ["1", "Ada", f"a{sign}b"]), (3, ["2", "Bo", "c"])]


def test_commas_in_text_do_not_beat_semicolons() -> None:
    found = reading.read(b"id;name;job title\n1;Novak, Ada;Head, Board, all\n2;Lind, Bo;Lead\n")
    assert found.separator == ";"


def test_the_first_line_of_excel_names_the_separator() -> None:
    assert reading.read(b"sep=;\nid;name\n1;Ada\n").rows == [(2, ["1", "Ada"])]


@pytest.mark.parametrize(
    ("encoding", "mark", "read_as"),
    [("utf-8", b"", "utf-8"), ("utf-8", codecs.BOM_UTF8, "utf-8"), ("utf-16-le", codecs.BOM_UTF16_LE, "utf-16-le"),
     ("utf-16-be", codecs.BOM_UTF16_BE, "utf-16-be"), ("utf-16-le", b"", "utf-16-le"), ("utf-16-be", b"", "utf-16-be"), ("cp1252", b"", "cp1252")],
)
def test_any_encoding(encoding: str, mark: bytes, read_as: str) -> None:
    found = reading.read(mark + "id,name\n1,Zoë Müller\n2,Ada Novak\n3,Bo Lindqvist\n4,Cleo Brandt\n".encode(encoding))
    assert found.encoding == read_as
    assert found.rows[0] == (2, ["1", "Zoë Müller"])


def test_letters_beyond_windows_1252_are_latin_1() -> None:
    assert reading.read(b"id,name\n1,M\xfcller\n2,x\x81\n").encoding == "latin-1"


def test_accents_are_joined_to_their_letters() -> None:
    assert reading.read("id,name\n1,Zoe\u0308\n".encode()).rows[0][1][1] == "Zoë"


def test_signs_without_width_do_not_make_another_number() -> None:
    assert reading.read("id,name\n\u200b17\ufeff,Zo\u202eë\n".encode()).rows[0][1] == ["17", "Zoë"]


def test_blank_lines_neither_count_nor_hide_what_follows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "ROWS_AT_MOST", 3)
    assert [number for number, _cells in reading.read(b"id,name\n" + b"\n" * 500 + b"1,Ada\n").rows] == [502]


def test_broken_bytes_are_named_by_row() -> None:
    made = plan("id,name\n1,Zoë\n2,".encode() + b"M\xfcller\n" + "3,Åsa\n".encode())
    assert codes(made) == [(3, "encoding")]
    assert made.problems[0].value == "M\ufffdller"
    assert made.problems[0].column == "name"


def test_zero_bytes_and_replacement_signs_are_broken_letters() -> None:
    assert codes(plan("id,name\n1,A\x00da\n2,B\ufffdo\n")) == [(2, "encoding"), (3, "encoding")]


def test_letters_read_in_the_wrong_encoding_are_pointed_at() -> None:
    made = plan("id,name\n1,MÃ¼ller\n")
    assert codes(made) == [(2, "unsure_letters")]
    assert made.set_aside == 0


def test_lines_in_quotes_stay_one_row() -> None:
    assert reading.read(b'id,name\n1,"Ada\nNovak"\n2,Bo\n').rows == [(2, ["1", "Ada\nNovak"]), (3, ["2", "Bo"])]


def test_an_open_quotation_mark_costs_one_row_not_the_file() -> None:
    rows = "".join(f"{number},Person {number},Unit\n" for number in range(3, 60))
    made = plan(f'id,name,unit\n2,"Broken,Unit\n{rows}')
    assert codes(made) == [(2, "ragged_row")]
    assert made.rows == 58
    assert made.counts["new"] == 57


def test_thousands_of_open_quotation_marks_are_read_quickly() -> None:
    content = "id,name\n" + '1,"a\n' * 40_000
    begun = time.perf_counter()
    reading.read(content.encode())
    assert time.perf_counter() - begun < 5


def test_a_cell_without_end_costs_one_row() -> None:
    made = plan(f"id,name\n1,{'x' * 1_100_000}\n2,Bo\n")
    assert codes(made) == [(2, "ragged_row")]
    assert made.counts["new"] == 1


def test_cells_missing_or_too_many() -> None:
    made = plan("id,name,unit\n1,Ada\n2,Bo,Works,more\n3,Cleo,Works,,\n")
    assert codes(made) == [(2, "ragged_row"), (3, "ragged_row")]
    assert made.problems[0].remedy.startswith("This row has 2 cells, the header 3.")


def test_lines_above_the_header_and_empty_rows_keep_the_count() -> None:
    found = reading.read(b"Staff list 2026,,\n,,\nid,name,unit\n1,Ada,Works\n,,\n2,Bo,Works\n")
    assert found.header == ("id", "name", "unit")
    assert [number for number, _cells in found.rows] == [4, 6]


def test_columns_without_a_name_or_with_the_same_are_told_apart() -> None:
    assert reading.read(b"id,,name,name\n1,2,3,4\n").header == ("id", "column B", "name", "name (2)")


@pytest.mark.parametrize("content", [b"", b"\n\n", b"id,name\n", b"id,name\n,\n , \n", codecs.BOM_UTF8])
def test_no_rows(content: bytes) -> None:
    with pytest.raises(Unreadable) as refusal:
        reading.read(content)
    assert refusal.value.problem.code == "no_rows"


def test_two_hundred_megabytes_are_refused_before_they_are_read() -> None:
    with pytest.raises(Unreadable) as refusal:
        reading.refuse_size(200 * 2**20)
    assert refusal.value.problem.value == "200 MB"
    assert "at most 50 MB" in refusal.value.problem.remedy


def test_too_many_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """A54: a cap on rows."""
    monkeypatch.setattr(reading, "ROWS_AT_MOST", 3)
    with pytest.raises(Unreadable) as refusal:
        reading.read(sheet())
    assert refusal.value.problem.code == "too_large"
    with pytest.raises(Unreadable) as refusal:
        reading.read(workbook(["id", "name"], *([number, "x"] for number in range(5))))
    assert "at most 3 rows" in refusal.value.problem.remedy


@pytest.mark.parametrize(("content", "code"), [
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_workbook"), (b"%PDF-1.7", "not_a_sheet"), (b"PK\x03\x04rest", "damaged"),
    (workbook(["id", "name"], [1, "Ada"])[:-200], "damaged"),
])
def test_what_is_no_sheet(content: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        reading.read(content)
    assert refusal.value.problem.code == code


def test_cells_of_a_workbook_are_what_a_person_would_type() -> None:
    moment = datetime(2024, 3, 1, 9, 30)  # noqa: DTZ001 spreadsheets know no time zones
    found = reading.read(workbook(["id", "name", "since", "share", "yes"], [17, "Ada", date(2024, 3, 1), 0.5, True], ["007", None, moment, 17.0, ""]))
    assert found.rows == [(2, ["17", "Ada", "2024-03-01", "0.5", "true"]), (3, ["007", "", "2024-03-01 09:30", "17", ""])]


def test_the_first_sheet_with_content_is_read() -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.create_sheet("People").append(["id", "name"])
    book["People"].append([1, "=A2"])
    file = BytesIO()
    book.save(file)
    found = reading.read(file.getvalue())
    assert found.sheet == "People"
    assert found.formulas == {(2, 1)}


def test_formulas_of_a_workbook_are_named_and_never_calculated() -> None:
    made = plan(workbook(["id", "name", "email"], [1, "Ada", "=1+1"], [2, "=CONCATENATE(\"B\",\"o\")", "bo@example.org"]))
    assert (2, "formula") in codes(made)
    assert (3, "formula") in codes(made)
    assert made.set_aside == 2


def test_a_cell_far_out_does_not_fill_the_memory() -> None:
    import openpyxl

    for far in ("XFD2", "B900000"):
        book = openpyxl.Workbook()
        book.active["A1"], book.active["B1"], book.active[far] = "id", "name", "x"
        file = BytesIO()
        book.save(file)
        with pytest.raises(Unreadable) as refusal:
            reading.read(file.getvalue())
        assert refusal.value.problem.code == "too_large"


def test_a_zip_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A54: a cap on what unpacks."""
    monkeypatch.setattr(workbooks, "UNPACKED_AT_MOST", 2**20)
    file = BytesIO(workbook(["id", "name"], [1, "Ada"]))
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/zeros.bin", b"\x00" * 2**21)
    with pytest.raises(Unreadable) as refusal:
        reading.read(file.getvalue())
    assert refusal.value.problem.code == "too_large"
