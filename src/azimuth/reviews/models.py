"""360 cycles: what is asked of whom about whom, and the report that comes of it."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q

from azimuth.ballots.models import Box
from azimuth.people.models import Person, Unit
from azimuth.people.states import Role
from azimuth.questionnaires.models import Questionnaire, RaterGroup
from azimuth.reviews.states import AssignmentState, CycleState, Purpose, Reader, Releaser


def default_groups() -> list[str]:
    """The rater groups a cycle starts with."""
    return [RaterGroup.SELF, RaterGroup.MANAGER, RaterGroup.PEER, RaterGroup.DIRECT_REPORT]


def default_readers() -> list[str]:
    """Development feedback belongs to the subject."""
    return [Reader.SUBJECT]


class CycleQuerySet(models.QuerySet["ReviewCycle"]):
    """Sets of cycles."""

    def visible_to(self, viewer: Person) -> CycleQuerySet:
        """HR administrators see all; HR partners those they made or whose scope lies in their units; auditors all, without content."""
        if viewer.has_role(Role.AUDITOR):
            return self
        return self.run_by(viewer)

    def run_by(self, viewer: Person) -> CycleQuerySet:
        """Cycles this person steers."""
        if viewer.has_role(Role.HR_ADMIN):
            return self
        units = [grant.unit for grant in viewer.grants_in_force if grant.role == Role.HR_PARTNER and grant.unit]
        scope = Q(pk__in=[])
        for unit in units:
            scope |= Q(scope__path__startswith=unit.path)
        return self.filter(scope)

    def due(self, at: datetime) -> CycleQuerySet:
        """Open cycles whose deadline has passed."""
        return self.filter(state=CycleState.OPEN, closes_at__lte=at)


class ReviewCycle(models.Model):
    """One 360: from a draft that can be left to reports that are released."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=160)
    state = models.CharField(max_length=10, choices=CycleState, default=CycleState.DRAFT)
    purpose = models.CharField(max_length=12, choices=Purpose, default=Purpose.DEVELOPMENT)
    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, null=True, blank=True)
    snapshot = models.JSONField(default=dict, blank=True, help_text="the questionnaire as launched (questionnaires.snapshot)")
    scope = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, help_text="the unit it was made for; empty = whole company")
    groups = models.JSONField(default=default_groups)
    maximum = models.PositiveSmallIntegerField(default=8, help_text="raters of one group for one subject at most")
    minimum = models.PositiveSmallIntegerField(default=3)
    comment_minimum = models.PositiveSmallIntegerField(default=5)
    readers = models.JSONField(default=default_readers)
    releaser = models.CharField(max_length=10, choices=Releaser, default=Releaser.HR)
    time_zone = models.CharField(max_length=60, default="UTC")
    opens_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    seed = models.UUIDField(default=uuid.uuid4, editable=False, help_text="fixes the draw of raters, so that what was shown is what is launched")
    box = models.OneToOneField(Box, on_delete=models.PROTECT, null=True, blank=True)
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    created_on = models.DateField()
    launched_on = models.DateField(null=True, blank=True)
    invited_on = models.DateField(null=True, blank=True, help_text="the day raters were told")
    released_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, help_text="grows with every edit of the draft: stale pages are noticed")

    objects = CycleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(minimum__gte=3), name="cycle_minimum_never_below_three"),
            models.CheckConstraint(condition=Q(comment_minimum__gte=3), name="cycle_comment_minimum_never_below_three"),
            models.CheckConstraint(condition=Q(state="draft") | Q(closes_at__isnull=False), name="cycle_launched_has_deadline"),
        ]

    def __str__(self) -> str:
        return self.name


