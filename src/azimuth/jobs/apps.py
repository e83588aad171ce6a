"""Django's handle on jobs."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Registers jobs."""

    name = "azimuth.jobs"
