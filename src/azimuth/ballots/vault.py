"""The vault: private keys of boxes, kept outside the database and its backups until the count destroys them.

A directory named by VAULT_URL (file:///directory), mode 700, with one file of mode 600 per box.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from urllib.parse import unquote, urlsplit
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from nacl.public import PrivateKey

from azimuth.ballots.models import Box


class KeyMissing(Exception):
    """The vault holds no key for this box; the message is for the person who can mend it."""


def directory() -> Path:
    """Where the keys lie; raises ImproperlyConfigured for an address we cannot use."""
    parts = urlsplit(settings.VAULT_URL)
    if parts.scheme != "file" or parts.netloc or not parts.path.startswith("/"):
        raise ImproperlyConfigured("AZIMUTH_VAULT_URL must be file:/// and an absolute directory.")
    return Path(unquote(parts.path))


def has(box: Box) -> bool:
    """Whether the vault holds this box's key: asked before anybody is invited to type."""
    return _file(box.pk).is_file()


def read(box: Box) -> PrivateKey:
    """This box's private key; raises KeyMissing."""
    try:
        return PrivateKey(_file(box.pk).read_bytes())
    except (OSError, ValueError, TypeError):  # nacl calls a wrong length a TypeError
        raise KeyMissing(
            "The vault holds no usable key for this box. Put the vault directory back as it was (see the admin guide), then try again."
        ) from None


def store(box_id: UUID, key: PrivateKey) -> None:
    """Keep a new key: whole on the disk before this returns, or not there at all. Never replaces one."""
    folder = directory()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    draft = folder / f".{secrets.token_hex(8)}"
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(bytes(key))
            stream.flush()
            os.fsync(stream.fileno())
        os.link(draft, _file(box_id))  # unlike a rename, a link refuses to replace
    finally:
        draft.unlink()
    _sync(folder)


def destroy(box: Box) -> bool:
    """Overwrite and remove a key, down to the disk; says whether there was one. Safe to repeat.

    Overwriting in place is what a file system can be asked for; copies made by snapshots or a flash disk are beyond it,
    which is why the vault must not be part of any backup (docs/developer/confidence.md).
    """
    file = _file(box.pk)
    try:
        with file.open("r+b") as stream:
            stream.write(secrets.token_bytes(max(file.stat().st_size, PrivateKey.SIZE)))
            stream.flush()
            os.fsync(stream.fileno())
        file.unlink()
    except FileNotFoundError:
        return False
    _sync(file.parent)
    return True


def problem() -> str:
    """What is wrong with the vault as a place, in a sentence; "" when nothing is."""
    folder = directory()
    if not folder.exists():
        return ""  # made with the first box
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        return f"The vault {folder} cannot be read and written. Give it to the user Azimuth runs as."
    if folder.stat().st_mode & 0o077:
        return f"Others on this machine can look into the vault {folder}. Run: chmod 700 {folder}"
    return ""


def _file(box_id: UUID) -> Path:
    return directory() / f"{box_id}.key"


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
