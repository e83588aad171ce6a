"""What Azimuth refuses to start with, and the table of settings in the manual."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import time
from pathlib import Path

import pytest

from azimuth import environment

ROOT = Path(__file__).parents[2]
SAFE = {"AZIMUTH_ENV": "production", "AZIMUTH_SECRET_KEY": "q8Zt3VwXy7Kp2Lm9Nr5Bs4Cd6Ef1Gh0JaQwErTyUiOpAsDfGhJkLzXcVbNm", "AZIMUTH_ALLOWED_HOSTS": "azimuth.example.com"}


@pytest.fixture
def clean(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in [*os.environ]:
        if name.startswith("AZIMUTH_") or name == "DATABASE_URL":
            monkeypatch.delenv(name)
    return monkeypatch


def refusals(clean: pytest.MonkeyPatch, **settings: str) -> str:
    for name, value in settings.items():
        clean.setenv(name, value)
    return "\n".join(environment.refusals())


def test_nothing_set_is_fine_locally(clean: pytest.MonkeyPatch) -> None:
    assert refusals(clean) == ""


def test_safe_production_starts(clean: pytest.MonkeyPatch) -> None:
    assert refusals(clean, **SAFE) == ""
    assert environment.public_url() == "https://azimuth.example.com"


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"AZIMUTH_SECRET_KEY": ""}, "Set AZIMUTH_SECRET_KEY to"),
        ({"AZIMUTH_SECRET_KEY": "short"}, "Set AZIMUTH_SECRET_KEY to"),
        ({"AZIMUTH_SECRET_KEY": "a" * 60}, "Set AZIMUTH_SECRET_KEY to"),
        ({"AZIMUTH_SECRET_KEY": "django-insecure-" + SAFE["AZIMUTH_SECRET_KEY"]}, "Set AZIMUTH_SECRET_KEY to"),
        ({"AZIMUTH_SECRET_KEY_FALLBACKS": f"{'z' * 60},{SAFE['AZIMUTH_SECRET_KEY']}"}, "Set AZIMUTH_SECRET_KEY_FALLBACKS to"),
        ({"AZIMUTH_DEBUG": "yes"}, "Set AZIMUTH_DEBUG=no"),
        ({"AZIMUTH_DEMO": "yes"}, "Set AZIMUTH_DEMO=no"),
        ({"AZIMUTH_ALLOWED_HOSTS": ""}, "Set AZIMUTH_ALLOWED_HOSTS to"),
        ({"AZIMUTH_ALLOWED_HOSTS": "*"}, "Set AZIMUTH_ALLOWED_HOSTS to"),
        ({"AZIMUTH_ALLOWED_HOSTS": "azimuth.example.com,*"}, "Set AZIMUTH_ALLOWED_HOSTS to"),
        ({"AZIMUTH_URL": "http://azimuth.example.com"}, "Set AZIMUTH_URL to"),
        ({"DATABASE_URL": "postgresql://azimuth:x@db.example.com/azimuth"}, "sslmode=verify-full"),
        ({"DATABASE_URL": "postgresql://azimuth:x@db.example.com/azimuth?sslmode=prefer"}, "sslmode=verify-full"),
        ({"DATABASE_URL": "postgresql://azimuth@/azimuth?host=db.example.com"}, "sslmode=verify-full"),
    ],
)
def test_unsafe_production_is_refused_with_the_line_to_set(clean: pytest.MonkeyPatch, change: dict[str, str], line: str) -> None:
    assert line in refusals(clean, **{**SAFE, **change})


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://azimuth:x@127.0.0.1:5432/azimuth", "postgresql://azimuth@%2Fvar%2Frun%2Fpostgresql/azimuth",
        "postgresql://azimuth@/azimuth?host=/var/run/postgresql", "postgres://azimuth:x@db.example.com/azimuth?sslmode=require",
    ],
)
def test_a_database_here_or_over_tls_is_fine(clean: pytest.MonkeyPatch, url: str) -> None:
    assert refusals(clean, **SAFE, DATABASE_URL=url) == ""


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"AZIMUTH_ENV": "prod"}, "Set AZIMUTH_ENV"),
        ({"AZIMUTH_HOST": "0.0.0.0"}, "Set AZIMUTH_HOST=127.0.0.1"),
        ({"AZIMUTH_PORT": "eighty"}, "Set AZIMUTH_PORT"),
        ({"AZIMUTH_WEB_WORKERS": "0"}, "Set AZIMUTH_WEB_WORKERS"),
        ({"AZIMUTH_DEMO": "perhaps"}, "Set AZIMUTH_DEMO"),
        ({"DATABASE_URL": "mysql://azimuth@localhost/azimuth"}, "Set DATABASE_URL"),
        ({"DATABASE_URL": "postgresql://azimuth@localhost:port/azimuth"}, "Set DATABASE_URL"),
        ({"AZIMUTH_VAULT_URL": "s3://bucket"}, "Set AZIMUTH_VAULT_URL"),
        ({"AZIMUTH_LOG_LEVEL": "chatty"}, "Set AZIMUTH_LOG_LEVEL"),
        ({"AZIMUTH_TIME_ZONE": "Nowhere/Land"}, "Set AZIMUTH_TIME_ZONE"),
        ({"AZIMUTH_REQUIRE_SECOND_FACTOR": "yes"}, "Set AZIMUTH_REQUIRE_SECOND_FACTOR to nobody, privileged or everybody"),
        ({"AZIMUTH_LOG_LEVEL": "LOUD"}, "Set AZIMUTH_LOG_LEVEL to DEBUG, INFO, WARNING, ERROR or CRITICAL"),
        ({"AZIMUTH_ENV": "staging"}, "Set AZIMUTH_ENV to local or production"),
        ({"AZIMUTH_SMTP_URL": "http://mail"}, "Set AZIMUTH_SMTP_URL"),
        ({"AZIMUTH_QUIET_HOURS": "at night"}, "Set AZIMUTH_QUIET_HOURS"),
        ({"AZIMUTH_QUIET_HOURS": "25:00-08:00"}, "Set AZIMUTH_QUIET_HOURS"),
        ({"AZIMUTH_QUIET_HOURS": "08:00-08:00"}, "Set AZIMUTH_QUIET_HOURS"),
        ({"AZIMUTH_QUIET_DAYS": "caturday"}, "Set AZIMUTH_QUIET_DAYS"),
        ({"AZIMUTH_QUIET_DAYS": "mon,tue,wed,thu,fri,sat,sun"}, "Set AZIMUTH_QUIET_DAYS"),
    ],
)
def test_what_cannot_be_meant_is_refused(clean: pytest.MonkeyPatch, change: dict[str, str], line: str) -> None:
    assert line in refusals(clean, **change)


def test_quiet_hours_and_days_are_read_or_none(clean: pytest.MonkeyPatch) -> None:
    assert environment.quiet_hours() == (time(18), time(8))
    assert environment.quiet_days() == {5, 6}
    assert refusals(clean, AZIMUTH_QUIET_HOURS="12:30 - 13:15", AZIMUTH_QUIET_DAYS="Fri, SAT") == ""
    assert (environment.quiet_hours(), environment.quiet_days()) == ((time(12, 30), time(13, 15)), {4, 5})
    assert refusals(clean, AZIMUTH_QUIET_HOURS="none", AZIMUTH_QUIET_DAYS="none") == ""
    assert (environment.quiet_hours(), environment.quiet_days()) == (None, frozenset())


@pytest.mark.parametrize("words", [["web"], ["worker"], ["up"], ["manage", "check"]])
def test_every_way_in_refuses(words: list[str], tmp_path: Path) -> None:
    outside = {name: value for name, value in os.environ.items() if not name.startswith("AZIMUTH_") and name != "DATABASE_URL"}
    environ = {**outside, "PYTHONPATH": str(ROOT / "src"), "AZIMUTH_DATA": str(tmp_path / "d"), "AZIMUTH_ENV": "production"}
    done = subprocess.run([sys.executable, "-m", "azimuth", *words], env=environ, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 2
    assert "Set AZIMUTH_SECRET_KEY" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "d").exists()
    direct = subprocess.run([sys.executable, "-c", "import azimuth.wsgi"], env=environ, capture_output=True, text=True, timeout=60, check=False)
    assert direct.returncode == 1
    assert "Set AZIMUTH_SECRET_KEY" in direct.stderr


def test_a_database_url_keeps_its_capitals_and_signs(clean: pytest.MonkeyPatch) -> None:
    clean.setenv("DATABASE_URL", "postgresql://a%40b:p%2Fw@%2FRun%2FPG:6543/Name?sslmode=require&options=-cx%3D1")
    assert environment.database() == {
        "NAME": "Name", "USER": "a@b", "PASSWORD": "p/w", "HOST": "/Run/PG", "PORT": "6543",
        "OPTIONS": {"sslmode": "require", "options": "-cx=1"},
    }
    clean.setenv("DATABASE_URL", "postgresql://azimuth@[::1]:5432/azimuth")
    assert (environment.database() or {})["HOST"] == "::1"


def test_the_manual_shows_every_setting_as_it_is() -> None:
    page = (ROOT / "docs" / "admin" / "settings.md").read_text()
    rows = re.findall(r"^\| `([A-Z_]+)` \| (.*?) \| (.*) \|$", page, flags=re.MULTILINE)
    ours = [(setting.name, f"`{setting.default}`" if setting.default else "none", setting.help.replace("|", "\\|")) for setting in environment.SETTINGS]
    assert rows == ours, "docs/admin/settings.md lags behind environment.py:\n" + "\n".join(f"| `{name}` | {default} | {says} |" for name, default, says in ours)


def test_no_setting_is_read_past_the_table() -> None:
    known = {setting.name for setting in environment.SETTINGS}
    for file in (ROOT / "src" / "azimuth").rglob("*.py"):
        for name in re.findall(r'"(AZIMUTH_[A-Z_]+|DATABASE_URL)"', file.read_text()):
            assert name in known, f"{file}: {name} is not in environment.SETTINGS"