class SubjectQuerySet(models.QuerySet["Subject"]):
    """Sets of subjects."""

    def released(self) -> SubjectQuerySet:
        """Subjects whose report is out."""
        return self.exclude(released_on=None)

    def visible_to(self, viewer: Person) -> SubjectQuerySet:
        """For steering: subjects of cycles one runs, never oneself."""
        return self.filter(cycle__in=ReviewCycle.objects.visible_to(viewer)).exclude(person=viewer)

    def releasable_by(self, viewer: Person) -> SubjectQuerySet:
        """Counted reports this person may see waiting for release: as the lead the cycle names, or as who runs it; never one's own."""
        lead = Q(cycle__releaser=Releaser.LEAD, lead=viewer)
        return self.filter(report__isnull=False).filter(lead | Q(cycle__in=ReviewCycle.objects.run_by(viewer))).exclude(person=viewer)

    def readable_by(self, viewer: Person) -> SubjectQuerySet:
        """Released reports this person may read: one's own, and those the cycle named them a reader of."""
        named = Q(cycle__readers__contains=[Reader.LEAD], lead=viewer)
        run = Q(cycle__readers__contains=[Reader.HR_PARTNER], cycle__in=ReviewCycle.objects.run_by(viewer))
        return self.released().filter(Q(person=viewer) | named | run)


class Subject(models.Model):
    """A person feedback is given about, in one cycle."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    cycle = models.ForeignKey(ReviewCycle, on_delete=models.CASCADE, related_name="subjects")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="review_subjects")
    lead = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="the lead at launch")
    released_on = models.DateField(null=True, blank=True)
    opened_on = models.DateField(null=True, blank=True, help_text="the day the subject first opened the report")

    objects = SubjectQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cycle", "person"], name="subject_once_in_a_cycle")]

    def __str__(self) -> str:
        return f"{self.person.name} · {self.cycle.name}"


class RaterEdit(models.Model):
    """A hand's change to the derived list of raters, while the cycle is a draft."""

    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="rater_edits")
    rater = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    group = models.CharField(max_length=12, choices=RaterGroup)
    is_added = models.BooleanField(help_text="added, else removed")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "rater"], name="rater_edit_once")]


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    """Sets of assignments."""

    def of(self, rater: Person) -> AssignmentQuerySet:
        """What this rater is asked; nobody else ever sees these rows with their state."""
        return self.filter(rater=rater)

    def answerable(self, at: datetime) -> AssignmentQuerySet:
        """Assignments one can still answer."""
        return self.filter(subject__cycle__state=CycleState.OPEN, subject__cycle__opens_at__lte=at, subject__cycle__closes_at__gt=at)


class Assignment(models.Model):
    """One rater asked about one subject. State and ticket are forgotten at the count."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="assignments")
    rater = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="assignments")
    group = models.CharField(max_length=12, choices=RaterGroup)
    state = models.CharField(max_length=10, choices=AssignmentState, default=AssignmentState.WAITING)
    ticket = models.UUIDField(null=True, default=uuid.uuid4, unique=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "rater"], name="assignment_once")]

    @property
    def place(self) -> tuple[Box, uuid.UUID]:
        """Where its sheet lies while the cycle is open; the subject's cycle must be loaded. Raises LookupError after the count."""
        box = self.subject.cycle.box
        if box is None or self.ticket is None:
            raise LookupError("A counted assignment has no sheet.")
        return box, self.ticket


class ProgressDay(models.Model):
    """HR's view of progress: bands by unit and group, written once a day."""

    id = models.BigAutoField(primary_key=True)
    cycle = models.ForeignKey(ReviewCycle, on_delete=models.CASCADE, related_name="progress_days")
    on = models.DateField()
    bands = models.JSONField(help_text="list of {unit, group, invited, band}")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cycle", "on"], name="progress_once_a_day")]


class Report(models.Model):
    """What a subject reads: built once from the counted answers, then frozen."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject = models.OneToOneField(Subject, on_delete=models.CASCADE, related_name="report")
    content = models.JSONField()
    pdf = models.BinaryField(null=True, blank=True)
    built_on = models.DateField()


class GrowthArea(models.Model):
    """What a subject chose to work on after reading; at most two a report."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="growth_areas")
    section = models.UUIDField(help_text="key of the section (competency) in the snapshot")
    title = models.CharField(max_length=160)
    note = models.TextField(blank=True)
    chosen_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "section"], name="growth_area_once")]


