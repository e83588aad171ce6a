"""Applying an import: every row as planned, once, in one transaction, and written down."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from azimuth.access.verdict import Denied, Refused
from azimuth.audit.models import Entry
from azimuth.jobs.models import Job
from azimuth.people.actions import import_writing, imports
from azimuth.people.importing import guessing, reading
from azimuth.people.importing.mapping import ColumnMap, Options, Reach
from azimuth.people.models import (
    Account,
    Attribute,
    Grant,
    ImportedProblem,
    ImportedRow,
    ImportFile,
    ImportMapping,
    PeopleImport,
    Person,
    ReportingLine,
    Unit,
)
from azimuth.people.states import ImportState, Role
from tests.cast import Cast

RunJobs = Callable[..., int]
HEADER = "employee_id,name,email,job_title,organisation,unit,reports_to\n"
ALL = HEADER + """iris,Iris Okafor,iris@example.org,Head of People,Meridian,,
bo,Bo Lindqvist,bo@example.org,Workshop Lead,Meridian,Workshop,iris
dan,Dan Moreau,dan@example.org,Harbour Lead,Meridian,Harbour,iris
ada,Ada Novak,ada@example.org,Instrument Maker,Meridian,Workshop,bo
cleo,Cleo Brandt,cleo@example.org,Instrument Maker,Meridian,Workshop,bo
eve,Eve Castellano,eve@example.org,HR Partner,Meridian,,iris
finn,Finn Aaltonen,finn@example.org,Systems Engineer,Meridian,,iris
jon,Jon Abara,jon@example.org,Internal Auditor,Meridian,,iris
"""


def upload(cast: Cast, now: datetime, content: str) -> PeopleImport:
    return imports.upload(name="people.csv", content=content.encode(), by=cast.iris, at=now)


def checked(cast: Cast, now: datetime, run_jobs: RunJobs, content: str, **options: object) -> PeopleImport:
    new = upload(cast, now, content)
    columns = ColumnMap.from_json(new.columns)
    imports.check(new, columns=columns, options=Options(**options), by=cast.iris, at=now)
    run_jobs()
    new.refresh_from_db()
    assert new.state == ImportState.CHECKED
    return new


def run(cast: Cast, now: datetime, run_jobs: RunJobs, content: str, *, set_aside: bool = False, **options: object) -> PeopleImport:
    new = checked(cast, now, run_jobs, content, **options)
    imports.order(new, set_aside=set_aside, by=cast.iris, at=now)
    run_jobs()
    new.refresh_from_db()
    assert new.state == ImportState.APPLIED, Job.objects.order_by("-created_at").first().note
    return new


def lead_of(person: Person) -> str:
    line = ReportingLine.objects.current().solid().filter(person=person).select_related("lead").first()
    return line.lead.name if line else ""


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    """Tasks read the clock: here it stands at the test's morning."""
    monkeypatch.setattr("azimuth.people.tasks.timezone.now", lambda: now)


def test_the_present_state_as_a_file_changes_nothing(cast: Cast, now: datetime, run_jobs: RunJobs) -> None:
    new = checked(cast, now, run_jobs, ALL)
    assert new.summary["does_nothing"]
    assert new.summary["counts"]["unchanged"] == 8
    with pytest.raises(Denied, match="changes nothing"):
        imports.order(new, set_aside=False, by=cast.iris, at=now)


