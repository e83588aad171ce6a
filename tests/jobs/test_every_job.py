"""Every task there is survives its worker's death; tasks by the clock are tried here, all others where they live."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.utils import timezone
from pytest_django import Settings

from azimuth.audit.models import Entry
from azimuth.jobs import actions as jobs
from azimuth.jobs import worker
from azimuth.jobs.models import Job
from azimuth.jobs.tasks import TASKS
from azimuth.notifications import actions as notifications
from azimuth.notifications.models import Mail
from azimuth.people.actions import imports
from azimuth.people.models import Account, PeopleImport, Person
from azimuth.people.states import ImportState
from azimuth.workspace.security import wrapping
from azimuth.workspace.security.queries import unreadable
from tests.cast import Cast
from tests.jobs import kill

TESTS = Path(__file__).parents[1]
KILLED = re.compile(r"(?:run_and_kill|kill_again_and_again)\(\s*(?:\"([a-z_.]+)\"|actions\.(SEND))")
LONG_AGO = timedelta(days=400)


def test_every_job_has_a_test_that_kills_it() -> None:
    worker.discover()
    found = {name or notifications.SEND for file in TESTS.rglob("test_*.py") for name, _send in KILLED.findall(file.read_text())}
    missing = {name for name in TASKS if not name.startswith("tests.")} - found
    assert not missing, f"Kill these in a test (tests/jobs/kill.py): {sorted(missing)}"


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_what_is_forgotten_is_forgotten_however_often_it_is_killed(cast: Cast) -> None:
    now = timezone.now()
    jobs.start("tests.nothing", key="old", title="Old", by=None, at=now - LONG_AGO)
    Job.objects.update(state=Job.State.DONE, finished_at=now - LONG_AGO)
    Mail.objects.create(key="old", to="ada@example.org", message_id="<old@test>", created_on=(now - LONG_AGO).date(), state=Mail.State.SENT)
    Mail.objects.update(queued_at=now - LONG_AGO)
    imports.upload(name="people.csv", content=b"employee_id,name\nada,Ada Novak\n", by=cast.iris, at=now)
    PeopleImport.objects.update(created_at=now - LONG_AGO)

    kills = [kill.kill_again_and_again("jobs.forget_old"), kill.kill_again_and_again("notifications.forget_old"), kill.kill_again_and_again("people.forget_imports")]

    assert min(kills) > 0
    assert not Job.objects.exists()
    assert not Mail.objects.exists()
    assert PeopleImport.objects.get().state == ImportState.DISCARDED
    assert Entry.objects.filter(action="people.discard_import").count() == 1


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_everybody_is_invited_once_and_every_secret_wrapped_however_often_it_is_killed(cast: Cast, settings: Settings) -> None:
    new = [Person.objects.create(name=f"New {n}", email=f"new{n}@example.org", unit=cast.harbour, started_on=cast.ada.started_on) for n in range(3)]
    assert kill.kill_again_and_again("workspace.invite", people=[str(one.pk) for one in new], by_id=str(cast.iris.pk)) > 3
    assert Account.objects.filter(person__in=new).count() == 3
    assert sorted(Mail.objects.values_list("to", flat=True)) == [one.email for one in new]
    for person in (cast.ada, cast.bo):
        Authenticator.objects.create(user=person.account, type="totp", data={"secret": wrapping.wrap("JBSWY3DPEHPK3PXP")})
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "N2yq8Zt3VwXy7Kp2Lm9Nr5Bs4Cd6Ef1Gh0JaQwErTyUiOpAsDfGhJkLzXcVbNm"
    assert unreadable() == (0, 2)
    assert kill.kill_again_and_again("workspace.rewrap") > 3
    assert unreadable() == (0, 0)
