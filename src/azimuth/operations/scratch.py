"""A scratch database on the same server: made, migrated, used as the default one, dropped."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterator

from django.conf import settings
from django.core.management import call_command
from django.db import connections


@contextlib.contextmanager
def database(purpose: str) -> Iterator[str]:
    """Everything Django does inside happens in an empty database of its own; what was the default comes back unharmed."""
    name = f"azimuth_{purpose}_{secrets.token_hex(4)}"
    default = connections["default"]
    before = default.settings_dict["NAME"]
    with default.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    default.close()
    default.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = name
    try:
        call_command("migrate", verbosity=0, interactive=False)
        yield name
    finally:
        connections.close_all()
        default.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = before
        with default.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
