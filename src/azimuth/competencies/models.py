"""Competencies: what good looks like, level by level."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Exists, OuterRef, Q

from azimuth.people.models import Person
from azimuth.people.states import Role
from azimuth.questionnaires.models import Section, Translation, written_in


class CompetencyQuerySet(models.QuerySet["Competency"]):
    """Sets of competencies."""

    def visible_to(self, viewer: Person) -> CompetencyQuerySet:
        """Everybody inside reads what is expected; retired competencies are seen by those who keep the frame."""
        if any(viewer.has_role(role) for role in (Role.HR_ADMIN, Role.HR_PARTNER, Role.AUDITOR)):
            return self.all()
        return self.filter(retired_on=None)

    def newest(self) -> CompetencyQuerySet:
        """The highest version of each code, retired ones too."""
        later = Competency.objects.filter(code=OuterRef("code"), version__gt=OuterRef("version"))
        return self.filter(~Exists(later))

    def current(self) -> CompetencyQuerySet:
        """The newest versions, without the retired."""
        return self.newest().filter(retired_on=None)

    def matching(self, words: str, language: str = "") -> CompetencyQuerySet:
        """Competencies that hold each of the words in name, definition or collection, as written or in a language; case forgiven."""
        found = self
        for word in words.split()[:8]:
            said = Translation.objects.filter(language=language, words__icontains=word).values("source")
            held = Q(name__icontains=word) | Q(definition__icontains=word) | Q(collection__icontains=word)
            found = found.filter(held | Q(name__in=said) | Q(definition__in=said) | Q(collection__in=said))
        return found

    def with_use(self) -> CompetencyQuerySet:
        """Annotate `is_used`: a cycle has asked questions made from this very version."""
        made = Section.objects.filter(competency_code=OuterRef("code"), competency_version=OuterRef("version"))
        return self.annotate(is_used=Exists(made.exclude(questionnaire__used_on=None)))


class Competency(models.Model):
    """A competency in one version; editing one that was used makes the next version."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.SlugField(max_length=60, help_text="the same in all versions")
    version = models.PositiveSmallIntegerField(default=1)
    name = models.CharField(max_length=120)
    definition = models.TextField()
    collection = models.CharField(
        max_length=80, blank=True, help_text="leadership, individual contributor, service, or your own"
    )
    language = written_in()
    retired_on = models.DateField(null=True, blank=True)
    changed_on = models.DateField(null=True, blank=True, help_text="the day its words were last changed")

    objects = CompetencyQuerySet.as_manager()

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
