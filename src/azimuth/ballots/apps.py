"""Django's handle on ballots."""

from django.apps import AppConfig


class BallotsConfig(AppConfig):
    """Registers ballots."""

    name = "azimuth.ballots"
