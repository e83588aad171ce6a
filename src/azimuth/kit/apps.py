"""Django's handle on kit."""

from django.apps import AppConfig


class KitConfig(AppConfig):
    """Registers kit."""

    name = "azimuth.kit"
