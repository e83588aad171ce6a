"""Django's handle on notifications."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Registers notifications."""

    name = "azimuth.notifications"