def test_new_people_come_with_unit_lead_and_words_to_be_found_by(cast: Cast, now: datetime, run_jobs: RunJobs) -> None:
    Attribute.objects.create(key="shift", label="Shift", kind="choice", choices=["Day", "Night"])
    run(cast, now, run_jobs, HEADER.strip() + ",shift,start date\n" + "zoe,Zoë Müller,zoe@example.org,Smith,Meridian,Foundry,bo,night,1.2.2026\n", reach=Reach.PART)
    zoe = Person.objects.get(employee_id="zoe")
    assert (zoe.name, zoe.email, zoe.unit.name, zoe.unit.parent, zoe.attributes, zoe.started_on) == (
        "Zoë Müller", "zoe@example.org", "Foundry", cast.company, {"shift": "Night"}, date(2026, 2, 1),
    )
    assert zoe.unit.path == cast.company.path + zoe.unit.step
    assert list(Person.objects.matching("mull foun smi")) == [zoe]
    line = zoe.lines.get()
    assert (line.lead, line.starts_on, line.ends_on) == (cast.bo, now.date(), None)


def test_changes_and_moves(cast: Cast, now: datetime, run_jobs: RunJobs) -> None:
    content = ALL.replace("Cleo Brandt,cleo@example.org,Instrument Maker,Meridian,Workshop,bo", "Cleo Petrov,cleo.p@example.org,Pilot,Meridian,Harbour,dan")
    new = run(cast, now, run_jobs, content)
    cleo = Person.objects.get(employee_id="cleo")
    assert (cleo.name, cleo.email, cleo.job_title, cleo.unit, cleo.started_on) == ("Cleo Petrov", "cleo.p@example.org", "Pilot", cast.harbour, cast.cleo.started_on)
    assert "petrov pilot harbour" in cleo.search_text
    assert Account.objects.get(person=cleo).email == "cleo.p@example.org"
    old, fresh = cleo.lines.order_by("id")
    assert (old.lead, old.ends_on, fresh.lead, fresh.starts_on) == (cast.bo, now.date(), cast.dan, now.date())
    assert {kind: count for kind, count in new.summary["counts"].items() if count} == {"changed": 1, "moved": 1, "unchanged": 7}


def test_the_same_file_again_changes_nothing(cast: Cast, now: datetime, run_jobs: RunJobs) -> None:
    content = ALL.replace("cleo@example.org,Instrument Maker,Meridian,Workshop,bo", "cleo@example.org,Pilot,Meridian,Foundry,dan")
    run(cast, now, run_jobs, content)
    assert checked(cast, now, run_jobs, content).summary["does_nothing"]


def test_leavers_lose_lead_role_account_and_session(cast: Cast, now: datetime, run_jobs: RunJobs, as_person: Callable[[Person], Client]) -> None:
    client = as_person(cast.eve)
    session = SessionStore(session_key=client.cookies["sessionid"].value)
    run(cast, now, run_jobs, "\n".join(line for line in ALL.splitlines() if not line.startswith("eve,")) + "\n")
    eve = Person.objects.get(pk=cast.eve.pk)
    assert eve.ended_on == now.date()
    assert not Account.objects.get(person=eve).is_active
    assert Grant.objects.get(person=eve).ends_on == now.date()
    assert eve.lines.get().ends_on == now.date()
    assert client.get("/people/").status_code == 302
    assert session.session_key


def test_people_of_a_lead_who_leaves_have_none_until_one_is_named(cast: Cast, now: datetime, run_jobs: RunJobs) -> None:
    without_leads = "employee_id,name\n" + "".join(f"{who},{name}\n" for who, name in (("iris", "Iris Okafor"), ("dan", "Dan Moreau"), ("ada", "Ada Novak"),
                                                   ("cleo", "Cleo Brandt"), ("eve", "Eve Castellano"), ("finn", "Finn Aaltonen"), ("jon", "Jon Abara")))
    new = run(cast, now, run_jobs, without_leads)
    assert new.summary["counts"]["leaving"] == 1
    assert lead_of(cast.ada) == ""
    assert ReportingLine.objects.get(person=cast.ada).ends_on == now.date()
    assert new.problems.filter(code="lead_ends").count() == 2


