"""A piece of long work a person can watch."""

from __future__ import annotations

import uuid

from django.db import models


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
    result = models.JSONField(default=dict, blank=True)
    started_by_id = models.UUIDField(null=True, blank=True)
    next_url = models.CharField(max_length=300, blank=True, help_text="where the watcher goes when it is done")
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
