"""Codes of people's small vocabularies."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a Grant lets a person do."""

    HR_ADMIN = "hr_admin", _("HR administrator")
    HR_PARTNER = "hr_partner", _("HR partner")
    AUDITOR = "auditor", _("Auditor")
    SYSTEM_ADMIN = "system_admin", _("System administrator")


class LineKind(models.TextChoices):
    """How one person reports to another."""

    SOLID = "solid", _("reports to")
    DOTTED = "dotted", _("also works for")
