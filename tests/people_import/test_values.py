"""Reading single cells."""

from __future__ import annotations

from datetime import date

import pytest

from azimuth.people.importing import spelling, values

DAY = date(2026, 3, 31)


@pytest.mark.parametrize("cell", ["2026-03-31", "2026/3/31", "31.03.2026", "31/3/2026", "31-03-26", "20260331", "31 March 2026", "March 31, 2026",
                                  "31. März 2026", "31 mars 2026", "31st Mar 2026", "46112", "2026-03-31 00:00:00", "2026-03-31T09:30:00Z"])
def test_days_as_people_write_them(cell: str) -> None:
    assert values.read_date(cell) == DAY


@pytest.mark.parametrize("cell", ["31/31/2026", "2026-02-30", "soon", "13", "99999", "0026-03-31", "31 Marchember 2026", "1.1.1850", "٣١.٠٣.٢٠٢٦ x"])
def test_what_is_no_day(cell: str) -> None:
    assert values.read_date(cell) is None


def test_month_first_where_the_column_says_so() -> None:
    assert values.is_month_first(["03/04/2026", "12/31/2025"])
    assert not values.is_month_first(["03/04/2026", "31/12/2025"])
    assert values.read_date("03/31/2026", month_first=True) == DAY


def test_days_nobody_can_tell_from_months() -> None:
    assert values.is_ambiguous(["03/04/2026", "05/06/2026"])
    assert not values.is_ambiguous(["03.04.2026"])
    assert not values.is_ambiguous(["03/03/2026"])


def test_two_digit_years() -> None:
    assert values.read_date("1.5.99") == date(1999, 5, 1)
    assert values.read_date("1.5.05") == date(2005, 5, 1)


@pytest.mark.parametrize("cell", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "＝1", "#REF!", "- lead"])
def test_formulas(cell: str) -> None:
    assert values.is_formula(cell)


@pytest.mark.parametrize("cell", ["-5", "+49 30 1234", "-1,250.50", "+3%", "A-1", "1=1"])
def test_numbers_with_a_sign_are_no_formulas(cell: str) -> None:
    assert not values.is_formula(cell)


@pytest.mark.parametrize(("cell", "code"), [("de", "de"), ("DE", "de"), ("de_AT", "de"), ("pt-BR", "pt-br"), ("German", "de"), ("Deutsch", "de"),
                                            ("français", "fr"), ("Klingon", None), ("xx", None)])
def test_languages(cell: str, code: str | None) -> None:
    assert values.read_language(cell) == code


@pytest.mark.parametrize(("cell", "zone"), [("europe/berlin", "Europe/Berlin"), ("America/New York", "America/New_York"), ("Mars/Base", None)])
def test_time_zones(cell: str, zone: str | None) -> None:
    assert values.read_time_zone(cell) == zone


@pytest.mark.parametrize(("cell", "number"), [("1.5", 1.5), ("1,5", 1.5), ("1,234.50", 1234.5), ("1.234,5", 1234.5), ("1 000", 1000), ("7", 7), ("x", None), ("NaN", None), ("1e99", None)])
def test_numbers(cell: str, number: float | None) -> None:
    assert values.read_number(cell) == number


@pytest.mark.parametrize(("one", "other"), [("Research & Development", "research and development"), ("Müller  Werke", "Muller Werke"), ("R&D", "R & D")])
def test_spellings_that_are_the_same(one: str, other: str) -> None:
    assert spelling.fold(one) == spelling.fold(other)


@pytest.mark.parametrize(("one", "other"), [
    ("Marketing", "Marketting"), ("National Permitting Service", "Natational Permitting Service"), ("Asset Mgmt", "Asset Management"),
    ("Health Care", "Healthcare"), ("Sales Support", "Support Sales"), ("Finance Dept", "Finance Department"), ("Customer Service", "Customer Services"),
])
def test_spellings_that_are_alike(one: str, other: str) -> None:
    assert spelling.alike([one, other]) == [(one, other)]


@pytest.mark.parametrize(("one", "other"), [
    ("South East", "South West"), ("North", "South"), ("Eastern", "Western"), ("Wales Sales", "Sales Sales"), ("Region 1", "Region 2"),
    ("Internal Audit", "External Audit"), ("Team A", "Team B"), ("Import", "Export"), ("Works", "Board"), ("Director", "Deputy Director"),
])
def test_names_that_only_look_alike(one: str, other: str) -> None:
    assert spelling.alike([one, other]) == []
