"""The embedded PostgreSQL: where it lies, how it is started and left."""

from __future__ import annotations

from pathlib import Path


def connection_settings(data: Path) -> dict[str, object]:
    """Django's database settings for the embedded server in this data directory."""
    return {"NAME": "azimuth", "USER": "azimuth", "HOST": str(data / "postgres"), "PORT": "5432"}
