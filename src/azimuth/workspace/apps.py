"""Django's handle on workspace."""

from django.apps import AppConfig


class WorkspaceConfig(AppConfig):
    """Registers workspace."""

    name = "azimuth.workspace"
