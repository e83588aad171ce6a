"""Django's handle on competencies."""

from django.apps import AppConfig


class CompetenciesConfig(AppConfig):
    """Registers competencies."""

    name = "azimuth.competencies"
