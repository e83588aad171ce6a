"""A piece of long work a person can watch."""

from __future__ import annotations

import uuid
from typing import Any, Protocol

from django.db import models
from django.db.models import Q
from django.urls import reverse


class Viewer(Protocol):
    """Whoever looks: people.Person, which this floor does not know."""

    @property
    def pk(self) -> Any: ...
    def has_role(self, role: Any, /) -> bool: ...


class JobQuerySet(models.QuerySet["Job"]):
    """Sets of jobs."""

    def visible_to(self, viewer: Viewer) -> JobQuerySet:
        """Whoever started it; HR and system administrators see all (a job holds progress, never content)."""
        if viewer.has_role("hr_admin") or viewer.has_role("system_admin"):
            return self
        return self.filter(Q(started_by_id=viewer.pk))


class Job(models.Model):
    """One piece of background work: what, how far, how it ended."""

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=120, unique=True, help_text="same key, same job: starting twice is starting once")
    task = models.CharField(max_length=80)
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    note = models.CharField(max_length=300, blank=True)
    arguments = models.JSONField(default=dict, blank=True, help_text="kept so that a failed job can be started again")
    result = models.JSONField(default=dict, blank=True)
    started_by_id = models.UUIDField(null=True, blank=True)
    next_url = models.CharField(max_length=300, blank=True, help_text="where the watcher goes when it is done")
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = JobQuerySet.as_manager()

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The page on which one watches it."""
        return reverse("workspace:job", args=[self.pk])

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen by itself."""
        return self.state in {self.State.DONE, self.State.FAILED}

    @property
    def percent(self) -> int | None:
        """How far, of a hundred; None while the size of the work is unknown."""
        return min(100, self.done * 100 // self.total) if self.total else None
