"""Backup and restore: the round trip, every refusal, and the old state where it fails."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import psycopg
import pytest

from azimuth.operations import postgres
from tests.operations.installation import Installation, line_with

PERSON = "INSERT INTO people_person (id, name, attributes, job_title, grade, location, language, time_zone, search_text) VALUES ({id}, 'Ada Novak', '{{}}', '', '', '', '', '', '')"
ADA = "'11111111-1111-4111-8111-111111111111'"
BOX = "22222222-2222-4222-8222-222222222222"
FILL = f"""
{PERSON.format(id=ADA)};
INSERT INTO ballots_box (id, purpose, readers, minimum, comment_minimum, sheet_size, public_key, closes_at, opened_on)
VALUES ('{BOX}', 'development', '[]', 3, 5, 952, 'key', now() + interval '9 days', current_date);
SELECT set_config('azimuth.person', {ADA}, false);
INSERT INTO ballots_sealedsheet (ticket, box_id, holder_id, version, blob)
VALUES (gen_random_uuid(), '{BOX}', {ADA}, 1, decode(repeat('ab', 1000), 'hex'));
INSERT INTO django_session VALUES ('somebody', '', now() + interval '1 day');
"""


class Filled:
    """An installation with a person, an open box, a sealed sheet, a session and the box's key."""

    def __init__(self, installation: Installation) -> None:
        self.it = installation
        self.key = installation.data / "vault" / f"{BOX}.key"

    def sql(self, query: str, *before: str) -> list[tuple[Any, ...]]:
        """Ask the database, as the application's role."""
        with postgres.running(self.it.data):
            where = postgres.connection_settings(self.it.data)
            with psycopg.connect(host=where["HOST"], user="azimuth", password=where["PASSWORD"], dbname="azimuth") as connection:
                for first in before:
                    connection.execute(first)  # type: ignore[call-overload]
                answer = connection.execute(query)  # type: ignore[call-overload]
                return answer.fetchall() if answer.description else []

    def sheets(self) -> int:
        """How many sealed sheets there are."""
        return int(self.sql("SELECT count(*) FROM ballots_sealedsheet", "SET azimuth.backup = 'on'")[0][0])


def copy_of(migrated: Installation, to: Path) -> Filled:
    shutil.copytree(migrated.data, to / "data")
    filled = Filled(Installation(to / "data"))
    filled.sql(FILL)
    filled.key.parent.mkdir(mode=0o700)
    filled.key.write_bytes(b"k" * 32)
    return filled


@pytest.fixture
def filled(migrated: Installation, tmp_path: Path) -> Filled:
    return copy_of(migrated, tmp_path)


