"""Every setting Azimuth reads from the environment, declared once.

`docs/admin/settings.md` shows this table; a test keeps the two alike.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

_CHECKOUT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Setting:
    """One environment variable: its name, default and what it is for."""

    name: str
    default: str
    help: str


SETTINGS = (
    Setting("AZIMUTH_ENV", "local", "`local` serves this machine only; `production` serves others and is strict."),
    Setting("AZIMUTH_DATA", "", "Directory for the embedded database, the vault and the generated secret (mode 700). "
            "Default: `.azimuth` in a checkout, else `~/.local/share/azimuth`."),
    Setting("AZIMUTH_SECRET_KEY", "", "At least 50 random characters. Local: generated once into the data directory."),
    Setting("AZIMUTH_ALLOWED_HOSTS", "", "Host names Azimuth answers to, separated by commas. Required in production."),
    Setting("AZIMUTH_URL", "", "Public address, used in mails, such as https://azimuth.example.com."),
    Setting("AZIMUTH_HOST", "127.0.0.1", "Address the web server listens on."),
    Setting("AZIMUTH_PORT", "8000", "Port the web server listens on; when it is taken locally, the next free one is used."),
    Setting("AZIMUTH_WEB_WORKERS", "2", "Web processes."),
    Setting("AZIMUTH_DEBUG", "no", "Error pages with details; refused in production."),
    Setting("AZIMUTH_DEMO", "no", "The demo company with one-click sign-in and a mailbox page; refused in production."),
    Setting("AZIMUTH_TRUSTED_PROXY", "no", "`yes` when a reverse proxy sets X-Forwarded-Proto and strips it from clients."),
    Setting("DATABASE_URL", "", "postgresql://user:password@host:5432/name. Unset: the embedded server."),
    Setting("AZIMUTH_DATABASE_POOL", "8", "Connections each web process keeps at most."),
    Setting("AZIMUTH_VAULT_URL", "", "Where the private keys of open cycles lie, outside the database: "
            "file:///directory. Default: `vault` in the data directory."),
    Setting("AZIMUTH_SMTP_URL", "", "smtp://user:password@host:587 (STARTTLS) or smtps://host:465. Unset: mails wait in the outbox."),
    Setting("AZIMUTH_MAIL_FROM", "Azimuth <azimuth@localhost>", "Sender of every mail."),
    Setting("AZIMUTH_SESSION_IDLE_MINUTES", "60", "A session ends after this many minutes without a request."),
    Setting("AZIMUTH_SESSION_HOURS", "12", "A session ends after this many hours, whatever happens."),
    Setting("AZIMUTH_TIME_ZONE", "UTC", "Time zone of people who have not chosen one."),
    Setting("AZIMUTH_LOG_LEVEL", "INFO", "Least severe level that is logged."),
)

_DEFAULTS = {setting.name: setting.default for setting in SETTINGS}


def text(name: str) -> str:
    """The value of a declared setting; an undeclared name is a programming error."""
    return os.environ.get(name) or _DEFAULTS[name]


def flag(name: str) -> bool:
    """Whether a declared setting is switched on."""
    return text(name).strip().lower() in {"1", "yes", "true", "on"}


def number(name: str) -> int:
    """A declared setting as a whole number; raises ValueError with the line to mend."""
    value = text(name)
    try:
        return int(value)
    except ValueError:
        msg = f"{name}={value!r} is not a whole number."
        raise ValueError(msg) from None


def words(name: str) -> list[str]:
    """A declared setting as a list, split at commas."""
    return [word.strip() for word in text(name).split(",") if word.strip()]


def data_directory() -> Path:
    """Where everything this installation keeps outside a foreign database lies."""
    chosen = text("AZIMUTH_DATA")
    if chosen:
        return Path(chosen).expanduser().resolve()
    if (_CHECKOUT / "pyproject.toml").exists():
        return _CHECKOUT / ".azimuth"
    return Path.home() / ".local" / "share" / "azimuth"
