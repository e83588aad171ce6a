"""Every setting Azimuth reads from the environment, declared once.

`docs/admin/settings.md` shows this table; a test keeps the two alike.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit
from zoneinfo import ZoneInfo

YES, NO = {"1", "yes", "true", "on"}, {"0", "no", "false", "off"}
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CHECKOUT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Setting:
    """One environment variable: its name, default and what it is for."""

    name: str
    default: str
    help: str
    kind: str = "text"
    choices: tuple[str, ...] = ()


SETTINGS = (
    Setting("AZIMUTH_ENV", "local", "`local` serves this machine only; `production` serves others and is strict.",
            choices=("local", "production")),
    Setting("AZIMUTH_DATA", "", "Directory for the embedded database, the vault and the generated secret (mode 700). "
            "Default: `.azimuth` in a checkout, else `~/.local/share/azimuth`."),
    Setting("AZIMUTH_SECRET_KEY", "", "At least 50 random characters. Local: generated once into the data directory."),
    Setting("AZIMUTH_SECRET_KEY_FALLBACKS", "", "Former secret keys, separated by commas, while a new one takes over."),
    Setting("AZIMUTH_ALLOWED_HOSTS", "", "Host names Azimuth answers to, separated by commas. Required in production."),
    Setting("AZIMUTH_URL", "", "Public address, used in mails, such as https://azimuth.example.com."),
    Setting("AZIMUTH_HOST", "127.0.0.1", "Address the web server listens on."),
    Setting("AZIMUTH_PORT", "8000", "Port the web server listens on; when it is taken locally, the next free one is used.", "number"),
    Setting("AZIMUTH_WEB_WORKERS", "2", "Web processes.", "number"),
    Setting("AZIMUTH_WEB_THREADS", "4", "Requests each web process answers at once; each keeps one database connection.", "number"),
    Setting("AZIMUTH_JOBS", "2", "Background jobs the worker runs at once.", "number"),
    Setting("AZIMUTH_DEBUG", "no", "Error pages with details; refused in production.", "flag"),
    Setting("AZIMUTH_DEMO", "no", "The demo company with one-click sign-in and a mailbox page; refused in production.", "flag"),
    Setting("AZIMUTH_TRUSTED_PROXY", "no", "`yes` when a reverse proxy sets X-Forwarded-Proto and strips it from clients.", "flag"),
    Setting("DATABASE_URL", "", "postgresql://user:password@host:5432/name. Unset: the embedded server."),
    Setting("AZIMUTH_VAULT_URL", "", "Where the private keys of open cycles lie, outside the database: "
            "file:///directory. Default: `vault` in the data directory."),
    Setting("AZIMUTH_SMTP_URL", "", "smtp://user:password@host:587 (STARTTLS) or smtps://host:465. Unset: mails wait in the outbox."),
    Setting("AZIMUTH_MAIL_FROM", "Azimuth <azimuth@localhost>", "Sender of every mail."),
    Setting("AZIMUTH_QUIET_HOURS", "18:00-08:00", "When no mail goes out, by the clock of the person it is for, but sign-in codes; it waits for the "
            "next morning. `none`: mail at any hour."),
    Setting("AZIMUTH_QUIET_DAYS", "sat,sun", "Days without mail, likewise: mon, tue, wed, thu, fri, sat, sun. `none`: mail on any day."),
    Setting("AZIMUTH_SESSION_IDLE_MINUTES", "60", "A session ends after this many minutes without a request.", "number"),
    Setting("AZIMUTH_SESSION_HOURS", "12", "A session ends after this many hours, whatever happens.", "number"),
    Setting("AZIMUTH_REQUIRE_SECOND_FACTOR", "nobody", "Who must sign in with a second factor: `nobody`, `privileged` (whoever holds a role) or `everybody`.",
            choices=("nobody", "privileged", "everybody")),
    Setting("AZIMUTH_PAGES_OF_PEOPLE_A_DAY", "500", "The pages of so many different people one account may open in a day; then administrators are told.", "number"),
    Setting("AZIMUTH_TIME_ZONE", "UTC", "Time zone of people who have not chosen one."),
    Setting("AZIMUTH_LOG_LEVEL", "INFO", "Least severe level that is logged.", choices=("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")),
)

_DEFAULTS = {setting.name: setting.default for setting in SETTINGS}


def text(name: str) -> str:
    """The value of a declared setting; an undeclared name is a programming error."""
    return os.environ.get(name) or _DEFAULTS[name]


def flag(name: str) -> bool:
    """Whether a declared setting is switched on."""
    return text(name).strip().lower() in YES


def number(name: str) -> int:
    """A declared setting as a whole number (`refusals` has looked at it)."""
    return int(text(name))


def words(name: str) -> list[str]:
    """A declared setting as a list, split at commas."""
    return [word.strip() for word in text(name).split(",") if word.strip()]


def quiet_hours() -> tuple[time, time] | None:
    """From when to when no mail goes out, None for never; raises ValueError when it does not read 18:00-08:00."""
    said = text("AZIMUTH_QUIET_HOURS").strip().lower()
    if said == "none":
        return None
    begins, ends = (time.fromisoformat(word.strip()) for word in said.split("-"))
    if begins == ends or begins.tzinfo or ends.tzinfo:
        raise ValueError(said)
    return begins, ends


def quiet_days() -> frozenset[int]:
    """Weekdays without mail, Monday being 0; raises ValueError for a day nobody knows, and when no day is left."""
    said = [word.lower() for word in words("AZIMUTH_QUIET_DAYS")]
    days = frozenset(DAYS.index(word) for word in said if word != "none")
    if len(days) == len(DAYS):
        raise ValueError(said)
    return days


def public_url() -> str:
    """Where people reach this installation, without a slash at the end."""
    hosts = words("AZIMUTH_ALLOWED_HOSTS")
    guess = f"https://{hosts[0].lstrip('.')}" if is_production() and hosts else f"http://127.0.0.1:{text('AZIMUTH_PORT')}"
    return (text("AZIMUTH_URL") or guess).rstrip("/")


def database() -> dict[str, Any] | None:
    """DATABASE_URL in Django's words; None when it is unset. Raises ValueError when it is not a PostgreSQL address.

    A socket: postgresql://user@%2Fvar%2Frun%2Fpostgresql/name, or ?host=/var/run/postgresql.
    """
    if not text("DATABASE_URL"):
        return None
    parts = urlsplit(text("DATABASE_URL"))
    name, port = unquote(parts.path.lstrip("/")), parts.port
    if parts.scheme not in {"postgres", "postgresql"} or not name:
        raise ValueError(parts.scheme)
    host = parts.netloc.rpartition("@")[2]
    host = host[1:host.index("]")] if host.startswith("[") else host.partition(":")[0]  # `.hostname` loses capitals
    return {
        "NAME": name, "USER": unquote(parts.username or ""), "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(host), "PORT": str(port or ""),
        "OPTIONS": {key: values[-1] for key, values in parse_qs(parts.query).items()},
    }


def vault_url() -> str:
    """Where the keys of open cycles lie."""
    return text("AZIMUTH_VAULT_URL") or f"file://{quote(str(data_directory() / 'vault'))}"


def is_production() -> bool:
    """Whether others are served, so that everything must be safe."""
    return text("AZIMUTH_ENV") == "production"


def refusals() -> list[str]:
    """Why Azimuth must not start as it is set: one sentence each, naming the line to set; empty when all is well."""
    return [*_malformed(), *_malformed_mail(), *(_unsafe_production() if is_production() else _unsafe_local())]


def _malformed() -> Iterator[str]:
    for setting in SETTINGS:
        value = text(setting.name)
        if setting.kind == "number" and not (value.isascii() and value.isdigit() and int(value) > 0):
            yield f"Set {setting.name} to a whole number above 0; it is {value!r}."
        if setting.kind == "flag" and value.strip().lower() not in YES | NO:
            yield f"Set {setting.name} to yes or no; it is {value!r}."
        if setting.choices and value not in setting.choices:
            yield f"Set {setting.name} to {', '.join(setting.choices[:-1])} or {setting.choices[-1]}; it is {value!r}."
    try:
        ZoneInfo(text("AZIMUTH_TIME_ZONE"))
    except (ValueError, OSError, KeyError):
        yield f"Set AZIMUTH_TIME_ZONE to a name such as Europe/Berlin; it is {text('AZIMUTH_TIME_ZONE')!r}."
    try:
        database()
    except ValueError:
        yield "Set DATABASE_URL to postgresql://user:password@host:5432/name; Azimuth works with PostgreSQL only."
    vault = urlsplit(vault_url())
    if vault.scheme != "file" or vault.netloc or not vault.path.startswith("/"):
        yield "Set AZIMUTH_VAULT_URL to file:/// and an absolute directory, such as file:///var/lib/azimuth-vault."


def _malformed_mail() -> Iterator[str]:
    if urlsplit(text("AZIMUTH_SMTP_URL")).scheme not in {"", "smtp", "smtps"}:
        yield "Set AZIMUTH_SMTP_URL to smtp://user:password@host:587 or smtps://user:password@host:465."
    try:
        quiet_hours()
    except ValueError:
        yield f"Set AZIMUTH_QUIET_HOURS to hours such as 18:00-08:00, or to none; it is {text('AZIMUTH_QUIET_HOURS')!r}."
    try:
        quiet_days()
    except ValueError:
        yield f"Set AZIMUTH_QUIET_DAYS to days such as sat,sun (six at most), or to none; it is {text('AZIMUTH_QUIET_DAYS')!r}."


def _unsafe_production() -> Iterator[str]:
    if _is_weak(text("AZIMUTH_SECRET_KEY")):
        yield (
            "Set AZIMUTH_SECRET_KEY to at least 50 random characters, made for this installation: "
            "python3 -c 'import secrets; print(secrets.token_urlsafe(64))'"
        )
    if any(_is_weak(former) for former in words("AZIMUTH_SECRET_KEY_FALLBACKS")):
        yield "Set AZIMUTH_SECRET_KEY_FALLBACKS to former secret keys of this installation, separated by commas, or leave it out."
    if flag("AZIMUTH_DEBUG"):
        yield "Set AZIMUTH_DEBUG=no: details of errors are not for the people you serve."
    if flag("AZIMUTH_DEMO"):
        yield "Set AZIMUTH_DEMO=no: the demo signs anybody in."
    hosts = words("AZIMUTH_ALLOWED_HOSTS")
    if not hosts or any("*" in host for host in hosts):
        yield "Set AZIMUTH_ALLOWED_HOSTS to the host names people use, such as azimuth.example.com."
    if urlsplit(text("AZIMUTH_URL")).scheme not in {"", "https"}:
        yield "Set AZIMUTH_URL to the public address, beginning with https://, such as https://azimuth.example.com."
    if _is_plain_and_far():
        yield "Add ?sslmode=verify-full (or require) to DATABASE_URL: the database is on another machine and the way there must be encrypted."


def _is_weak(secret: str) -> bool:
    return len(secret) < 50 or len(set(secret)) < 10 or secret.lower().startswith(("django-insecure", "change", "secret"))


def _is_plain_and_far() -> bool:
    try:
        where = database() or {}
    except ValueError:
        return False
    host = str(where.get("HOST") or where.get("OPTIONS", {}).get("host", ""))
    return _is_elsewhere(host) and where["OPTIONS"].get("sslmode") not in {"require", "verify-ca", "verify-full"}


def _unsafe_local() -> Iterator[str]:
    if _is_elsewhere(text("AZIMUTH_HOST")):
        yield (
            f"Set AZIMUTH_HOST=127.0.0.1, or AZIMUTH_ENV=production to serve other machines; it is {text('AZIMUTH_HOST')!r}."
        )


def _is_elsewhere(host: str | None) -> bool:
    """Whether this host is more than this machine alone; a socket directory is not."""
    return bool(host) and not str(host).startswith(("127.", "/")) and host not in {"localhost", "::1", "[::1]"}


def data_directory() -> Path:
    """Where everything this installation keeps outside a foreign database lies."""
    chosen = text("AZIMUTH_DATA")
    if chosen:
        return Path(chosen).expanduser().resolve()
    if (_CHECKOUT / "pyproject.toml").exists():
        return _CHECKOUT / ".azimuth"
    return Path.home() / ".local" / "share" / "azimuth"
