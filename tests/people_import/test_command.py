"""`azimuth people import`: the same import in one go, for whoever runs the installation."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from azimuth.audit.models import Entry
from azimuth.cli import _parser
from azimuth.operations.commands.people import import_file
from azimuth.operations.trouble import Trouble
from azimuth.people.models import ImportMapping, PeopleImport, Person, ReportingLine
from tests.people_import.paper import FIVE, HEADER, workbook

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> object:
    """Runs the command on some content; gives exit code and JSON."""

    def running(content: str | bytes, *words: str, name: str = "people.csv") -> tuple[int, dict[str, object]]:
        file = tmp_path / name
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        code = import_file(_parser().parse_args(["people", "import", str(file), "--json", *words]))
        return code, json.loads(capsys.readouterr().out)

    return running


def company(rows: str = FIVE) -> str:
    return f"{HEADER}\n{rows}"


def test_a_clean_file_is_applied(run: object) -> None:
    code, said = run(company())  # type: ignore[operator]
    assert code == 0
    assert said == {
        "rows": 5, "applied": 5, "set_aside": 0, "problems": [],
        "changes": {"new": 5, "changed": 0, "moved": 0, "leaving": 0, "back": 0, "unchanged": 0, "units": 3},
    }
    assert Person.objects.get(employee_id="3").lines.get().lead.name == "Bo Lind"
    assert PeopleImport.objects.get().created_by is None
    assert Entry.objects.get(action="people.import").detail["new"] == 5


def test_the_same_file_again_changes_nothing(run: object) -> None:
    run(company())  # type: ignore[operator]
    lines = list(ReportingLine.objects.order_by("id").values_list("id", "starts_on", "ends_on"))
    code, said = run(company())  # type: ignore[operator]
    assert (code, said["applied"]) == (0, 5)
    assert {kind for kind, count in said["changes"].items() if count} == {"unchanged"}
    assert list(ReportingLine.objects.order_by("id").values_list("id", "starts_on", "ends_on")) == lines


def test_with_a_fault_nothing_is_applied(run: object) -> None:
    code, said = run(company(FIVE + "6,Finn,no address,Maker,Works,2\n"))  # type: ignore[operator]
    assert (code, said["applied"], said["set_aside"]) == (1, 0, 0)
    assert said["problems"] == [{
        "row": 7, "column": "email", "value": "no address", "code": "bad_email",
        "remedy": "“no address” is not an e-mail address. Mend it, or leave the cell empty.",
    }]
    assert not Person.objects.exists()
    assert not PeopleImport.objects.exists()


def test_faulty_rows_set_aside_and_the_rest_applied(run: object) -> None:
    code, said = run(company(FIVE + "6,Finn,no address,Maker,Works,2\n"), "--set-aside")  # type: ignore[operator]
    assert (code, said["applied"], said["set_aside"], said["changes"]["new"]) == (0, 5, 1, 5)
    assert Person.objects.count() == 5


def test_a_rehearsal_changes_nothing(run: object) -> None:
    code, said = run(company(), "--rehearse")  # type: ignore[operator]
    assert (code, said["applied"], said["changes"]["new"]) == (0, 0, 5)
    assert not Person.objects.exists()


def test_leavers_half_and_partial_files(run: object) -> None:
    run(company())  # type: ignore[operator]
    first_four, first_two = ("".join(FIVE.splitlines(keepends=True)[:count]) for count in (4, 2))
    code, said = run(company(first_two))  # type: ignore[operator]
    assert (code, [problem["code"] for problem in said["problems"]]) == (1, ["ended_half"])
    assert said["problems"][0]["remedy"].endswith("--confirm-ending, or --partial.")
    code, said = run(company(first_two), "--set-aside")  # type: ignore[operator]
    assert (code, said["changes"]["leaving"], said["problems"][0]["code"]) == (0, 0, "ended_half")
    code, said = run(company(first_two), "--partial")  # type: ignore[operator]
    assert (code, said["changes"]["leaving"]) == (0, 0)
    code, said = run(company(first_four))  # type: ignore[operator]
    assert (code, said["changes"]["leaving"]) == (0, 1)
    code, said = run(company(first_two), "--confirm-ending", "--complete")  # type: ignore[operator]
    assert (code, said["changes"]["leaving"]) == (0, 2)
    code, said = run(company())  # type: ignore[operator]
    assert (code, said["changes"]["back"]) == (0, 3)


def test_columns_can_be_named(run: object) -> None:
    content = "who;what;top;below;nr;boss\nAda;Head;North;Board;1;\nBo;Maker;North;Works;2;Ada\n"
    words = [word for pair in ("name=who", "job_title=WHAT", "unit=top", "unit=below", "employee_id=nr", "lead=boss") for word in ("--map", pair)]
    code, _said = run(content, *words)  # type: ignore[operator]
    assert code == 0
    bo = Person.objects.select_related("unit__parent").get(employee_id="2")
    assert (bo.name, bo.job_title, bo.unit.name, bo.unit.parent.name, bo.lines.get().lead.name) == ("Bo", "Maker", "Works", "North", "Ada")
    assert ImportMapping.objects.get().columns["columns"]["unit"] == ["top", "below"]
    code, said = run(content)  # type: ignore[operator]
    assert (code, said["changes"]["unchanged"]) == (0, 2)


def test_what_was_chosen_against_the_guess_is_remembered(tmp_path: Path) -> None:
    from datetime import UTC, datetime

    from azimuth.people.actions import imports
    from azimuth.people.importing import guessing, reading
    from azimuth.people.importing.mapping import Options

    rows = [f"{number},P{number},North - {name}" for number, name in enumerate(["Sales", "Works", "Board"], start=1)]
    content = "\n".join(["id,name,unit", *rows]).encode()
    sheet = reading.read(content)
    guess = guessing.guess(sheet)
    assert guess.unit_separator == " - "
    imports.apply_now(name="x", content=content, sheet=sheet, columns=replace(guess, unit_separator=""), options=Options(), set_aside=False,
                      rehearse=False, at=datetime(2026, 3, 2, tzinfo=UTC))
    next_month = content + b"\n4,P4,North - Harbour"
    columns, _options = imports.remembered(reading.read(next_month), next_month)
    assert columns.unit_separator == ""


def test_wrong_names_of_columns_and_fields(run: object) -> None:
    code, said = run(company(), "--map", "name=nosuch", "--map", "naem=name")  # type: ignore[operator]
    assert (code, [problem["code"] for problem in said["problems"]]) == (1, ["unknown_column", "unknown_field"])
    with pytest.raises(Trouble, match="FIELD=COLUMN"):
        run(company(), "--map", "name")  # type: ignore[operator]


def test_no_new_units(run: object) -> None:
    code, said = run(company(), "--known-units")  # type: ignore[operator]
    assert (code, {problem["code"] for problem in said["problems"]}) == (1, {"unit_not_known"})


@pytest.mark.parametrize(("content", "problem"), [("", "no_rows"), (b"\xd0\xcf\x11\xe0", "old_workbook")])
def test_files_that_cannot_be_read(run: object, content: str | bytes, problem: str) -> None:
    code, said = run(content)  # type: ignore[operator]
    assert (code, said["rows"], said["problems"][0]["code"]) == (1, 0, problem)


def test_two_hundred_megabytes_are_refused_unread(run: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "huge.csv"
    with file.open("wb") as stream:
        stream.truncate(200 * 2**20)
    code = import_file(_parser().parse_args(["people", "import", str(file), "--json"]))
    said = json.loads(capsys.readouterr().out)
    assert (code, said["problems"][0]["code"], said["problems"][0]["value"]) == (1, "too_large", "200 MB")


def test_no_file_at_all(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="there is no file"):
        import_file(_parser().parse_args(["people", "import", str(tmp_path / "nothing.csv")]))


def test_workbooks_too(run: object) -> None:
    code, _said = run(workbook(["Personalnummer", "Name", "Vorgesetzter"], [17, "Ada", None], [18, "Bo", 17]), name="people.xlsx")  # type: ignore[operator]
    assert code == 0
    assert Person.objects.get(employee_id="18").lines.get().lead.employee_id == "17"


def test_words_for_readers(run: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "people.csv"
    file.write_text(company(FIVE + "".join(f"{number},N,no address {number},Maker,Works,2\n" for number in range(10, 60))))
    assert import_file(_parser().parse_args(["people", "import", str(file)])) == 1
    said = capsys.readouterr()
    assert "55 rows: 5 new, 0 changed" in said.out
    assert "row 7, email: “no address 10” is not an e-mail address" in said.out
    assert "more; --json gives them all" in said.out
    assert "Comes to lead: Ada Novak (1), 4 people instead of 0." in said.out
    assert "Nothing was applied" in said.err
    assert import_file(_parser().parse_args(["people", "import", str(file), "--set-aside", "--partial", "--rehearse"])) == 0
    assert "A rehearsal" in capsys.readouterr().out
    assert import_file(_parser().parse_args(["people", "import", str(file), "--set-aside", "--partial"])) == 0
    assert "Applied: 5 rows; 50 were set aside." in capsys.readouterr().out
