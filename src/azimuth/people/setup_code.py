"""The one-time code that claims a fresh installation, kept in the data directory. Knows nothing of Django: `azimuth up` prints it."""

from __future__ import annotations

import hmac
import os
import secrets
from pathlib import Path

SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"  # without those that look alike
LENGTH = 16


def file_in(directory: Path) -> Path:
    """Where the code lies."""
    return directory / "setup.code"


def code_in(directory: Path) -> str:
    """The code, in groups of four; made on first asking (mode 600). Two processes that ask at once get the same."""
    file = file_in(directory)
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    code = "".join(secrets.choice(SIGNS) for _place in range(LENGTH))
    fresh = directory / f".setup.code.{os.getpid()}.{secrets.token_hex(4)}"
    fresh.touch(mode=0o600)
    fresh.write_text("-".join(code[start : start + 4] for start in range(0, LENGTH, 4)))
    try:
        os.link(fresh, file)  # all of it or nothing, and only where there is none
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    return file.read_text().strip()


def fits(typed: str, code: str) -> bool:
    """Whether what was typed is the code; case, spaces and hyphens do not matter."""

    def bare(text: str) -> bytes:
        return "".join(sign for sign in text.lower() if sign.isalnum()).encode()

    return bool(bare(code)) and hmac.compare_digest(bare(typed), bare(code))
