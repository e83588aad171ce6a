"""The roles a grant can give: the vocabulary of permission, known to every app."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a Grant lets a person do."""

    HR_ADMIN = "hr_admin", _("HR administrator")
    HR_PARTNER = "hr_partner", _("HR partner")
    AUDITOR = "auditor", _("Auditor")
    SYSTEM_ADMIN = "system_admin", _("System administrator")
