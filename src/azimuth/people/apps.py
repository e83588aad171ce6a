"""Django's handle on people."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Registers people."""

    name = "azimuth.people"
