"""`azimuth doctor`: good where all is well; each fault found, named and given its remedy."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from tests.operations.installation import Installation
from tests.operations.test_backup import BOX, Filled, copy_of

Findings = dict[str, dict[str, str]]


def examine(installation: Installation, **settings: str) -> tuple[subprocess.CompletedProcess[str], Findings]:
    done = installation.run("doctor", "--json", **settings)
    report = json.loads(done.stdout)
    assert report["well"] is (done.returncode == 0)
    worst = {"good": 0, "warning": 1, "bad": 2}
    findings: Findings = {}
    for finding in sorted(report["findings"], key=lambda one: worst[one["state"]]):
        findings[finding["name"]] = finding
        assert finding["state"] == "good" or finding["remedy"], finding
    return done, findings


@pytest.fixture
def filled(migrated: Installation, tmp_path: Path) -> Filled:
    return copy_of(migrated, tmp_path)


def test_all_is_well(migrated: Installation) -> None:
    done, findings = examine(migrated)
    assert done.returncode == 0, findings
    assert set(findings) == {"settings", "files", "disk", "database", "clock", "migrations", "role", "vault", "worker", "mail", "second factors", "audit", "release ledger"}
    assert migrated.run("doctor").stdout.endswith("All is well.\n")


def test_a_key_that_is_missing_left_or_strange(filled: Filled) -> None:
    assert examine(filled.it)[1]["vault"]["state"] == "good"
    filled.key.rename(filled.key.with_name("33333333-3333-4333-8333-333333333333.key"))
    done, findings = examine(filled.it)
    assert (done.returncode, findings["vault"]["state"]) == (1, "bad")
    assert "missing" in findings["vault"]["says"]
    filled.sql(f"UPDATE ballots_box SET closed_on = current_date WHERE id = '{BOX}'")
    filled.sql(f"UPDATE ballots_box SET counted_on = current_date, key_destroyed_on = current_date WHERE id = '{BOX}'")
    assert examine(filled.it)[1]["vault"]["state"] == "warning"
    filled.key.write_bytes(b"k" * 32)
    done, findings = examine(filled.it)
    assert (done.returncode, findings["vault"]["state"]) == (1, "bad")
    assert str(BOX) in findings["vault"]["remedy"]


def test_a_vault_others_can_look_into(filled: Filled) -> None:
    filled.key.parent.chmod(0o755)
    assert "chmod" in examine(filled.it)[1]["vault"]["remedy"]


def test_a_log_that_was_tampered_with(filled: Filled) -> None:
    filled.sql("INSERT INTO audit_entry (at, actor_id, actor_name, action, object_type, object_id, object_name, detail, previous, hash)"
               " VALUES (now(), '', '', 'people.import', '', '', '', '{}', '', '')")
    assert examine(filled.it)[1]["audit"]["state"] == "good"
    filled.sql("ALTER TABLE audit_entry DISABLE TRIGGER USER; UPDATE audit_entry SET actor_name = 'Nobody'; ALTER TABLE audit_entry ENABLE TRIGGER USER")
    done, findings = examine(filled.it)
    assert (done.returncode, findings["audit"]["state"]) == (1, "bad")


def test_a_database_of_another_version(filled: Filled) -> None:
    filled.sql("INSERT INTO django_migrations (app, name, applied) VALUES ('people', '9999_from_the_future', now())")
    done, findings = examine(filled.it)
    assert (done.returncode, findings["migrations"]["state"]) == (1, "bad")


def test_a_role_that_sees_everything(filled: Filled) -> None:
    filled.sql("ALTER TABLE ballots_sealedsheet NO FORCE ROW LEVEL SECURITY")
    assert examine(filled.it)[1]["role"]["state"] == "bad"


def test_secrets_of_second_factors_the_key_does_not_read(filled: Filled) -> None:
    former, present = "Kd83jfLw92Bvn4Tq7Zx1Cm6Rs5Ya0Pe9Hu2Gi8Wo3Ek7", "Zp4Yt9Qw1Nr6Vb8Mc3Xs5Lk7Jh2Gf0Da4Se6Ri9Uo1Te"
    filled.sql("INSERT INTO people_account (id, email, password, is_active, created_at, session_round)"
               " VALUES ('44444444-4444-4444-8444-444444444444', 'x@example.org', '', true, now(), 0)")
    wrapped = filled.it.run("manage", "shell", "-v", "0", "-c", "from azimuth.workspace.security.wrapping import wrap; print(wrap('secret'))",
                            AZIMUTH_SECRET_KEY=former).stdout.strip()
    filled.sql("INSERT INTO mfa_authenticator (user_id, type, data, created_at)"
               f" VALUES ('44444444-4444-4444-8444-444444444444', 'totp', '{{\"secret\": \"{wrapped}\"}}', now())")
    assert examine(filled.it, AZIMUTH_SECRET_KEY=former)[1]["second factors"]["state"] == "good"
    assert examine(filled.it, AZIMUTH_SECRET_KEY=present, AZIMUTH_SECRET_KEY_FALLBACKS=former)[1]["second factors"]["state"] == "warning"
    done, findings = examine(filled.it, AZIMUTH_SECRET_KEY=present)
    assert (done.returncode, findings["second factors"]["state"]) == (1, "bad")


def test_roles_without_a_second_factor_in_production(migrated: Installation) -> None:
    real = {"AZIMUTH_ENV": "production", "AZIMUTH_SECRET_KEY": "q8Zt3VwXy7Kp2Lm9Nr5Bs4Cd6Ef1Gh0JaQwErTyUiOpAsDfGhJkLzXcVbNm", "AZIMUTH_ALLOWED_HOSTS": "azimuth.example.com"}
    assert "privileged" in examine(migrated, **real)[1]["second factors"]["remedy"]
    assert examine(migrated, **real, AZIMUTH_REQUIRE_SECOND_FACTOR="privileged")[1]["second factors"]["state"] == "good"


def test_a_mail_server_that_is_not_there(migrated: Installation) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        done, findings = examine(migrated, AZIMUTH_SMTP_URL=f"smtp://127.0.0.1:{taken.getsockname()[1]}")
    assert (done.returncode, findings["mail"]["state"]) == (1, "bad")


def test_a_database_that_does_not_answer(migrated: Installation) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        done, findings = examine(migrated, DATABASE_URL=f"postgresql://azimuth@127.0.0.1:{taken.getsockname()[1]}/azimuth")
    assert (done.returncode, findings["database"]["state"]) == (1, "bad")


def test_an_embedded_server_that_does_not_start(migrated: Installation, tmp_path: Path) -> None:
    shutil.copytree(migrated.data, tmp_path / "data")
    (tmp_path / "data" / "postgres" / "data" / "postgresql.conf").write_text("no_such_setting = 1\n")
    done, findings = examine(Installation(tmp_path / "data"))
    assert (done.returncode, findings["database"]["state"]) == (1, "bad")
    assert "no_such_setting" in findings["database"]["remedy"]


def test_settings_that_do_not_start(migrated: Installation) -> None:
    done, findings = examine(migrated, AZIMUTH_ENV="production")
    assert (done.returncode, findings["settings"]["state"]) == (1, "bad")


def test_a_data_directory_others_can_look_into(filled: Filled) -> None:
    (filled.it.data / "secret.key").touch(mode=0o644)
    (filled.it.data / "secret.key").chmod(0o644)
    done, findings = examine(filled.it)
    assert (done.returncode, findings["files"]["state"]) == (1, "bad")


def test_a_decision_in_the_ledger_that_was_made_up(filled: Filled) -> None:
    manifest = {
        "k": 5, "reach": 4, "seed": 0, "primes": [3, 5], "memberships": "made up", "earlier": "made up", "people": 5, "cells": 1, "released": 0,
        "small": 0, "hidden": 0, "compromised": 0, "shown": [0],
    }
    people = ",".join(f"00000000-0000-4000-8000-{number:012}" for number in range(5))
    filled.sql(
        "INSERT INTO ballots_releasedecision (id, box_id, variables, people, cells, earlier, manifest, decided_on) "
        f"VALUES (gen_random_uuid(), '{BOX}', '[]', '{{{people}}}', '[[0,1,2,3,4]]', '{{}}', '{json.dumps(manifest)}', current_date)"
    )
    done, findings = examine(filled.it)
    assert (done.returncode, findings["release ledger"]["state"]) == (1, "bad")
