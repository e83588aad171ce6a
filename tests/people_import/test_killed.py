"""The worker killed with -9 in the middle of an import: nothing is half done, and the end is the same."""

from __future__ import annotations

import pytest
from django.utils import timezone

from azimuth.audit.models import Entry
from azimuth.people.actions import imports
from azimuth.people.importing.mapping import ColumnMap, Options
from azimuth.people.models import Account, Grant, ImportedRow, PeopleImport, Person, ReportingLine, Unit
from azimuth.people.states import ImportState
from tests.cast import Cast
from tests.jobs import kill
from tests.people_import.test_wizard import CONTENT

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
MANY = CONTENT.replace("zoe at example", "zoe@example.org") + "".join(
    f"n{number},New {number},n{number}@example.org,Smith,Meridian,Foundry,cleo,1\n" for number in range(200)
)


@pytest.fixture
def waiting(cast: Cast) -> PeopleImport:
    """An import whose check waits for the worker."""
    new = imports.upload(name="people.csv", content=MANY.encode(), by=cast.iris, at=timezone.now())
    imports.check(new, columns=ColumnMap.from_json(new.columns), options=Options(), by=cast.iris, at=timezone.now())
    return new


@pytest.fixture
def ordered(waiting: PeopleImport, cast: Cast) -> PeopleImport:
    """An import whose application waits for the worker."""
    kill.finish()
    waiting.refresh_from_db()
    imports.order(waiting, set_aside=False, by=cast.iris, at=timezone.now())
    return waiting


def everything() -> dict[str, list[object]]:
    """What an import touches, without keys."""
    return {
        "people": sorted(map(str, Person.objects.values_list("employee_id", "name", "email", "job_title", "unit__name", "ended_on", "search_text"))),
        "lines": sorted(map(str, ReportingLine.objects.values_list("person__employee_id", "lead__employee_id", "kind", "starts_on", "ends_on"))),
        "units": sorted(map(str, Unit.objects.values_list("name", "parent__name", "ended_on"))),
        "grants": sorted(map(str, Grant.objects.values_list("person__employee_id", "role", "ends_on"))),
        "accounts": sorted(map(str, Account.objects.values_list("email", "is_active"))),
        "rows": sorted(map(str, ImportedRow.objects.values_list("number", "kinds", "name"))),
        "log": list(Entry.objects.filter(action="people.import").values_list("detail__new", "detail__leaving")),
    }


def test_a_killed_apply_ends_the_same(ordered: PeopleImport) -> None:
    before = everything()
    for at_step in (4, 14, 20):
        kill.run_and_kill("people.apply_import", at_step)
        assert everything() == before, "nothing is half done"
        ordered.refresh_from_db()
        assert ordered.state == ImportState.APPLYING
    kill.finish()
    ordered.refresh_from_db()
    assert ordered.state == ImportState.APPLIED
    after = everything()
    assert (len(after["people"]), after["log"]) == (9 + 202, [(202, 1)])
    assert imports.apply(ordered.pk, at=timezone.now()).state == ImportState.APPLIED
    assert everything() == after


def test_a_killed_check_ends_the_same(waiting: PeopleImport) -> None:
    kill.run_and_kill("people.check_import", 5)
    assert not ImportedRow.objects.exists()
    kill.finish()
    waiting.refresh_from_db()
    assert waiting.state == ImportState.CHECKED
    assert ImportedRow.objects.count() == 210