def test_somebody_who_comes_back_can_sign_in_again(cast: Cast, now: datetime, run_jobs: RunJobs) -> None:
    Account.objects.filter(person=cast.gus).update(is_active=False)
    run(cast, now, run_jobs, ALL + "gus,Gus Petrov,gus@example.org,Instrument Maker,Meridian,Workshop,ada\n")
    gus = Person.objects.get(pk=cast.gus.pk)
    assert gus.ended_on is None
    assert Account.objects.get(person=gus).is_active
    assert lead_of(gus) == "Ada Novak"


def test_two_people_exchange_addresses(cast: Cast, now: datetime, run_jobs: RunJobs) -> None:
    run(cast, now, run_jobs, "employee_id,name,email\nada,Ada Novak,cleo@example.org\ncleo,Cleo Brandt,ada@example.org\n", reach=Reach.PART)
    assert Person.objects.get(employee_id="ada").email == "cleo@example.org"
    assert Account.objects.get(person=cast.cleo).email == "ada@example.org"


def test_dotted_lines(cast: Cast, now: datetime, run_jobs: RunJobs) -> None:
    header = "employee_id,name,dotted line\n"
    run(cast, now, run_jobs, header + "ada,Ada Novak,dan; eve\n", reach=Reach.PART)
    assert {line.lead.name for line in ReportingLine.objects.filter(person=cast.ada, kind="dotted")} == {"Dan Moreau", "Eve Castellano"}
    run(cast, now + timedelta(days=1), run_jobs, header + "ada,Ada Novak,eve\n", reach=Reach.PART)
    assert [line.lead for line in ReportingLine.objects.filter(person=cast.ada, kind="dotted", ends_on=None)] == [cast.eve]


def test_a_closed_unit_that_is_named_again_opens(cast: Cast, now: datetime, run_jobs: RunJobs) -> None:
    Unit.objects.create(name="Foundry", parent=cast.company, path=f"{cast.company.path}abc/", ended_on=date(2025, 1, 1))
    run(cast, now, run_jobs, HEADER + "ada,Ada Novak,ada@example.org,Instrument Maker,Meridian,Foundry,bo\n", reach=Reach.PART)
    assert Unit.objects.get(name="Foundry").ended_on is None
    assert Person.objects.get(pk=cast.ada.pk).unit.name == "Foundry"


def test_faulty_rows_keep_the_file_back_unless_set_aside(cast: Cast, now: datetime, run_jobs: RunJobs) -> None:
    content = HEADER + "zoe,Zoe Quist,no address,Smith,Meridian,Workshop,bo\nkim,Kim Lee,kim@example.org,Smith,Meridian,Workshop,bo\n"
    new = checked(cast, now, run_jobs, content, reach=Reach.PART)
    with pytest.raises(Denied, match="Some rows have faults"):
        imports.order(new, set_aside=False, by=cast.iris, at=now)
    imports.order(new, set_aside=True, by=cast.iris, at=now)
    run_jobs()
    assert not Person.objects.filter(employee_id="zoe").exists()
    assert Person.objects.get(employee_id="kim").unit == cast.workshop


def test_half_the_company_is_asked_about_again(cast: Cast, now: datetime, run_jobs: RunJobs) -> None:
    content = "\n".join(ALL.splitlines()[:4]) + "\n"
    new = checked(cast, now, run_jobs, content)
    assert new.summary["blocking"] == ["ended_half"]
    with pytest.raises(Denied, match="whole file"):
        imports.order(new, set_aside=True, by=cast.iris, at=now)
    new = run(cast, now, run_jobs, content, may_end_half=True)
    assert Person.objects.present(now.date()).count() == 4, "Finn, the last system administrator, stays"
    assert list(new.problems.values_list("code", flat=True)) == ["keeps_last"]


