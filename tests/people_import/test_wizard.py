"""The import as HR sees it, without JavaScript: file, columns, look, apply, report."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.utils import CaptureQueriesContext

from azimuth.kit import uploads
from azimuth.people.models import ImportFile, PeopleImport, Person
from azimuth.people.states import ImportState
from tests.cast import Cast

AsPerson = Callable[[Person], Client]
RunJobs = Callable[..., int]
CONTENT = """employee_id,name,email,job_title,organisation,unit,reports_to,shoe size
iris,Iris Okafor,iris@example.org,Head of People,Meridian,,,40
bo,Bo Lindqvist,bo@example.org,Workshop Lead,Meridian,Workshop,iris,41
dan,Dan Moreau,dan@example.org,Harbour Lead,Meridian,Harbour,iris,42
ada,Ada Novak,ada@example.org,Master Maker,Meridian,Workshop,bo,43
cleo,Cleo Brandt,cleo@example.org,Instrument Maker,Meridian,Harbor,dan,44
eve,Eve Castellano,eve@example.org,HR Partner,Meridian,,iris,45
finn,Finn Aaltonen,finn@example.org,Systems Engineer,Meridian,,iris,46
zoe,Zoe Quist,zoe at example,Smith,Meridian,Workshop,bo,47
kim,Kim Lee,kim@example.org,Smith,Meridian,Workshop,cleo,48
"""


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    for module in ("azimuth.people.tasks", "azimuth.people.views.imports"):
        monkeypatch.setattr(f"{module}.timezone.now", lambda: now)


@pytest.fixture
def client(cast: Cast, as_person: AsPerson) -> Client:
    return as_person(cast.iris)


def upload(client: Client, content: str | bytes = CONTENT, name: str = "people.csv") -> PeopleImport:
    content = content.encode() if isinstance(content, str) else content
    response = client.post("/people/import/", {"file": SimpleUploadedFile(name, content)})
    assert response.status_code == 302, response.context["form"].errors
    return PeopleImport.objects.latest("created_at")


def check(client: Client, new: PeopleImport, run_jobs: RunJobs) -> PeopleImport:
    form = client.get(f"/people/import/{new.pk}/columns/").context["form"]
    response = client.post(f"/people/import/{new.pk}/columns/", {name: form[name].value() or "" for name in form.fields})
    assert response.status_code == 302
    assert "/jobs/" in response["Location"]
    run_jobs()
    new.refresh_from_db()
    return new


def text(response: object) -> str:
    return " ".join(response.content.decode().split())  # type: ignore[attr-defined]


def test_from_file_to_report(client: Client, cast: Cast, run_jobs: RunJobs) -> None:
    assert "Nothing changes yet" in text(client.get("/people/import/"))
    new = upload(client)
    assert client.get(f"/people/import/{new.pk}/").status_code == 302
    page = text(client.get(f"/people/import/{new.pk}/columns/"))
    assert "shoe size" in page
    assert "Iris Okafor" in page
    check(client, new, run_jobs)
    page = text(client.get(f"/people/import/{new.pk}/"))
    for words in ("What would change", "1 row cannot be applied", "1 person leaves", "1 unit is created", "shoe size", "2 people gain power", "Two spellings of a unit?"):
        assert words in page, words
    response = client.post(f"/people/import/{new.pk}/apply/", {"set_aside": "yes"})
    run_jobs()
    assert "/jobs/" in response["Location"]
    page = text(client.get(f"/people/import/{new.pk}/"))
    assert "Download the report" in page
    assert "1 was set aside" in page
    assert Person.objects.get(employee_id="kim").lines.get().lead.name == "Cleo Brandt"
    assert not ImportFile.objects.exists()


def test_the_report_names_every_row(client: Client, run_jobs: RunJobs) -> None:
    new = check(client, upload(client), run_jobs)
    response = client.get(f"/people/import/{new.pk}/report/")
    rows = {row["Name"]: row for row in csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig")))}
    assert rows["Ada Novak"]["Changes"] == "Job title: Instrument Maker → Master Maker"
    assert (rows["Zoe Quist"]["Outcome"], rows["Zoe Quist"]["Row"]) == ("Set aside", "9")
    assert "not an e-mail" in rows["Zoe Quist"]["Problems"]
    assert (rows["Jon Abara"]["Outcome"], rows["Jon Abara"]["Row"]) == ("Leaving", "")
    assert len(rows) == 10


def test_decisions_are_checked_again(client: Client, run_jobs: RunJobs) -> None:
    new = check(client, upload(client), run_jobs)
    response = client.post(f"/people/import/{new.pk}/decide/", {"reach": "part", "creates_units": "on", "merge-0": "on"})
    assert response.status_code == 302
    run_jobs()
    new.refresh_from_db()
    assert new.summary["counts"]["leaving"] == 0
    assert new.summary["counts"]["units"] == 0
    assert new.options["merges"] == {"Meridian > Harbor": "Meridian > Harbour"}
    assert "“Meridian &gt; Harbor” is" in text(client.get(f"/people/import/{new.pk}/"))
    client.post(f"/people/import/{new.pk}/decide/", {"reach": "nonsense"})
    new.refresh_from_db()
    assert new.state == ImportState.CHECKED


def test_tabs_search_and_export(client: Client, run_jobs: RunJobs) -> None:
    new = check(client, upload(client), run_jobs)
    address = f"/people/import/{new.pk}/"
    assert "Kim Lee" in text(client.get(f"{address}?tab=new"))
    assert "Kim Lee" not in text(client.get(f"{address}?tab=new&q=nobody"))
    assert "Master Maker" in text(client.get(f"{address}?tab=changed&q=ada+master"))
    assert "Bo Lindqvist" in text(client.get(f"{address}?tab=unchanged"))
    assert "Jon Abara" in text(client.get(f"{address}?tab=leaving"))
    assert "Nobody" in text(client.get(f"{address}?tab=back"))
    page = text(client.get(f"{address}?tab=problems&q=9"))
    assert "zoe at example" in page
    assert "zoe at example" not in text(client.get(f"{address}?tab=problems&weight=note"))
    assert "zoe at example" in text(client.get(f"{address}?tab=problems&code=bad_email&q=zoe"))
    assert b"Kim Lee" in b"".join(client.get(f"{address}?tab=new&export=csv").streaming_content)


def test_half_the_company_is_asked_about(client: Client, cast: Cast, run_jobs: RunJobs) -> None:
    new = check(client, upload(client, "\n".join(CONTENT.splitlines()[:3]) + "\n"), run_jobs)
    page = text(client.get(f"/people/import/{new.pk}/"))
    assert "Half the company would leave" in page
    assert "Something stands in the way" in page
    assert client.post(f"/people/import/{new.pk}/apply/").status_code == 403
    client.post(f"/people/import/{new.pk}/decide/", {"reach": "roots", "creates_units": "on", "may_end_half": "on"})
    run_jobs()
    client.post(f"/people/import/{new.pk}/apply/")
    run_jobs()
    new.refresh_from_db()
    assert new.state == ImportState.APPLIED


def test_a_file_that_changes_nothing(client: Client, cast: Cast, run_jobs: RunJobs) -> None:
    new = check(client, upload(client, "employee_id,name\nada,Ada Novak\n"), run_jobs)
    client.post(f"/people/import/{new.pk}/decide/", {"reach": "part"})
    run_jobs()
    assert "This file changes nothing" in text(client.get(f"/people/import/{new.pk}/"))


def test_what_was_seen_is_not_what_is_now(client: Client, cast: Cast, run_jobs: RunJobs) -> None:
    new = check(client, upload(client), run_jobs)
    Person.objects.filter(pk=cast.bo.pk).update(job_title="Boss")
    client.post(f"/people/import/{new.pk}/apply/", {"set_aside": "yes"})
    run_jobs()
    assert "People changed since you looked" in text(client.get(f"/people/import/{new.pk}/"))


def test_columns_chosen_wrongly_are_said(client: Client) -> None:
    new = upload(client)
    form = client.get(f"/people/import/{new.pk}/columns/").context["form"]
    values = {name: form[name].value() or "" for name in form.fields}
    response = client.post(f"/people/import/{new.pk}/columns/", {**values, "column-7": "name", "column-0": "", "column-2": ""})
    page = text(response)
    assert "“name” is taken for this already" in page
    assert "No column tells people apart" in page
    new.refresh_from_db()
    assert new.state == ImportState.UPLOADED


def test_under_way_and_discarded(client: Client, run_jobs: RunJobs) -> None:
    new = upload(client)
    form = client.get(f"/people/import/{new.pk}/columns/").context["form"]
    client.post(f"/people/import/{new.pk}/columns/", {name: form[name].value() or "" for name in form.fields})
    assert "See how far it is" in text(client.get(f"/people/import/{new.pk}/"))
    client.post(f"/people/import/{new.pk}/discard/")
    assert "Nothing of this file was applied" in text(client.get(f"/people/import/{new.pk}/"))
    assert client.get(f"/people/import/{new.pk}/columns/").status_code == 302
    assert client.post(f"/people/import/{new.pk}/discard/").status_code == 409
    run_jobs()
    assert "Discarded" in text(client.get("/people/import/"))


@pytest.mark.parametrize(("content", "words"), [
    (b"", "submitted file is empty"), (b"id,name\n", "no people in it"), (b"%PDF-1.7", "neither CSV nor XLSX"), (b"PK\x03\x04", "damaged"),
])
def test_files_that_cannot_be_read(client: Client, content: bytes, words: str) -> None:
    response = client.post("/people/import/", {"file": SimpleUploadedFile("x.csv", content)})
    assert words in text(response)
    assert not PeopleImport.objects.exists()
    assert "Choose a file first" in text(client.post("/people/import/"))


def test_two_hundred_megabytes_are_let_go_while_they_arrive(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """A54: a cap on what is sent."""
    monkeypatch.setattr(uploads, "BYTES_AT_MOST", 1000)
    kept: list[object] = []
    monkeypatch.setattr("django.core.files.uploadhandler.TemporaryUploadedFile", lambda *_args: kept.append(1))
    response = client.post("/people/import/", {"file": SimpleUploadedFile("huge.csv", b"x" * (1000 + 70_000))})
    assert "at most 50 MB" in text(response)
    assert "Choose a file" not in text(response)
    assert kept == []


def test_the_template_can_be_imported(client: Client, cast: Cast, run_jobs: RunJobs) -> None:
    response = client.get("/people/import/template/")
    assert "attachment" in response["Content-Disposition"]
    new = check(client, upload(client, response.content), run_jobs)
    assert (new.summary["faults"], new.summary["counts"]["new"]) == (0, 3)
    assert new.columns["columns"]["unit"] == ["organisation", "department"]


@pytest.mark.parametrize("who", ["ada", "eve", "finn", "jon"])
def test_for_everybody_else_it_is_not_there(cast: Cast, as_person: AsPerson, client: Client, who: str) -> None:
    new = upload(client)
    other = as_person(getattr(cast, who))
    for address in ("/people/import/", "/people/import/template/", f"/people/import/{new.pk}/", f"/people/import/{new.pk}/report/"):
        assert other.get(address).status_code == 404
    assert other.post(f"/people/import/{new.pk}/apply/").status_code == 404


def test_the_number_of_queries_does_not_grow(client: Client, cast: Cast, run_jobs: RunJobs, django_assert_max_num_queries: Callable[[int], CaptureQueriesContext]) -> None:
    new = check(client, upload(client), run_jobs)
    more = CONTENT + "".join(f"n{number},New {number},n{number}@example.org,Smith,Meridian,Workshop,bo,1\n" for number in range(60))
    other = check(client, upload(client, more), run_jobs)
    for one in (new, other):
        with django_assert_max_num_queries(9):
            client.get(f"/people/import/{one.pk}/?tab=new")
