"""Django's handle on access."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Registers access."""

    name = "azimuth.access"
