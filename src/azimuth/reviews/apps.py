"""Django's handle on reviews."""

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    """Registers reviews."""

    name = "azimuth.reviews"
