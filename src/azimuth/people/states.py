"""Codes of people's small vocabularies."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from azimuth.access.roles import Role as Role


class LineKind(models.TextChoices):
    """How one person reports to another."""

    SOLID = "solid", _("reports to")
    DOTTED = "dotted", _("also works for")