def test_people_changed_meanwhile_are_looked_at_again(cast: Cast, now: datetime, run_jobs: RunJobs) -> None:
    new = checked(cast, now, run_jobs, ALL.replace("Cleo Brandt,cleo@example.org,Instrument Maker", "Cleo Brandt,cleo@example.org,Pilot"))
    Person.objects.filter(pk=cast.ada.pk).update(job_title="Astronomer")
    job = imports.order(new, set_aside=False, by=cast.iris, at=now)
    run_jobs()
    job.refresh_from_db()
    new.refresh_from_db()
    assert (job.state, new.state, new.has_gone_stale) == ("done", ImportState.CHECKED, True)
    assert "Please look again" in job.note
    assert new.summary["counts"]["changed"] == 2
    assert Person.objects.get(pk=cast.cleo.pk).job_title == "Instrument Maker"
    imports.order(new, set_aside=False, by=cast.iris, at=now)
    run_jobs()
    assert Person.objects.get(pk=cast.cleo.pk).job_title == "Pilot"


def test_what_was_done_is_written_down_and_the_file_let_go(cast: Cast, now: datetime, run_jobs: RunJobs) -> None:
    new = run(cast, now, run_jobs, ALL.replace("iris@example.org,Head of People", "iris@example.org,People Director"))
    entry = Entry.objects.get(action="people.import")
    assert (entry.actor_name, entry.object_name, entry.detail["changed"], entry.detail["own_record"]) == ("Iris Okafor", "people.csv", 1, True)
    assert "People Director" not in str(entry.detail)
    assert not ImportFile.objects.exists()
    assert new.sample == []
    assert (new.file_hash, new.ended_at) == (reading.hashlib.sha256(ALL.replace("iris@example.org,Head of People", "iris@example.org,People Director").encode()).hexdigest(), now)


def test_columns_are_remembered_for_files_with_the_same_header(cast: Cast, now: datetime, run_jobs: RunJobs) -> None:
    content = "a,b,c,place\nada,Ada Novak,ada@example.org,Maker\n"
    new = upload(cast, now, content)
    columns = ColumnMap({"employee_id": ("a",), "name": ("b",), "email": ("c",), "job_title": ("place",)})
    imports.check(new, columns=columns, options=Options(reach=Reach.PART, merges={"X": "Y"}), by=cast.iris, at=now)
    run_jobs()
    new.refresh_from_db()
    imports.order(new, set_aside=False, by=cast.iris, at=now)
    run_jobs()
    assert ImportMapping.objects.count() == 1
    again = upload(cast, now, "place,a,b,c\nMaker,ada,Ada Novak,ada@example.org\n")
    assert ColumnMap.from_json(again.columns) == columns
    assert Options.from_json(again.options).merges == {"X": "Y"}


def test_the_address_of_a_system_administrator_is_not_an_hr_matter(cast: Cast, now: datetime, run_jobs: RunJobs) -> None:
    """A46: no office is taken by its address."""
    new = checked(cast, now, run_jobs, ALL.replace("finn@example.org", "iris.too@example.org"))
    assert list(new.problems.values_list("code", flat=True)) == ["address_guarded"]


@pytest.mark.parametrize("who", ["ada", "bo", "eve", "finn", "jon"])
def test_only_hr_administrators_import(cast: Cast, now: datetime, who: str) -> None:
    person = getattr(cast, who)
    with pytest.raises(Denied):
        imports.upload(name="people.csv", content=ALL.encode(), by=person, at=now)
    new = upload(cast, now, ALL)
    with pytest.raises(Denied):
        imports.check(new, columns=ColumnMap.from_json(new.columns), options=Options(), by=person, at=now)
    with pytest.raises(Denied):
        imports.order(new, set_aside=False, by=person, at=now)
    with pytest.raises(Denied):
        imports.discard(new, by=person, at=now)
    assert not PeopleImport.objects.visible_to(person).exists()


def test_a_file_that_cannot_be_read_is_refused_with_the_remedy(cast: Cast, now: datetime) -> None:
    with pytest.raises(Refused, match="no people in it"):
        upload(cast, now, "id,name\n")
    assert not PeopleImport.objects.exists()


