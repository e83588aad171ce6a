"""Competencies: what good looks like, level by level."""

from __future__ import annotations

import uuid

from django.db import models


class Competency(models.Model):
    """A competency in one version; editing one that was used makes the next version."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.SlugField(max_length=60, help_text="the same in all versions")
    version = models.PositiveSmallIntegerField(default=1)
    name = models.CharField(max_length=120)
    definition = models.TextField()
    collection = models.CharField(max_length=80, blank=True, help_text="leadership, individual contributor, service, or your own")
    retired_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="competency_version_once")]

    def __str__(self) -> str:
        return self.name


class Level(models.Model):
    """What a competency looks like at one level, in behaviour one can see."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    competency = models.ForeignKey(Competency, on_delete=models.CASCADE, related_name="levels")
    rank = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=60)
    anchor = models.TextField()

    class Meta:
        ordering = ["rank"]
        constraints = [models.UniqueConstraint(fields=["competency", "rank"], name="level_once")]


class CompetencyItem(models.Model):
    """An observable item, or a prompt, a questionnaire can take over from its competency."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    competency = models.ForeignKey(Competency, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=6, choices=[("item", "item"), ("prompt", "prompt")], default="item")
    text = models.CharField(max_length=400)
    wordings = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["position"]
