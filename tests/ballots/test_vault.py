"""The vault keeps keys to itself, and loses them for good."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from nacl.public import PrivateKey
from pytest_django.fixtures import Settings

from azimuth.ballots import vault
from azimuth.ballots.models import Box


def test_a_key_is_for_nobody_else_on_the_machine(box: Box, vault_directory: Path) -> None:
    (file,) = vault_directory.iterdir()
    assert stat.S_IMODE(vault_directory.stat().st_mode) == 0o700
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert bytes(vault.read(box).public_key) == bytes(box.public_key)
    assert vault.problem() == ""


def test_a_key_is_never_replaced(box: Box) -> None:
    with pytest.raises(FileExistsError):
        vault.store(box.pk, PrivateKey.generate())
    assert bytes(vault.read(box).public_key) == bytes(box.public_key)


def test_a_destroyed_key_is_gone(box: Box, vault_directory: Path) -> None:
    copy = vault_directory / "still open"
    copy.hardlink_to(vault_directory / f"{box.pk}.key")
    key = bytes(vault.read(box))
    assert vault.destroy(box)
    assert not vault.has(box)
    assert copy.read_bytes() != key, "what lay in the file was overwritten before the name went"
    assert not vault.destroy(box)
    with pytest.raises(vault.KeyMissing):
        vault.read(box)


def test_a_damaged_key_is_missing(box: Box, vault_directory: Path) -> None:
    (vault_directory / f"{box.pk}.key").write_bytes(b"short")
    with pytest.raises(vault.KeyMissing):
        vault.read(box)


def test_the_key_is_not_in_the_database(box: Box) -> None:
    key = bytes(vault.read(box)).hex()
    with connection.cursor() as cursor:
        cursor.execute("select relname from pg_class join pg_namespace n on n.oid = relnamespace where relkind = 'r' and nspname = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'select count(*) from "{table}" t where t::text like %s', [f"%{key}%"])
            assert cursor.fetchone() == (0,), table


def test_an_open_vault_is_noticed(box: Box, vault_directory: Path) -> None:
    vault_directory.chmod(0o755)
    assert "chmod 700" in vault.problem()


def test_no_vault_yet_is_no_problem() -> None:
    assert vault.problem() == ""


@pytest.mark.parametrize("address", ["s3://bucket/keys", "file://host/keys", "/keys", ""])
def test_an_address_we_cannot_use_is_said(settings: Settings, address: str) -> None:
    settings.VAULT_URL = address
    with pytest.raises(ImproperlyConfigured, match="AZIMUTH_VAULT_URL"):
        vault.directory()
