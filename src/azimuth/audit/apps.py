"""Django's handle on audit."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Registers audit."""

    name = "azimuth.audit"
