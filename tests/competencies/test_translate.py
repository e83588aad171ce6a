"""What competencies say in other languages: written by HR, read by everybody, carried in files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from azimuth.access.verdict import Denied
from azimuth.audit.models import Entry
from azimuth.competencies import actions, library, outlines, queries
from azimuth.competencies.models import Competency
from azimuth.kit import sheets
from azimuth.people.models import Person
from azimuth.questionnaires import translations
from azimuth.questionnaires.documents import Problems
from azimuth.questionnaires.models import Translation
from azimuth.questionnaires.outlines import fingerprint_of
from tests.cast import Cast

SignIn = Callable[[Person], Client]
pytestmark = pytest.mark.django_db


@pytest.fixture
def caring(cast: Cast, now: datetime) -> Competency:
    outline = outlines.CompetencyOutline(
        "", "Caring", "Takes care.", "Ours", (outlines.LevelOutline("First", "Tries."),),
        (outlines.QuestionOutline("Asks how it goes.", wordings={"self": "I ask how it goes."}),),
    )
    return actions.add(outline, by=cast.iris, at=now)


def keep(caring: Competency, by: Person, at: datetime, **words: str) -> None:
    said = {source.replace("_", " "): words for source, words in words.items()}
    actions.translate(caring, said, language="de", seen=fingerprint_of({}), by=by, at=at)


def test_the_page_keeps_what_is_typed(cast: Cast, as_person: SignIn, caring: Competency) -> None:
    iris, address = as_person(cast.iris), reverse("competencies:translate", args=[caring.pk, "de"])
    page = iris.get(address).content.decode()
    for text in ("Caring", "Takes care.", "Ours", "First", "Tries.", "Asks how it goes.", "I ask how it goes."):
        assert text in page
    name = f"text_{translations.key_of('Caring')}"
    assert iris.post(address, {"seen": fingerprint_of({}), name: "Fürsorge"}).status_code == 302
    assert iris.post(address, {"seen": fingerprint_of({}), name: "Sorge"}).status_code == 422
    assert Translation.objects.get().words == "Fürsorge"
    assert Entry.objects.get(action="competencies.translate").detail == {"language": "de", "texts": 1}
    assert iris.get(reverse("competencies:translate", args=[caring.pk, "en"])).status_code == 404


def test_it_is_for_hr_administrators(cast: Cast, caring: Competency, now: datetime) -> None:
    for who in (cast.ada, cast.eve, cast.jon):
        with pytest.raises(Denied):
            keep(caring, who, now, Caring="x")


def test_everybody_reads_it_in_their_language_and_finds_it(cast: Cast, as_person: SignIn, caring: Competency, now: datetime) -> None:
    keep(caring, cast.iris, now, Caring="Fürsorge", Ours="Unsere", **{"Takes care.": "Kümmert sich.", "Tries.": "Versucht es."})
    ada = as_person(cast.ada)
    ada.post("/preferences/language/", {"language": "de"})
    listed = ada.get("/competencies/").content.decode()
    assert "Fürsorge" in listed
    assert "Unsere" in listed
    assert "Fürsorge" in ada.get("/competencies/?q=fürs").content.decode()
    assert "Fürsorge" in ada.get("/competencies/?q=caring").content.decode()
    page = ada.get(reverse("competencies:competency", args=[caring.pk])).content.decode()
    for text in ("Fürsorge", "Kümmert sich.", "Versucht es.", "Asks how it goes."):
        assert text in page
    assert "Caring" in as_person(cast.ada).get("/competencies/").content.decode()


@pytest.mark.parametrize("kind", ["yaml", "csv", "xlsx"])
def test_files_carry_it(cast: Cast, as_person: SignIn, caring: Competency, now: datetime, kind: str) -> None:
    keep(caring, cast.iris, now, Caring="Fürsorge", **{"I ask how it goes.": "=Ich frage."})
    iris = as_person(cast.iris)
    file = iris.get(f"/competencies/export/?kind={kind}")
    content = b"".join(file.streaming_content) if file.streaming else file.content  # type: ignore[arg-type]
    Translation.objects.all().delete()
    found, _text, _unit = read(f"x.{kind}", content)
    plan = queries.plan_import(found)
    assert [change.kind for change in plan.changes] == [queries.TRANSLATED]
    actions.apply_import(found, seen=plan.seen, by=cast.iris, at=now)
    assert dict(Translation.objects.values_list("source", "words")) == {"Caring": "Fürsorge", "I ask how it goes.": "=Ich frage."}
    assert Competency.objects.get().version == 1
    assert [change.kind for change in queries.plan_import(found).changes] == [queries.SAME]


def read(name: str, content: bytes) -> tuple[tuple[outlines.CompetencyOutline, ...], str, str]:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from azimuth.competencies.uploads import read_upload

    problems = Problems()
    answer = read_upload(SimpleUploadedFile(name, content), "", problems)
    assert problems.found == []
    return answer


def test_a_sheet_of_before_there_were_translations_still_reads() -> None:
    problems = Problems()
    rows = [(2, ["x", "competency", "X", "Does x.", ""]), (3, ["x", "item", "", "Shows x.", ""])]
    found = outlines.read_rows(["code", "part", "name", "text", "collection"], rows, problems)
    assert problems.found == []
    assert (found[0].language, found[0].translations) == ("en", {})


@pytest.mark.parametrize(
    ("row", "remedy"),
    [
        (["x", "translation", "", "Shows y.", "", "Zeigt y."], "No text of the file"),
        (["x", "translation", "", "", "", "Zeigt y."], "must not be empty"),
        (["x", "competency", "Z", "Does z.", "tlh", ""], "Not known here"),
    ],
)
def test_faults_of_a_sheet_are_named(row: list[str], remedy: str) -> None:
    problems = Problems()
    rows = [(2, ["x", "competency", "X", "Does x.", "", ""]), (3, ["x", "item", "", "Shows x.", "", ""]), (4, row if "Z" not in row else ["z", *row[1:]])]
    outlines.read_rows(["code", "part", "name", "text", "language", "de"], rows, problems)
    assert any(remedy in problem.remedy for problem in problems.found), problems.found


def test_a_sheet_is_written_with_a_column_for_each_language(caring: Competency, cast: Cast, now: datetime) -> None:
    keep(caring, cast.iris, now, Caring="Fürsorge")
    rows = outlines.write_rows(queries.with_translations([queries.outline_of(caring)]))
    assert rows[0][-4:] == ["language", "en", "de", "ar"]
    assert [row for row in rows if row[1] == "translation"] == [["caring", "translation", "", "Caring", *[""] * 7, "", "Fürsorge", ""]]
    assert b"F\xc3\xbcrsorge" in sheets.write_csv(rows)


# ---- the starting library


def test_the_library_speaks_german_whole() -> None:
    said = library.translations()["de"]
    assert [source for source in dict.fromkeys(library.sources()) if source and source not in said] == []
    assert [source for source, words in said.items() if words == source and len(source) > 12] == []


def test_the_library_speaks_arabic_for_leadership() -> None:
    said = library.translations()["ar"]
    recipe = next(recipe for recipe in library.questionnaires() if recipe.code == "leadership-360")
    scale = next(scale for scale in library.scales() if scale.code == recipe.scale)
    codes = {choice.code for choice in recipe.competencies}
    asked = [text for outline in library.competencies() if outline.code in codes for text in (outline.name, outline.definition, *(t for item in outline.items[: recipe.items_each] for t in item.sources))]
    closing = library.closing()
    wanted = [recipe.title, recipe.purpose, *scale.sources, *asked, closing.title, closing.description, *(text for prompt in closing.questions for text in prompt.sources)]
    assert [source for source in wanted if source not in said] == []


def test_loading_the_library_never_touches_a_translation(cast: Cast, now: datetime) -> None:
    Translation.objects.create(language="de", key=translations.key_of("Deciding"), source="Deciding", words="Unseres")
    actions.load_library(at=now)
    assert Translation.objects.get(language="de", source="Deciding").words == "Unseres"
    assert Translation.objects.filter(language="de").count() == len({source for source in library.sources() if source})
