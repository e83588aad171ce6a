"""Codes of people's small vocabularies."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from azimuth.access.roles import Role as Role


class LineKind(models.TextChoices):
    """How one person reports to another."""

    SOLID = "solid", _("reports to")
    DOTTED = "dotted", _("also works for")


class ImportState(models.TextChoices):
    """How far an import of people is."""

    UPLOADED = "uploaded", _("Uploaded")
    MAPPED = "mapped", _("Being checked")
    CHECKED = "checked", _("Ready to look at")
    APPLYING = "applying", _("Being applied")
    APPLIED = "applied", _("Applied")
    DISCARDED = "discarded", _("Discarded")


# From which states an import may come into a state; actions.imports is the only owner of these moves.
IMPORT_TRANSITIONS: dict[ImportState, frozenset[ImportState]] = {
    ImportState.UPLOADED: frozenset(),
    ImportState.MAPPED: frozenset({ImportState.UPLOADED, ImportState.MAPPED, ImportState.CHECKED}),
    ImportState.CHECKED: frozenset({ImportState.MAPPED, ImportState.APPLYING}),  # back from applying when people changed meanwhile
    ImportState.APPLYING: frozenset({ImportState.CHECKED, ImportState.APPLYING}),
    ImportState.APPLIED: frozenset({ImportState.APPLYING}),
    ImportState.DISCARDED: frozenset({ImportState.UPLOADED, ImportState.MAPPED, ImportState.CHECKED}),
}
