"""Competencies from sheets and YAML: preview first, then all or nothing; and out again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from azimuth.audit.models import Entry
from azimuth.competencies import actions, outlines, queries
from azimuth.competencies.models import Competency
from azimuth.competencies.outlines import CompetencyOutline
from azimuth.kit import sheets
from azimuth.people.models import Person
from azimuth.questionnaires import actions as questionnaires
from azimuth.questionnaires.documents import Problems
from azimuth.questionnaires.models import Questionnaire
from azimuth.questionnaires.outlines import QuestionOutline, Stale
from tests.cast import Cast

SignIn = Callable[[Person], Client]
pytestmark = pytest.mark.django_db
ADDRESS = "/competencies/import/"
HEAD = "code,part,name,text,collection,self\n"


@pytest.fixture
def iris(cast: Cast, as_person: SignIn) -> Client:
    return as_person(cast.iris)


def upload(client: Client, name: str, content: bytes) -> object:
    return client.post(ADDRESS, {"file": SimpleUploadedFile(name, content)})


def files(found: list[CompetencyOutline]) -> dict[str, bytes]:
    return {
        "c.yaml": outlines.write_yaml(found).encode(),
        "c.csv": sheets.write_csv(outlines.write_rows(found)),
        "c.xlsx": sheets.write_xlsx(outlines.write_rows(found)),
        "semicolons.csv": sheets.write_csv(outlines.write_rows(found)).decode().replace(",", ";").encode("utf-8"),
    }


@pytest.mark.parametrize("name", ["c.yaml", "c.csv", "c.xlsx", "semicolons.csv"])
def test_each_kind_of_file_is_shown_then_applied(iris: Client, humour: CompetencyOutline, name: str) -> None:
    preview = upload(iris, name, files([humour])[name])
    assert preview.status_code == 200, preview.content.decode()  # type: ignore[attr-defined]
    assert "New" in preview.content.decode()  # type: ignore[attr-defined]
    assert not Competency.objects.exists()
    plan = preview.context["plan"]  # type: ignore[attr-defined]
    text = preview.context["text"]  # type: ignore[attr-defined]
    answer = iris.post(ADDRESS, {"text": text, "seen": plan.seen})
    assert answer["Location"] == reverse("competencies:index")
    assert queries.outline_of(Competency.objects.get()) == humour
    assert Entry.objects.get(action="competencies.import").detail["new"] == 1


def test_new_changed_next_back_and_same_are_told_apart(cast: Cast, iris: Client, humour: CompetencyOutline, now: datetime) -> None:
    actions.load_library(at=now)
    stored = {row.code: queries.outline_of(row) for row in queries.whole(Competency.objects.all())}
    questionnaires.mark_used(Questionnaire.objects.get(code="leadership-360"), on=now.date())
    actions.retire(Competency.objects.get(code="learning"), by=cast.iris, at=now)
    found = [
        humour,
        replace(stored["deciding"], definition="Used, so it goes on."),
        replace(stored["working-with-care"], name="Care"),
        stored["learning"],
        stored["listening-as-a-lead"],
    ]
    plan = queries.plan_import(found)
    assert [change.kind for change in plan.changes] == ["new", "next_version", "changed", "back", "same"]
    assert plan.changes[1].parts == ("definition",)
    actions.apply_import(found, seen=plan.seen, by=cast.iris, at=now)
    assert Competency.objects.get(code="deciding", version=2).definition == "Used, so it goes on."
    assert Competency.objects.get(code="deciding", version=1).definition == stored["deciding"].definition
    assert Competency.objects.get(code="working-with-care").name == "Care"
    assert Competency.objects.get(code="learning").retired_on is None
    again = queries.plan_import(found)
    assert again.effective == ()
    assert "Nothing would change" in upload(iris, "c.yaml", outlines.write_yaml(found).encode()).content.decode()  # type: ignore[attr-defined]


def test_a_change_in_between_is_noticed(cast: Cast, iris: Client, humour: CompetencyOutline, now: datetime) -> None:
    actions.add(humour, by=cast.iris, at=now)
    found = [replace(humour, definition="Mine")]
    seen = queries.plan_import(found).seen
    Competency.objects.update(definition="Theirs")
    answer = iris.post(ADDRESS, {"text": outlines.write_yaml(found), "seen": seen})
    assert answer.status_code == 409
    assert "was changed since this preview" in answer.content.decode()
    with pytest.raises(Stale):
        actions.apply_import(found, seen=seen, by=cast.iris, at=now)
    assert Competency.objects.get().definition == "Theirs"


def test_without_a_code_the_name_decides(cast: Cast, humour: CompetencyOutline, now: datetime) -> None:
    actions.add(humour, by=cast.iris, at=now)
    plan = queries.plan_import([replace(humour, code=""), replace(humour, code="", name="Wit"), replace(humour, code="", name="Wit!")])
    assert [(change.outline.code, change.kind) for change in plan.changes] == [("humour", "same"), ("wit", "new"), ("wit-2", "new")]


@pytest.mark.parametrize(
    ("content", "row", "said"),
    [
        ("name,text\nx,y\n", 1, "These columns are missing"),
        (f"{HEAD}Über,competency,Humour,Light,,\n", 2, "small letters"),
        (f"{HEAD}humour,chapter,Humour,Light,,\n", 2, "Write one of"),
        (f"{HEAD}humour,item,,Smiles.,,\n", 2, "must stand above"),
        (f"{HEAD}humour,competency,,Light,,\nhumour,item,,Smiles.,,\n", 2, "must not be empty"),
        (f"{HEAD}humour,competency,Humour,Light,,\n", 2, "at least one item"),
        (f"{HEAD}humour,competency,Humour,Light,,\nhumour,competency,Humour,Light,,\n", 3, "already stands in row 2"),
        (f"{HEAD}humour,competency,Humour,Light,,\nhumour,item,,{'x' * 401},,\n", 3, "401 characters"),
        (f"{HEAD}humour,competency,Humour,Light,,\nhumour,level,,Smiles,,\nhumour,item,,Smiles.,,\n", 3, "must not be empty"),
        (HEAD + "humour,competency,Humour,Light,,\n" + "humour,prompt,,Why?,,\n" * 7 + "humour,item,,Smiles.,,\n", 9, "At most 6"),
    ],
)
def test_faults_of_a_sheet_are_named_row_by_row(iris: Client, content: str, row: int, said: str) -> None:
    answer = upload(iris, "c.csv", content.encode())
    assert answer.status_code == 422  # type: ignore[attr-defined]
    problems = answer.context["problems"]  # type: ignore[attr-defined]
    assert any(problem.line == row and said in problem.remedy for problem in problems), problems
    assert "Row" in answer.content.decode()  # type: ignore[attr-defined]
    assert not Competency.objects.exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("competencies:\n  - name: Humour\n    definition: Light\n", "at least one item"),
        ("competencies:\n  - {code: 'A b', name: x, definition: y, items: [{text: z}]}", "small letters"),
        ("competencies:\n  - {code: a, name: x, definition: y, items: [{text: z, asked_of: [self]}]}", "not known here"),
        ("competencies:\n  - {code: a, name: x, definition: y, items: [{text: z}]}\n  - {code: a, name: w, definition: y, items: [{text: z}]}", "already stands in line 2"),
        ("competencies: []\n", "no competency in it"),
        ("competencies:\n  - {code: a, name: x, definition: y, items: [{text: z}], levels: [{name: b}]}", "must not be empty"),
    ],
)
def test_faults_of_a_text_are_named_and_the_text_is_kept(iris: Client, text: str, said: str) -> None:
    answer = iris.post(ADDRESS, {"text": text})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert "competencies:" in page
    assert not Competency.objects.exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [("c.csv", b""), ("c.csv", b"\x00\x01"), ("c.xlsx", b"PK\x03\x04broken"), ("c.pdf", b"%PDF-1.7"), ("c.xls", b"\xd0\xcf\x11\xe0"), ("c.yaml", b"x" * 2_100_000)],
)
def test_what_is_no_sheet_is_refused_in_words(iris: Client, name: str, content: bytes) -> None:
    answer = upload(iris, name, content)
    assert answer.status_code == 422  # type: ignore[attr-defined]


def test_formulas_and_odd_signs_go_round_unharmed(iris: Client, humour: CompetencyOutline, cast: Cast, now: datetime) -> None:
    odd = replace(humour, name="=cmd|' /C calc'!A0", items=(QuestionOutline("@SUM(1+1)*\U0001f600 ש\u200f", "item"), QuestionOutline("-1", "item")), prompts=())
    text = sheets.write_csv(outlines.write_rows([odd])).decode()
    assert ",=" not in text
    answer = upload(iris, "c.csv", text.encode())
    assert answer.context["plan"].changes[0].outline == odd  # type: ignore[attr-defined]


def test_a_sheet_without_a_row_and_with_too_many() -> None:
    problems = Problems()
    assert outlines.read_rows(["code", "part", "text"], [], problems) == ()
    rows = [(n, [f"c{n}", "competency", "x"]) for n in range(2, 504)]
    outlines.read_rows(["code", "part", "text", "name"], [(n, [*row, "x"]) for n, row in rows], problems)
    assert any("At most 500" in problem.remedy for problem in problems.found)


@pytest.mark.parametrize("kind", ["yaml", "csv", "xlsx", "nonsense"])
def test_export(iris: Client, humour: CompetencyOutline, cast: Cast, now: datetime, kind: str) -> None:
    actions.add(humour, by=cast.iris, at=now)
    answer = iris.get(reverse("competencies:export"), {"kind": kind})
    assert answer.status_code == 200
    assert f'competencies.{"yaml" if kind == "nonsense" else kind}' in answer["Content-Disposition"]
    narrowed = iris.get(reverse("competencies:export"), {"kind": "yaml", "code": "other\x00", "collection": "House"})
    assert "competencies: []" in narrowed.content.decode()
