"""The cycle: its rules, its days, its state; and HR's daily view of how far it is."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from django.db.models import F, Q

from azimuth.ballots.models import Box
from azimuth.people.models import Person, Unit
from azimuth.people.states import Role
from azimuth.questionnaires.models import Questionnaire, RaterGroup
from azimuth.reviews.states import Approver, CycleState, Nominator, Purpose, Reader, Releaser


def default_groups() -> list[str]:
    """The rater groups a cycle starts with."""
    return [RaterGroup.SELF, RaterGroup.MANAGER, RaterGroup.PEER, RaterGroup.DIRECT_REPORT]


def default_readers() -> list[str]:
    """Development feedback belongs to the subject."""
    return [Reader.SUBJECT]


def sizes(peers: int, reports: int) -> dict[str, list[int]]:
    """Raters of a group for one subject, at least and at most, from the most peers and direct reports."""
    return {RaterGroup.PEER.value: [min(3, peers), peers], RaterGroup.DIRECT_REPORT.value: [0, reports], RaterGroup.EXTERNAL.value: [0, 5]}


def default_sizes() -> dict[str, list[int]]:
    """Eight of a group at most."""
    return sizes(8, 8)


def default_nominated() -> list[str]:
    """The groups that are proposed by hand where a cycle has nominations."""
    return [RaterGroup.PEER]


def default_reminders() -> list[int]:
    """Days before the close on which raters are reminded."""
    return [7, 2, 0]


def sees_all_cycles(viewer: Person) -> bool:
    """Whether this person knows of every cycle: HR administrators run them, auditors see them without content."""
    return viewer.has_role(Role.HR_ADMIN) or viewer.has_role(Role.AUDITOR)


class CycleQuerySet(models.QuerySet["ReviewCycle"]):
    """Sets of cycles."""

    def visible_to(self, viewer: Person) -> CycleQuerySet:
        """HR administrators see all; HR partners those they made or whose scope lies in their units; auditors all, without content."""
        return self if sees_all_cycles(viewer) else self.run_by(viewer)

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
        """Open cycles whose deadline has passed, for everybody: a box closes with the last extension."""
        return self.filter(state=CycleState.OPEN, closes_at__lte=at, box__closes_at__lte=at)

    def nominations_due(self, at: datetime) -> CycleQuerySet:
        """Cycles whose time to propose raters is over."""
        return self.filter(state=CycleState.NOMINATING, nominations_close_at__lte=at)


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
    sizes = models.JSONField(default=default_sizes, help_text="per rater group: raters for one subject at least and at most")
    minimum = models.PositiveSmallIntegerField(default=3)
    comment_minimum = models.PositiveSmallIntegerField(default=5)
    subject_minimum = models.PositiveSmallIntegerField(default=5, help_text="subjects a figure of the cohort report needs")
    readers = models.JSONField(default=default_readers)
    releaser = models.CharField(max_length=10, choices=Releaser, default=Releaser.HR)
    nominator = models.CharField(max_length=10, choices=Nominator, default=Nominator.NOBODY)
    nominated = models.JSONField(default=default_nominated, help_text="rater groups that are proposed by hand; the others are derived")
    approver = models.CharField(max_length=10, choices=Approver, default=Approver.LEAD)
    shows_list = models.BooleanField(default=False, help_text="whether subjects go on seeing who is asked about them; never who answered")
    rater_limit = models.PositiveSmallIntegerField(null=True, blank=True, default=10, help_text="forms one rater may be nominated for at most")
    mutual_limit = models.PositiveSmallIntegerField(null=True, blank=True, default=3, help_text="nominated raters of one subject who are rated by them in turn, at most")
    reminders = models.JSONField(default=default_reminders, help_text="days before the close on which raters are reminded")
    compares_to = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="an earlier cycle reports may be compared with")
    overlap_minimum = models.PositiveSmallIntegerField(default=75, help_text="per cent of a competency's items that must be the same to compare it")
    time_zone = models.CharField(max_length=60, default="UTC")
    nominations_close_at = models.DateTimeField(null=True, blank=True)
    opens_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    seed = models.UUIDField(default=uuid.uuid4, editable=False, help_text="fixes the draw of raters, so that what was shown is what is launched")
    box = models.OneToOneField(Box, on_delete=models.PROTECT, null=True, blank=True)
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    created_on = models.DateField()
    launched_on = models.DateField(null=True, blank=True)
    invited_on = models.DateField(null=True, blank=True, help_text="the day raters were told")
    released_on = models.DateField(null=True, blank=True)
    cancelled_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, help_text="grows with every edit of the draft: stale pages are noticed")

    objects = CycleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(minimum__gte=3), name="cycle_minimum_never_below_three"),
            models.CheckConstraint(condition=Q(comment_minimum__gte=3), name="cycle_comment_minimum_never_below_three"),
            models.CheckConstraint(condition=Q(subject_minimum__gte=5), name="cycle_subject_minimum_never_below_five"),
            models.CheckConstraint(condition=Q(overlap_minimum__gte=50, overlap_minimum__lte=100), name="cycle_overlap_between_half_and_all"),
            models.CheckConstraint(condition=~Q(releaser="coach") | Q(readers__contains=["coach"]), name="cycle_coach_who_releases_reads"),
            models.CheckConstraint(condition=~Q(compares_to=F("id")), name="cycle_not_compared_to_itself"),
            models.CheckConstraint(condition=Q(state="draft") | Q(closes_at__isnull=False), name="cycle_launched_has_deadline"),
            models.CheckConstraint(condition=~Q(state="nominating") | Q(nominations_close_at__isnull=False), name="cycle_nominations_have_deadline"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def state_in_words(self) -> str:
        """How far it is. Django's own `get_state_display` puts every state into words to find one; so it is with the two below."""
        return str(CycleState(self.state).label)

    @property
    def purpose_in_words(self) -> str:
        """What it is for."""
        return str(Purpose(self.purpose).label)

    @property
    def releaser_in_words(self) -> str:
        """Who releases its reports."""
        return str(Releaser(self.releaser).label)

    @property
    def has_begun(self) -> bool:
        """Whether raters have been asked: from here on assignments stand, before it they are planned."""
        return self.state not in {CycleState.DRAFT, CycleState.LAUNCHING, CycleState.NOMINATING}

    @property
    def has_nominations(self) -> bool:
        """Whether some raters are proposed by hand before answering begins."""
        return self.nominator != Nominator.NOBODY


class ProgressDay(models.Model):
    """HR's view of progress: bands by unit and group, written once a day."""

    id = models.BigAutoField(primary_key=True)
    cycle = models.ForeignKey(ReviewCycle, on_delete=models.CASCADE, related_name="progress_days")
    on = models.DateField()
    bands = models.JSONField(help_text="list of {unit, unit_id, group, invited, band}")
    totals = models.JSONField(default=list, help_text="list of {group, invited, band}, all units together")
    changes = models.PositiveIntegerField(default=0, help_text="changes in the organisation that concern the cycle, this morning")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cycle", "on"], name="progress_once_a_day")]
