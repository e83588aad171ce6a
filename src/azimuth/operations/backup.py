"""What is in a backup, how it is made and how it comes back.

FILE is a tar of `manifest.json` and `database.dump` (pg_dump's own format). The private keys of open cycles never lie in it:
they go into FILE.vault, so that they can be kept apart and deleted when the cycles are counted (docs/adr/0005). The
manifest holds the checksums of both.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from azimuth import __version__, environment
from azimuth.operations import database, postgres
from azimuth.operations.trouble import Trouble

if TYPE_CHECKING:
    import psycopg

FORMAT = 1
LEFT_OUT = ("django_session", "usersessions_usersession")  # nobody stays signed in through a backup
RULES_FOR_BACKUPS = "azimuth.backup"  # the setting under which row-level security lets sealed rows into a dump


@dataclass(frozen=True)
class Written:
    """What a backup wrote: the vault's file is None when there was no key to keep."""

    file: Path
    size: int
    vault: Path | None
    keys: int


@dataclass(frozen=True)
class Backup:
    """A backup whose checksums hold, unpacked; `keys` are the vault's files by name, None when they are left out."""

    manifest: dict[str, Any]
    dump: Path
    keys: dict[str, bytes] | None


def vault_directory() -> Path:
    """Where the keys of open cycles lie."""
    return Path(unquote(urlsplit(environment.vault_url()).path))


def vault_file(file: Path) -> Path:
    """The file that goes with a backup."""
    return file.with_name(f"{file.name}.vault")


def write(file: Path, *, with_vault: bool) -> Written:
    """Write a backup; nothing is left when it fails, and no file is overwritten. The server must be running; raises Trouble."""
    for path in (file, vault_file(file)):
        if path.exists():
            raise Trouble(f"{path} exists already. Choose another name, or move it away.")
    if not file.parent.is_dir():
        raise Trouble(f"There is no directory {file.parent}.")
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".azimuth-backup-") as scratch:
        parts = Path(scratch)
        server, migrations = _dump(parts / "database.dump")
        keys = _read_keys() if with_vault else {}
        vault = _write_keys(parts / "vault", keys) if keys else None
        manifest = {
            "format": FORMAT, "azimuth": __version__, "made_at": datetime.now(UTC).isoformat(timespec="minutes"), "postgresql": server,
            "migrations": migrations, "parts": {"database.dump": _checksum(parts / "database.dump")},
            "vault": {"keys": len(keys), "sha256": _checksum(vault)} if vault else None,
        }
        whole = parts / "whole"
        with _private(whole) as stream, tarfile.open(fileobj=stream, mode="w") as tar:
            _add(tar, "manifest.json", json.dumps(manifest, indent=1).encode())
            tar.add(parts / "database.dump", "database.dump")
        if vault:
            vault.rename(vault_file(file))
        whole.rename(file)
    return Written(file, file.stat().st_size, vault_file(file) if vault else None, len(keys))


@contextlib.contextmanager
def opened(file: Path, *, vault: Path | None, with_vault: bool) -> Iterator[Backup]:
    """Check every checksum of a backup and unpack it meanwhile, readable by nobody else; raises Trouble."""
    if not file.is_file():
        raise Trouble(f"There is no file {file}.")
    home = environment.data_directory()
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home, prefix=".restore-") as scratch:
        manifest = _unpack(file, Path(scratch))
        for name, wanted in manifest["parts"].items():
            if not (Path(scratch) / name).is_file() or _checksum(Path(scratch) / name) != wanted:
                raise Trouble(f"{file} is damaged: the checksum of {name} does not hold. Nothing was changed.")
        _refuse_newer(manifest)
        keys = _keys_of(manifest, vault or vault_file(file)) if with_vault else None
        yield Backup(manifest, Path(scratch) / "database.dump", keys)


def put_keys_back(keys: dict[str, bytes]) -> int:
    """Lay keys into the vault, whole or not at all; one that is there already stays. Returns how many are new."""
    folder = vault_directory()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    new = 0
    for name, content in keys.items():
        draft = folder / f".restore-{name}"
        draft.unlink(missing_ok=True)
        with _private(draft) as stream:
            stream.write(content)
        with contextlib.suppress(FileExistsError):
            os.link(draft, folder / name)
            new += 1
        draft.unlink()
    return new


# ---- writing


