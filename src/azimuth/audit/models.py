"""What happened: one row per deed, plain values only."""

from __future__ import annotations

from datetime import date
from typing import Any, Protocol

from django.db import models
from django.db.models import Q

from azimuth.audit.table import of_kind


class Viewer(Protocol):
    """Whoever looks: people.Person, which this floor does not know."""

    def has_role(self, role: Any, /) -> bool: ...


class EntryQuerySet(models.QuerySet["Entry"]):
    """Sets of entries."""

    def visible_to(self, viewer: Viewer) -> EntryQuerySet:
        """Auditors see all, HR administrators the deeds of HR, system administrators what concerns security; others nothing."""
        if viewer.has_role("auditor"):
            return self
        seen: list[str] = []
        if viewer.has_role("hr_admin"):
            seen += of_kind("hr")
        if viewer.has_role("system_admin"):
            seen += of_kind("security")
        return self.filter(action__in=seen) if seen else self.none()

    def matching(self, *, action: str = "", actor: str = "", since: date | None = None, until: date | None = None) -> EntryQuerySet:
        """Entries whose action begins so, whose actor's name contains this, of these days (UTC, both included)."""
        found = Q()
        if action:
            found &= Q(action__startswith=action)
        if actor:
            found &= Q(actor_name__icontains=actor)
        if since:
            found &= Q(at__date__gte=since)
        if until:
            found &= Q(at__date__lte=until)
        return self.filter(found)


class Entry(models.Model):
    """One thing somebody did. Append-only; number, previous and hash are given by the database (migration 0003)."""

    number = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    actor_id = models.CharField(max_length=40, blank=True)
    actor_name = models.CharField(max_length=200, blank=True)
    action = models.CharField(max_length=80)
    object_type = models.CharField(max_length=80, blank=True)
    object_id = models.CharField(max_length=40, blank=True)
    object_name = models.CharField(max_length=300, blank=True)
    detail = models.JSONField(default=dict, blank=True)
    previous = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64, blank=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        indexes = [
            models.Index(fields=["object_type", "object_id"], name="audit_by_object"),
            models.Index(fields=["action", "number"], name="audit_by_action"),
        ]


class Head(models.Model):
    """The end of the chain, moved by the trigger: a row cut off at the end is missed."""

    id = models.SmallIntegerField(primary_key=True)
    number = models.BigIntegerField()
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="audit_head_is_one")]
