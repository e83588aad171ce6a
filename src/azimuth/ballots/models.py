"""The ballot box: one per cycle; sealed sheets while it is open, counted answers after.

The database itself keeps what these tables promise (migration 0003_row_security_and_freezing): a box never loosens, a
sheet is seen by its holder or by the count, a counted answer is never added to or changed.
"""

from __future__ import annotations

import uuid
from typing import Protocol

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from azimuth.people.models import Person


class Holder(Protocol):
    """Whoever holds a ticket: anybody with a key."""

    @property
    def pk(self) -> uuid.UUID: ...


class Box(models.Model):
    """One cycle's ballot box. What launch promised is frozen by a database trigger.

    `closes_at` is a promise made beforehand, not a trace: everything that records what happened here is a day.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    purpose = models.CharField(max_length=20)
    readers = models.JSONField(default=list, help_text="who will read a report, as codes")
    minimum = models.PositiveSmallIntegerField(default=3, help_text="answers a group needs to be shown")
    comment_minimum = models.PositiveSmallIntegerField(default=5)
    sheet_size = models.PositiveIntegerField(help_text="bytes of every sealed sheet: one size for all")
    public_key = models.BinaryField()
    closes_at = models.DateTimeField()
    opened_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)
    counted_on = models.DateField(null=True, blank=True)
    discarded_on = models.DateField(null=True, blank=True, help_text="the day its sheets were destroyed unread instead of counted")
    key_destroyed_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(minimum__gte=3), name="box_minimum_never_below_three"),
            models.CheckConstraint(condition=Q(comment_minimum__gte=3), name="box_comment_minimum_never_below_three"),
            models.CheckConstraint(condition=Q(counted_on=None) | Q(discarded_on=None), name="box_counted_or_discarded"),
        ]

    def __str__(self) -> str:
        return f"the box opened on {self.opened_on}"  # in the log: a cycle's own rows stand beside it

    @property
    def is_open(self) -> bool:
        """Whether sheets can still be saved."""
        return self.closed_on is None

    @property
    def is_counted(self) -> bool:
        """Whether every sheet has been counted."""
        return self.counted_on is not None

    @property
    def is_discarded(self) -> bool:
        """Whether its sheets were destroyed unread."""
        return self.discarded_on is not None


class SealedSheet(models.Model):
    """One rater's answers about one subject, sealed to the box's key; every sheet of a box has the same size."""

    ticket = models.UUIDField(primary_key=True)
    box = models.ForeignKey(Box, on_delete=models.PROTECT, related_name="sheets")
    holder = models.UUIDField(db_column="holder_id", help_text="the key of whoever holds the ticket: a person, or somebody from outside")
    version = models.PositiveIntegerField(default=1)
    blob = models.BinaryField()

    def __str__(self) -> str:
        return "a sealed sheet"  # never the ticket: this lands in logs


class CountedGroup(models.Model):
    """How many of a group were asked and answered, and under which name its answers are shown ("" = not at all)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    box = models.ForeignKey(Box, on_delete=models.PROTECT, related_name="groups")
    about = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    group = models.CharField(max_length=12)
    invited = models.PositiveSmallIntegerField()
    answered = models.PositiveSmallIntegerField(null=True, help_text="empty where the number itself would tell")
    shown_as = models.CharField(max_length=24, blank=True)
    why = models.CharField(max_length=16, blank=True, default="", db_default="", help_text="why it is not shown at all (disclosure.RollUp.reason)")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["box", "about", "group"], name="counted_group_once")]


class CountedAnswer(models.Model):
    """One answer to one question, shuffled among its group; knows neither rater nor sheet nor hour."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    box = models.ForeignKey(Box, on_delete=models.PROTECT, related_name="answers", db_index=False)
    about = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    shown_as = models.CharField(max_length=24)
    question = models.UUIDField()
    score = models.SmallIntegerField(null=True)
    text = models.TextField(blank=True)
    counted_on = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["about", "box"], name="counted_answer_about")]

    def __str__(self) -> str:
        return "a counted answer"


class CountedFigure(models.Model):
    """One figure of a report, computed at the count while sheets were open: a question's or a section's mean in a group."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    box = models.ForeignKey(Box, on_delete=models.PROTECT, related_name="figures", db_index=False)
    about = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    shown_as = models.CharField(max_length=24)
    of = models.UUIDField(help_text="key of a question or a section")
    n = models.PositiveSmallIntegerField(help_text="raters behind it")
    mean = models.FloatField()
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    agreement = models.FloatField(null=True, help_text="rwg, where n allows it")

    class Meta:
        indexes = [models.Index(fields=["about", "box"], name="counted_figure_about")]


class CountedReliability(models.Model):
    """How reliable the answers of a whole cycle are, over all items or one section's: rounded variances, or why there are none.

    Measured at the count over every published answer of others (ballots.reliability); of no single rater or subject.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    box = models.ForeignKey(Box, on_delete=models.PROTECT, related_name="reliabilities")
    of = models.UUIDField(null=True, help_text="key of a section; empty = all items")
    subjects = models.PositiveIntegerField(help_text="subjects with published answers of others")
    forms = models.PositiveIntegerField(help_text="forms about them with an answer")
    raters = models.PositiveIntegerField(help_text="raters of a typical subject")
    refusal = models.CharField(max_length=24, blank=True, help_text="why nothing could be measured (statistics.refusal)")
    notes = models.JSONField(default=list, help_text="what a reader must be told (statistics.effects)")
    connected = models.FloatField(null=True, help_text="share of subjects in the largest part that hangs together through raters in common")
    items = models.FloatField(null=True, help_text="items behind a usual form")
    subject = models.FloatField(null=True, help_text="variance between subjects")
    rater = models.FloatField(null=True, help_text="variance between raters: strictness")
    interaction = models.FloatField(null=True, help_text="variance of a rater's own view of a subject")
    residual = models.FloatField(null=True, help_text="variance of one answer")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["box", "of"], nulls_distinct=False, name="counted_reliability_once")]


class ReleaseDecision(models.Model):
    """The release ledger: which groups of subjects a report about all of them shows, for some figures, and what that was decided from.

    `people` gives everybody a place; `cells` are groups of places, as `statistics.suppression` was asked; `manifest` says which of
    them are shown, beside the shown ones of `earlier`. Nothing of it is ever changed or deleted.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    box = models.ForeignKey(Box, on_delete=models.PROTECT, related_name="decisions")
    variables = models.JSONField(help_text="list of [section, seen by]: the figures these groups are shown for")
    people = ArrayField(models.UUIDField())
    cells = models.JSONField(help_text="list of lists of places in `people`")
    earlier = ArrayField(models.UUIDField(), help_text="decisions about the same figures that were kept before")
    manifest = models.JSONField(help_text="statistics.manifest.Manifest")
    decided_on = models.DateField()

    @property
    def shown(self) -> list[frozenset[uuid.UUID]]:
        """The groups of people that are shown."""
        return [frozenset(self.people[place] for place in self.cells[number]) for number in self.manifest["shown"]]