@pytest.fixture(scope="module")
def saved(migrated: Installation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of a filled installation, and its vault beside it."""
    place = tmp_path_factory.mktemp("saved")
    filled = copy_of(migrated, place)
    done = filled.it.run("backup", str(place / "backup"))
    assert done.returncode == 0, done.stderr
    assert "Keep this file apart" in done.stdout
    return place / "backup"


@pytest.fixture
def backup(saved: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may damage."""
    shutil.copy(saved, tmp_path / "backup")
    shutil.copy(f"{saved}.vault", tmp_path / "backup.vault")
    return tmp_path / "backup"


@pytest.fixture
def fresh(migrated: Installation, tmp_path: Path) -> Filled:
    """An installation without people."""
    shutil.copytree(migrated.data, tmp_path / "fresh")
    return Filled(Installation(tmp_path / "fresh"))


def test_the_round_trip(fresh: Filled, backup: Path) -> None:
    done = fresh.it.run("restore", str(backup))
    assert done.returncode == 0, done.stderr
    assert fresh.sql("SELECT name FROM people_person") == [("Ada Novak",)]
    assert fresh.sheets() == 1
    assert fresh.key.read_bytes() == b"k" * 32
    assert fresh.key.stat().st_mode & 0o777 == 0o600
    assert fresh.key.parent.stat().st_mode & 0o777 == 0o700
    assert fresh.sql("SELECT count(*) FROM django_session") == [(0,)], "nobody stays signed in through a backup"
    assert fresh.sql("SELECT relforcerowsecurity FROM pg_class WHERE relname = 'ballots_sealedsheet'") == [(True,)]
    assert fresh.sql("SELECT action FROM audit_entry ORDER BY number DESC LIMIT 1") == [("operations.restore",)]
    assert fresh.it.run("migrate", "--check").returncode == 0
    findings = {finding["name"]: finding["state"] for finding in json.loads(fresh.it.run("doctor", "--json").stdout)["findings"]}
    assert {findings[name] for name in ("audit", "vault", "role", "migrations")} == {"good"}


def test_no_key_lies_in_the_backup_itself(backup: Path) -> None:
    """A20: a dump of an open cycle is shut."""
    with tarfile.open(backup) as tar:
        assert tar.getnames() == ["manifest.json", "database.dump"]
    assert b"k" * 32 not in backup.read_bytes()
    assert b"k" * 32 in backup.with_name("backup.vault").read_bytes()
    for file in (backup, backup.with_name("backup.vault")):
        assert file.stat().st_mode & 0o077 == 0


def test_without_vault(filled: Filled, fresh: Filled, tmp_path: Path) -> None:
    done = filled.it.run("backup", str(tmp_path / "alone"), "--without-vault")
    assert done.returncode == 0
    assert "cannot be counted" in done.stdout
    assert not (tmp_path / "alone.vault").exists()
    assert fresh.it.run("restore", str(tmp_path / "alone")).returncode == 0
    assert not fresh.key.exists()


def test_an_existing_file_is_not_overwritten(filled: Filled, tmp_path: Path) -> None:
    (tmp_path / "there.vault").write_text("precious")
    done = filled.it.run("backup", str(tmp_path / "there"))
    assert (done.returncode, "exists already" in done.stderr) == (1, True)
    assert not (tmp_path / "there").exists()
    assert (tmp_path / "there.vault").read_text() == "precious"


def test_a_backup_that_fails_leaves_nothing(filled: Filled, tmp_path: Path) -> None:
    filled.sql("CREATE TABLE hidden (id int); ALTER TABLE hidden ENABLE ROW LEVEL SECURITY; ALTER TABLE hidden FORCE ROW LEVEL SECURITY")
    done = filled.it.run("backup", str(tmp_path / "backup"))
    assert done.returncode == 1
    assert "hidden" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


@pytest.mark.parametrize("damage", ["dump", "cut", "vault", "nonsense", "manifest"])
def test_a_damaged_backup_changes_nothing(fresh: Filled, backup: Path, damage: str) -> None:
    content = backup.read_bytes()
    if damage == "dump":
        middle = len(content) // 2  # the end of the archive is filled up with nothing
        backup.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])
    elif damage == "cut":
        backup.write_bytes(content[: len(content) // 2])
    elif damage == "vault":
        vault = backup.with_name("backup.vault")
        vault.write_bytes(vault.read_bytes().replace(b"kkk", b"kkj"))
    elif damage == "manifest":
        backup.write_bytes(content.replace(b'"format": 1', b'"format": 9'))
    else:
        backup.write_text("no backup at all")
    done = fresh.it.run("restore", str(backup))
    assert done.returncode == 1
    assert "Nothing was changed." in done.stderr
    assert fresh.sql("SELECT count(*) FROM people_person") == [(0,)]
    assert not fresh.key.exists()


def test_a_missing_vault_is_refused_unless_told(fresh: Filled, backup: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    backup.with_name("backup.vault").rename(elsewhere)
    done = fresh.it.run("restore", str(backup))
    assert (done.returncode, "--vault" in done.stderr) == (1, True)
    assert fresh.it.run("restore", str(backup), "--vault", str(elsewhere)).returncode == 0
    assert fresh.key.exists()


def test_a_database_that_is_not_empty_is_replaced_only_when_told(filled: Filled, backup: Path) -> None:
    filled.sql("UPDATE people_person SET name = 'Somebody Else'")
    done = filled.it.run("restore", str(backup))
    assert (done.returncode, "not empty" in done.stderr) == (1, True)
    assert filled.sql("SELECT name FROM people_person") == [("Somebody Else",)]
    assert filled.it.run("restore", str(backup), "--replace").returncode == 0
    assert filled.sql("SELECT name FROM people_person") == [("Ada Novak",)]


def test_a_database_in_use_is_refused(fresh: Filled, backup: Path) -> None:
    user = subprocess.Popen(
        [sys.executable, "-c", f"""
import sys
from pathlib import Path
import psycopg
from azimuth.operations import postgres
with postgres.running():
    where = postgres.connection_settings(Path({str(fresh.it.data)!r}))
    with psycopg.connect(host=where["HOST"], user="azimuth", password=where["PASSWORD"], dbname="azimuth"):
        print("in use", flush=True)
        sys.stdin.read()
"""], env=fresh.it.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    line_with(user, "in use")
    done = fresh.it.run("restore", str(backup))
    user.communicate()
    assert (done.returncode, "in use" in done.stderr) == (1, True)
    assert fresh.sql("SELECT count(*) FROM people_person") == [(0,)]


def test_a_restore_that_fails_half_way_keeps_the_old_state(filled: Filled, backup: Path) -> None:
    filled.sql("UPDATE people_person SET name = 'Somebody Else'")
    filled.key.unlink()
    blocked = backup.with_name("blocked")
    _with_broken_dump(backup, blocked)
    done = filled.it.run("restore", str(blocked), "--replace", "--vault", str(backup.with_name("backup.vault")))
    assert done.returncode == 1, done.stdout
    assert filled.sql("SELECT name FROM people_person") == [("Somebody Else",)]
    assert filled.sheets() == 1
    assert not filled.key.exists()


def _with_broken_dump(backup: Path, to: Path) -> None:
    """A backup whose checksums hold and whose dump ends in an error after much was done."""
    import hashlib
    import io

    with tarfile.open(backup) as tar:
        manifest = json.loads(tar.extractfile("manifest.json").read())  # type: ignore[union-attr]
        dump = tar.extractfile("database.dump").read()  # type: ignore[union-attr]
    broken = dump.replace(b"FOREIGN KEY (box_id) REFERENCES public.ballots_box(id)", b"FOREIGN KEY (box_id) REFERENCES public.ballots_xob(id)")
    assert broken != dump
    manifest["parts"]["database.dump"] = hashlib.sha256(broken).hexdigest()
    with tarfile.open(to, "w") as tar:
        for name, content in (("manifest.json", json.dumps(manifest).encode()), ("database.dump", broken)):
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))


def test_a_destroyed_key_never_comes_back(filled: Filled, backup: Path) -> None:
    filled.sql(f"UPDATE ballots_box SET closed_on = current_date WHERE id = '{BOX}'")
    filled.sql(f"UPDATE ballots_box SET counted_on = current_date, key_destroyed_on = current_date WHERE id = '{BOX}'")
    filled.key.unlink()
    done = filled.it.run("restore", str(backup), "--replace")
    assert done.returncode == 0, done.stderr
    assert "never comes back" in done.stdout
    assert not filled.key.exists()


def test_a_backup_of_a_newer_version_is_refused(fresh: Filled, filled: Filled, tmp_path: Path) -> None:
    filled.sql("INSERT INTO django_migrations (app, name, applied) VALUES ('people', '9999_from_the_future', now())")
    assert filled.it.run("backup", str(tmp_path / "newer")).returncode == 0
    done = fresh.it.run("restore", str(tmp_path / "newer"))
    assert (done.returncode, "newer Azimuth" in done.stderr) == (1, True)


def test_an_empty_database_is_not_worth_a_backup(installation: Installation) -> None:
    done = installation.run("backup", str(installation.data.parent / "b"))
    assert (done.returncode, "empty" in done.stderr) == (1, True)
