"""Imports of people: the file while it is needed, what it would do row by row, and what columns like its meant last time."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse

from azimuth.kit.search import plain
from azimuth.people.models.organisation import Person
from azimuth.people.states import ImportState, Role


class ImportQuerySet(models.QuerySet["PeopleImport"]):
    """Sets of imports."""

    def visible_to(self, viewer: Person) -> ImportQuerySet:
        """HR administrators see every import, nobody else any."""
        return self if viewer.has_role(Role.HR_ADMIN) else self.none()

    def unfinished(self) -> ImportQuerySet:
        """Imports that still hold their file."""
        return self.exclude(state__in=[ImportState.APPLIED, ImportState.DISCARDED])


class PeopleImport(models.Model):
    """One file of people on its way: uploaded, mapped, checked, applied or discarded."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    state = models.CharField(max_length=10, choices=ImportState, default=ImportState.UPLOADED)
    file_name = models.CharField(max_length=200)
    file_hash = models.CharField(max_length=64, help_text="SHA-256 of the file: it outlives the file, so that one can say which it was")
    size = models.PositiveIntegerField()
    signature = models.CharField(max_length=64, help_text="what files with the same columns share")
    header = models.JSONField(default=list, help_text="the names of the columns")
    sample = models.JSONField(default=list, blank=True, help_text="the first rows, for the choice of columns; emptied with the file")
    source = models.JSONField(default=dict, blank=True, help_text="kind, encoding, separator or sheet")
    columns = models.JSONField(default=dict, blank=True, help_text="importing.mapping.ColumnMap")
    options = models.JSONField(default=dict, blank=True, help_text="importing.mapping.Options")
    row_count = models.PositiveIntegerField(default=0)
    summary = models.JSONField(default=dict, blank=True, help_text="counts, who gains power, units to create: what the preview shows above its tabs")
    digest = models.CharField(max_length=64, blank=True, help_text="of the plan the person saw")
    has_gone_stale = models.BooleanField(default=False, help_text="people changed between check and apply: to be looked at again")
    sets_aside = models.BooleanField(default=False, help_text="faulty rows are left out and the rest applied")
    round = models.PositiveSmallIntegerField(default=0, help_text="how often it was checked or applied: part of the job's key")
    created_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="imports_made")
    created_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True, help_text="applied or discarded")

    objects = ImportQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["-created_at", "id"], name="import_newest_first")]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        """The page of this import, whatever its state."""
        return reverse("people:import", args=[self.pk])


class ImportFile(models.Model):
    """The bytes of an upload, kept only until it is applied or discarded."""

    of = models.OneToOneField(PeopleImport, on_delete=models.CASCADE, primary_key=True, related_name="file")
    content = models.BinaryField()


class RowQuerySet(models.QuerySet["ImportedRow"]):
    """Sets of rows of an import."""

    def matching(self, words: str) -> RowQuerySet:
        """Rows in which every one of these words occurs, accents and order forgiven."""
        rows = self
        for word in plain(words).split()[:8]:
            rows = rows.filter(search_text__contains=word)
        return rows


class ImportedRow(models.Model):
    """What an import does with one person: a row of the file, or somebody the file does not name."""

    id = models.BigAutoField(primary_key=True)
    of = models.ForeignKey(PeopleImport, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(null=True, blank=True, help_text="as the spreadsheet counts; empty for people not in the file")
    kinds = ArrayField(models.CharField(max_length=12), help_text="importing.comparing.Kind")
    employee_id = models.CharField(max_length=100, blank=True)
    name = models.CharField(max_length=200, blank=True)
    changes = models.JSONField(default=list, blank=True, help_text="[field, before, after] each")
    search_text = models.TextField(blank=True)

    objects = RowQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["of", "id"], name="import_row_in_order")]


class ImportedProblem(models.Model):
    """One thing that is wrong with the file of an import."""

    id = models.BigAutoField(primary_key=True)
    of = models.ForeignKey(PeopleImport, on_delete=models.CASCADE, related_name="problems")
    number = models.PositiveIntegerField(null=True, blank=True, help_text="row, as the spreadsheet counts; empty for the whole file")
    column = models.CharField(max_length=400, blank=True)
    value = models.CharField(max_length=200, blank=True)
    code = models.CharField(max_length=30)
    says = models.JSONField(default=dict, blank=True, help_text="what fills the gaps of the remedy")
    is_fault = models.BooleanField()

    class Meta:
        indexes = [models.Index(fields=["of", "id"], name="import_problem_in_order"), models.Index(fields=["of", "number"], name="import_problem_by_row")]


class ImportMapping(models.Model):
    """What the columns of such a file meant last time, by its signature."""

    signature = models.CharField(max_length=64, primary_key=True)
    columns = models.JSONField(help_text="importing.mapping.ColumnMap")
    merges = models.JSONField(default=dict, blank=True, help_text="spellings of units that were joined")
    used_at = models.DateTimeField()