def test_wrong_states_are_refused(cast: Cast, now: datetime, run_jobs: RunJobs) -> None:
    new = upload(cast, now, ALL)
    with pytest.raises(Refused, match="another state"):
        imports.order(new, set_aside=False, by=cast.iris, at=now)
    imports.discard(new, by=cast.iris, at=now)
    assert not ImportFile.objects.exists()
    for deed in (lambda: imports.discard(new, by=cast.iris, at=now), lambda: imports.check(new, columns=ColumnMap.from_json(new.columns), options=Options(), by=cast.iris, at=now)):
        with pytest.raises(Refused, match="another state"):
            deed()
    with pytest.raises(Refused, match="No column tells people apart"):
        imports.check(upload(cast, now, ALL), columns=ColumnMap({"name": ("name",)}), options=Options(), by=cast.iris, at=now)


def test_jobs_found_done_are_done(cast: Cast, now: datetime, run_jobs: RunJobs) -> None:
    new = run(cast, now, run_jobs, ALL.replace("Head of People", "People Director"))
    assert imports.examine(new.pk, at=now).state == ImportState.APPLIED
    assert imports.apply(new.pk, at=now).state == ImportState.APPLIED
    assert Entry.objects.filter(action="people.import").count() == 1


def test_abandoned_files_and_old_rows_are_forgotten(cast: Cast, now: datetime, run_jobs: RunJobs) -> None:
    done = run(cast, now, run_jobs, ALL.replace("Head of People", "People Director"))
    left = upload(cast, now, ALL)
    assert imports.forget_old(at=now + timedelta(days=8)) == 1
    left.refresh_from_db()
    assert left.state == ImportState.DISCARDED
    assert ImportedRow.objects.filter(of=done).exists()
    imports.forget_old(at=now + timedelta(days=99))
    assert not ImportedRow.objects.exists()
    assert not ImportedProblem.objects.exists()
    assert PeopleImport.objects.count() == 2


def test_broken_letters_can_be_shown(cast: Cast, now: datetime, run_jobs: RunJobs) -> None:
    content = "employee_id,name,reports_to\nz1,Zoë Quist,\nz2,".encode() + b"M\xfcller" + ",z1\nz3,Åsa Kim,z2\n".encode()
    new = imports.upload(name="x.csv", content=content, by=cast.iris, at=now)
    imports.check(new, columns=ColumnMap.from_json(new.columns), options=Options(), by=cast.iris, at=now)
    run_jobs()
    new.refresh_from_db()
    assert [(problem.number, problem.code) for problem in new.problems.order_by("id")] == [(3, "encoding"), (4, "lead_set_aside")]


def test_the_last_deed_on_a_new_administrator_role_is_known(cast: Cast, now: datetime, run_jobs: RunJobs) -> None:
    """Iris may leave by a file only where another HR administrator stays; and never by her own."""
    Grant.objects.create(person=cast.bo, role=Role.HR_ADMIN, starts_on=date(2020, 1, 1))
    new = checked(cast, now, run_jobs, "\n".join(line for line in ALL.splitlines() if not line.startswith("iris,")).replace(",iris", ",") + "\n")
    assert new.problems.filter(code="keeps_last").count() == 1
    assert new.summary["counts"]["leaving"] == 0


def test_a_mapping_guessed_is_what_upload_keeps(cast: Cast, now: datetime) -> None:
    new = upload(cast, now, ALL)
    assert ColumnMap.from_json(new.columns) == guessing.guess(reading.read(ALL.encode()))
    assert (new.row_count, len(new.sample), new.source["separator"]) == (8, 5, ",")


def test_writing_holds_others_from_writing(cast: Cast) -> None:
    from django.db import connection

    import_writing.hold_still()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE mode = 'ShareRowExclusiveLock' AND pid = pg_backend_pid() AND relation IS NOT NULL")
        assert cursor.fetchone()[0] == 4
