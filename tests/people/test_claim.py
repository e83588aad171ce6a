"""Claiming a fresh installation."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from azimuth.access.verdict import Refused
from azimuth.audit.models import Entry
from azimuth.people.actions import first_run
from azimuth.people.models import Account, Grant, Person, Unit
from azimuth.people.states import Role
from tests.cast import Cast

FACTS = {"organisation": "Meridian", "name": "Iris Okafor", "email": "Iris@example.org", "password": "a long enough sentence"}


@pytest.fixture(autouse=True)
def _own_directory(settings: Any, tmp_path: Path) -> None:
    settings.DATA = tmp_path


@pytest.mark.django_db
def test_the_code_makes_the_first_administrator(now: datetime, tmp_path: Path, django_capture_on_commit_callbacks: Any) -> None:
    code = first_run.setup_code()
    assert (tmp_path / "setup.code").stat().st_mode & 0o777 == 0o600
    with django_capture_on_commit_callbacks(execute=True):
        account = first_run.claim(code=f" {code.upper()} ", **FACTS, at=now)
    assert account.check_password(FACTS["password"])
    assert set(Grant.objects.filter(person=account.person, granted_by=None).values_list("role", flat=True)) == {Role.HR_ADMIN, Role.SYSTEM_ADMIN}
    assert Unit.objects.get().name == "Meridian"
    assert Entry.objects.get(action="people.claim").actor_name == ""
    assert not (tmp_path / "setup.code").exists()
    assert first_run.setup_code() == ""


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["", "aaaa-bbbb-cccc-dddd", "ä"])
def test_a_wrong_code_makes_nobody(now: datetime, code: str) -> None:
    with pytest.raises(Refused, match="not the set-up code"):
        first_run.claim(code=code, **FACTS, at=now)
    assert not Account.objects.exists()


def test_a_claimed_installation_is_claimed_no_more(cast: Cast, now: datetime) -> None:
    with pytest.raises(Refused, match="has its administrator"):
        first_run.claim(code="anything", **FACTS, at=now)
    assert first_run.setup_code() == ""


@pytest.mark.django_db
def test_people_imported_before_are_kept_and_the_administrator_is_one_of_them(now: datetime) -> None:
    root = Unit(name="Imported")
    root.path = root.step
    root.save()
    known = Person.objects.create(name="I. Okafor", email="IRIS@example.org", job_title="Head of People", search_text="x")
    account = first_run.claim(code=first_run.setup_code(), **FACTS, at=now)
    assert (account.person, account.person.unit, account.person.job_title) == (known, root, "Head of People")


def test_two_processes_that_ask_at_once_get_the_same_code(tmp_path: Path) -> None:
    asked = "from azimuth.people.setup_code import code_in; from pathlib import Path; import sys; print(code_in(Path(sys.argv[1])))"
    running = [subprocess.Popen([sys.executable, "-c", asked, str(tmp_path)], stdout=subprocess.PIPE, text=True) for _one in range(4)]
    codes = {process.communicate()[0].strip() for process in running}
    assert len(codes) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["setup.code"]
