"""Scales and questionnaires: what is asked, in which words, of whom."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from azimuth.access.guards import Viewer
from azimuth.access.roles import Role


class RaterGroup(models.TextChoices):
    """From where a rater looks. The words are used in every wording, form and report."""

    SELF = "self", _("Self")
    MANAGER = "manager", _("Manager")
    PEER = "peer", _("Peers")
    DIRECT_REPORT = "report", _("Direct reports")
    EXTERNAL = "external", _("External")


def written_in() -> models.CharField[str, str]:
    """The field that says in which language a thing was written: what it says in others is kept in Translation."""
    return models.CharField(max_length=10, default=settings.LANGUAGE_CODE, help_text="the language its words are written in")


def sees_templates(viewer: Viewer) -> bool:
    """Whether scales and questionnaires are this person's business: HR's, and the auditor's."""
    return any(viewer.has_role(role) for role in (Role.HR_ADMIN, Role.HR_PARTNER, Role.AUDITOR))


class RatingScaleQuerySet(models.QuerySet["RatingScale"]):
    """Sets of scales."""

    def visible_to(self, viewer: Viewer) -> RatingScaleQuerySet:
        """HR and auditors see all scales; raters meet a scale in the form only."""
        return self.all() if sees_templates(viewer) else self.none()

    def on_offer(self) -> RatingScaleQuerySet:
        """Scales a questionnaire can choose."""
        return self.filter(retired_on=None)

    def with_use(self) -> RatingScaleQuerySet:
        """Annotate `is_used`: a cycle was launched with a questionnaire on this scale."""
        return self.annotate(is_used=Exists(Questionnaire.objects.filter(scale=OuterRef("pk")).exclude(used_on=None)))


class RatingScale(models.Model):
    """An ordered scale; every point has a label and an anchor text."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.SlugField(max_length=60, blank=True, default="")
    name = models.CharField(max_length=120, unique=True)
    not_observed = models.CharField(max_length=80, default="Not observed")
    language = written_in()
    retired_on = models.DateField(null=True, blank=True)

    objects = RatingScaleQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code"], condition=~Q(code=""), name="scale_code_once")]

    def __str__(self) -> str:
        return self.name


class ScalePoint(models.Model):
    """One point of a scale."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    scale = models.ForeignKey(RatingScale, on_delete=models.CASCADE, related_name="points")
    value = models.PositiveSmallIntegerField()
    label = models.CharField(max_length=60)
    anchor = models.CharField(max_length=300)

    class Meta:
        ordering = ["value"]
        constraints = [models.UniqueConstraint(fields=["scale", "value"], name="scale_point_once")]


class QuestionnaireQuerySet(models.QuerySet["Questionnaire"]):
    """Sets of questionnaires."""

    def visible_to(self, viewer: Viewer) -> QuestionnaireQuerySet:
        """HR and auditors see all questionnaires; raters meet theirs in the form only."""
        return self.all() if sees_templates(viewer) else self.none()

    def newest(self) -> QuestionnaireQuerySet:
        """The highest version of each code, retired ones too."""
        later = Questionnaire.objects.filter(code=OuterRef("code"), version__gt=OuterRef("version"))
        return self.filter(~Exists(later))

    def current(self) -> QuestionnaireQuerySet:
        """The newest versions, without the retired: what a cycle can choose."""
        return self.newest().filter(retired_on=None)


class Questionnaire(models.Model):
    """A set of questions in one version. Editing a used version makes the next one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.SlugField(max_length=60, help_text="the same in all versions")
    version = models.PositiveSmallIntegerField(default=1)
    title = models.CharField(max_length=160)
    purpose = models.TextField(blank=True, help_text="why we ask, shown above the form")
    scale = models.ForeignKey(RatingScale, on_delete=models.PROTECT)
    language = written_in()
    retired_on = models.DateField(null=True, blank=True)
    changed_on = models.DateField(null=True, blank=True, help_text="the day its words were last changed")
    used_on = models.DateField(null=True, blank=True, help_text="the day a cycle first took a snapshot of it")

    objects = QuestionnaireQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="questionnaire_version_once")]

    def __str__(self) -> str:
        return self.title


class Section(models.Model):
    """A heading with its questions; a section of rated items is a competency in the report."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.CASCADE, related_name="sections")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=160)
    description = models.TextField(blank=True)
    competency_code = models.SlugField(
        max_length=60, blank=True, help_text="the competency it was made from, as a plain value"
    )
    competency_version = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="the version its words were taken from"
    )

    class Meta:
        ordering = ["position"]

    @property
    def key(self) -> str:
        """The key as text, for names in a page."""
        return str(self.pk)


class Question(models.Model):
    """An Item (rated on the scale) or a Prompt (open question)."""

    class Kind(models.TextChoices):
        ITEM = "item"
        PROMPT = "prompt"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=6, choices=Kind, default=Kind.ITEM)
    text = models.CharField(max_length=400, help_text="as others are asked: “Explains the reasons for decisions.”")
    wordings = models.JSONField(
        default=dict, blank=True, help_text="other words for a rater group: {'self': 'I explain …'}"
    )
    asked_of = models.JSONField(default=list, blank=True, help_text="rater groups; empty means all")
    is_required = models.BooleanField(default=False)

    class Meta:
        ordering = ["position"]
        constraints = [models.CheckConstraint(condition=Q(kind__in=["item", "prompt"]), name="question_kind_known")]

    @property
    def key(self) -> str:
        """The key as text, for names in a page."""
        return str(self.pk)

    @property
    def asked_of_words(self) -> str:
        """The rater groups it is asked of, for people; empty when all are."""
        return ", ".join(str(group.label) for group in RaterGroup if group.value in self.asked_of)

    @property
    def other_words(self) -> list[tuple[str, str]]:
        """The wordings that differ, as (rater group, words)."""
        return [
            (str(group.label), self.wordings[group.value]) for group in RaterGroup if self.wordings.get(group.value)
        ]


class Translation(models.Model):
    """What a text of a questionnaire, scale or competency says in another language.

    It belongs to the words, not to the place they stand in: copies, versions and sections made of a competency share it, and a text
    whose words are changed is untranslated until somebody translates the new ones.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    language = models.CharField(max_length=10)
    key = models.CharField(max_length=32, help_text="digest of the source, to find it by (translations.key_of)")
    source = models.TextField()
    words = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["language", "key"], name="translation_once")]
