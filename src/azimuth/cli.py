"""The one command: `azimuth`."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "azimuth.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
