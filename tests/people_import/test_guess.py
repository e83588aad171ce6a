"""Guessing what columns mean, and the person's own wishes over the guesses."""

from __future__ import annotations

import pytest

from azimuth.people.importing import guessing, reading
from azimuth.people.importing.fields import AttributeField
from azimuth.people.importing.mapping import ColumnMap, faults, overridden
from tests.people_import.paper import organogram


def guess(header: str, *rows: str, attributes: tuple[AttributeField, ...] = ()) -> dict[str, tuple[str, ...]]:
    return dict(guessing.guess(reading.read("\n".join([header, *rows]).encode()), attributes).columns)


@pytest.mark.parametrize(("header", "fields"), [
    ("Employee ID,Full Name,E-mail Address,Job Title,Manager ID", "employee_id name email job_title lead"),
    ("Personalnummer,Vorname,Nachname,E-Mail,Stellenbezeichnung,Abteilung,Führungskraft,Eintrittsdatum",
     "employee_id first_name last_name email job_title unit lead started_on"),
    ("Matricule,Prénom,Nom,Courriel,Intitulé du poste,Service,Responsable,Date d'entrée",
     "employee_id first_name last_name email job_title unit lead started_on"),
    ("EMPLOYEE_ID,NAME,REPORTS_TO,TIME_ZONE,Language,Location,Grade", "employee_id name lead time_zone language location grade"),
])
def test_headers_in_several_languages(header: str, fields: str) -> None:
    found = guess(header, ",".join("x" for _name in header.split(",")))
    assert sorted(found) == sorted(fields.split())


def test_one_column_called_nom_is_the_whole_name() -> None:
    assert guess("matricule,nom", "1,Ada Novak") == {"employee_id": ("matricule",), "name": ("nom",)}


def test_columns_without_words_are_told_by_what_stands_in_them() -> None:
    found = guess("A,Name,C,D", "P1,Ada,ada@example.org,", "P2,Bo,bo@example.org,P1", "P3,Cleo,cleo@example.org,P1", "P4,Dan,dan@example.org,P2")
    assert found == {"name": ("Name",), "email": ("C",), "employee_id": ("A",), "lead": ("D",)}


def test_of_two_numbers_the_one_that_tells_people_apart() -> None:
    assert guess("id,name,employee number", "7,Ada,1", "7,Bo,2", "7,Cleo,3")["employee_id"] == ("employee number",)


def test_of_two_columns_of_leads_the_one_that_names_any() -> None:
    header = "employee number,name,lead's employee number,lead's e-mail"
    assert guess(header, ",Ada,,bo@example.org", ",Bo,,")["lead"] == ("lead's e-mail",)
    assert guess(header, "1,Ada,2,bo@example.org", "2,Bo,,")["lead"] == ("lead's employee number",)


def test_first_and_last_names_beat_a_third_column() -> None:
    assert sorted(guess("id,display name,first name,last name", "1,ada,Ada,Novak")) == ["employee_id", "first_name", "last_name"]


def test_mr_and_ms_are_no_job_titles() -> None:
    assert "job_title" not in guess("id,name,title", "1,Ada,Ms", "2,Bo,Mr.")


def test_unit_columns_make_a_path_from_the_whole_down() -> None:
    assert guess("id,name,Team,Company,Department", "1,Ada,a,b,c")["unit"] == ("Company", "Department", "Team")


@pytest.mark.parametrize("sign", [" > ", " - ", " / "])
def test_paths_in_one_column_are_cut(sign: str) -> None:
    paths = [f"North{sign}Sales", f"North{sign}Works", f"South{sign}Sales", f"South{sign}Works{sign}Night"]
    found = guessing.guess(reading.read(("id,name,unit\n" + "\n".join(f"{n},N,{path}" for n, path in enumerate(paths))).encode()))
    assert found.unit_separator == sign


def test_a_dash_in_one_name_is_no_path() -> None:
    rows = "1,A,Research - Old\n2,B,Sales\n3,C,Works\n4,D,Board"
    assert guessing.guess(reading.read(f"id,name,unit\n{rows}".encode())).unit_separator == ""


def test_custom_attributes_are_found_by_key_and_label() -> None:
    found = guess("id,name,Cost centre,shift", "1,Ada,7,night", attributes=(AttributeField("cost", "Cost centre", "text"), AttributeField("shift", "Working shift", "text")))
    assert found["attribute.cost"] == ("Cost centre",)
    assert found["attribute.shift"] == ("shift",)


def test_family_names_first() -> None:
    assert guessing.guess(reading.read(b'id;name\n1;"Novak, Ada"\n2;"Lind, Bo"\n')).family_name_first


def test_the_organograms_need_no_help() -> None:
    found = guessing.guess(reading.read(organogram("environment-agency")))
    assert found.columns == {
        "employee_id": ("employee_id",), "name": ("name",), "email": ("email",), "job_title": ("job_title",), "grade": ("grade",),
        "unit": ("organisation", "unit"), "lead": ("reports_to",),
    }
    assert found.unit_separator == " - "


def test_wishes_replace_guesses_and_free_their_columns() -> None:
    before = ColumnMap({"name": ("who",), "job_title": ("what",), "unit": ("a",)})
    after, problems = overridden(before, [("grade", "WHAT"), ("unit", "b"), ("unit", "a"), ("name", "")], ("who", "what", "a", "b"), ())
    assert not problems
    assert after.columns == {"grade": ("what",), "unit": ("b", "a")}


def test_wishes_for_what_is_not_there_are_named() -> None:
    _after, problems = overridden(ColumnMap({}), [("naem", "x"), ("name", "y")], ("x",), ())
    assert [(problem.code, problem.value) for problem in problems] == [("unknown_field", "naem"), ("unknown_column", "y")]


def test_a_mapping_survives_json() -> None:
    chosen = ColumnMap({"unit": ("a", "b")}, " > ", month_first=True)
    assert ColumnMap.from_json(chosen.as_json()) == chosen


def test_without_key_or_name_nothing_can_be_read() -> None:
    assert [problem.code for problem in faults(ColumnMap({"grade": ("x",)}))] == ["no_key", "no_name"]