def _dump(to: Path) -> tuple[str, list[str]]:
    """Dump the database; returns the server's version and the migrations it has."""
    with database.connect() as connection:
        if database.is_empty(connection):
            raise Trouble("The database is empty: there is nothing to back up.")
        _refuse_hidden_rows(connection)
        major = connection.info.server_version // 10000
        version = ".".join(str(part) for part in (major, connection.info.server_version % 10000))
        rows = connection.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1").fetchall()
    with _private(to) as stream:
        done = subprocess.run(
            [postgres.binary("pg_dump"), "--format=custom", "--no-owner", "--no-privileges", "--enable-row-security",
             *(f"--exclude-table-data={name}" for name in LEFT_OUT)],
            env=database.program_environment(PGOPTIONS=f"-c {RULES_FOR_BACKUPS}=on"), stdin=subprocess.DEVNULL, stdout=stream,
            stderr=subprocess.PIPE, text=True, check=False,
        )
    if done.returncode:
        raise Trouble(f"pg_dump could not read the database: {done.stderr.strip()[-600:]}")
    return version, [name for (name,) in rows]


def _refuse_hidden_rows(connection: psycopg.Connection[Any]) -> None:
    """A table with row-level security and no rule for backups would be dumped without its rows, and nobody would know."""
    query = """
        SELECT c.relname FROM pg_class c WHERE c.relrowsecurity AND c.relforcerowsecurity AND NOT EXISTS (
            SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND pg_get_expr(p.polqual, p.polrelid) LIKE %s)"""
    hidden = [name for (name,) in connection.execute(query, [f"%{RULES_FOR_BACKUPS}%"]).fetchall()]
    if hidden:
        raise Trouble(f"Row-level security hides rows of {', '.join(hidden)} from backups: the database is not as this version makes it. Run `azimuth doctor`.")


def _read_keys() -> dict[str, bytes]:
    folder = vault_directory()
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.key"))} if folder.is_dir() else {}


def _write_keys(to: Path, keys: dict[str, bytes]) -> Path:
    with _private(to) as stream, tarfile.open(fileobj=stream, mode="w") as tar:
        for name, content in keys.items():
            _add(tar, name, content)
    return to


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), 0o600
    tar.addfile(entry, io.BytesIO(content))


@contextlib.contextmanager
def _private(path: Path) -> Iterator[io.BufferedWriter]:
    """A new file for our eyes only, on the disk when this ends."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        yield stream
        stream.flush()
        os.fsync(stream.fileno())


def _checksum(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


# ---- reading


def _unpack(file: Path, into: Path) -> dict[str, Any]:
    try:
        with tarfile.open(file) as tar:
            for name in ("manifest.json", "database.dump"):
                tar.extract(name, into, filter="data")
        manifest = dict(json.loads((into / "manifest.json").read_text()))
    except (tarfile.TarError, KeyError, ValueError, EOFError):
        raise Trouble(f"{file} is damaged, or no backup of Azimuth. Nothing was changed.") from None
    if manifest.get("format") != FORMAT:
        raise Trouble(f"{file} was written by another version of Azimuth, in a format this one does not know. Nothing was changed.")
    return manifest


def _refuse_newer(manifest: dict[str, Any]) -> None:
    """A dump with migrations this version has never heard of comes from a newer one."""
    for name in manifest["migrations"]:
        app, _, migration = name.partition(".")
        folder = database.SOURCE / app / "migrations"
        if folder.is_dir() and not (folder / f"{migration}.py").exists():
            raise Trouble(f"The backup comes from a newer Azimuth ({manifest['azimuth']}). Install that version, then restore. Nothing was changed.")


def _keys_of(manifest: dict[str, Any], file: Path) -> dict[str, bytes]:
    wanted = manifest["vault"]
    if wanted is None:
        return {}
    if not file.is_file():
        raise Trouble(
            f"The keys of open cycles are missing: {file} is not there. Say where it is with --vault; or restore --without-vault, "
            "and the cycles that were open then can never be counted. Nothing was changed."
        )
    if _checksum(file) != wanted["sha256"]:
        raise Trouble(f"{file} is damaged, or belongs to another backup. Nothing was changed.")
    with tarfile.open(file) as tar:
        return {entry.name: stream.read() for entry in tar if entry.isfile() and "/" not in entry.name and (stream := tar.extractfile(entry))}
