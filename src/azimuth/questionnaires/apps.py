"""Django's handle on questionnaires."""

from django.apps import AppConfig


class QuestionnairesConfig(AppConfig):
    """Registers questionnaires."""

    name = "azimuth.questionnaires"
