"""Who is asked about whom: nominations before, assignments while answering, and raters from outside."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from azimuth.ballots.models import Box
from azimuth.people.models import Person
from azimuth.questionnaires.models import RaterGroup
from azimuth.reviews.models.cycles import ReviewCycle
from azimuth.reviews.models.subjects import Subject
from azimuth.reviews.states import AssignmentState, CycleState


class ExternalRater(models.Model):
    """Somebody outside the organisation who is asked in one cycle: a name, an address, no account."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    cycle = models.ForeignKey(ReviewCycle, on_delete=models.CASCADE, related_name="external_raters")
    name = models.CharField(max_length=200)
    email = models.EmailField(max_length=254)
    language = models.CharField(max_length=10, blank=True)
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    added_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint("cycle", Lower("email"), name="external_rater_once_in_a_cycle")]

    def __str__(self) -> str:
        return self.name


class RaterLink(models.Model):
    """A personal link of an external rater: only its hash is kept. Every mail carries a fresh one.

    It opens something as long as a form waits for its rater, so it ends with the deadline, with an extension's later end, with the
    last form submitted or declined, and when HR revokes it. Nothing about its use is kept.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    external = models.ForeignKey(ExternalRater, on_delete=models.CASCADE, related_name="links")
    token_hash = models.CharField(max_length=64, unique=True)
    made_on = models.DateField()
    revoked_on = models.DateField(null=True, blank=True)


class Nomination(models.Model):
    """A hand's entry on the list of raters of one subject: somebody to be asked, or somebody taken off the derived list."""

    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="nominations")
    rater = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    external = models.ForeignKey(ExternalRater, on_delete=models.CASCADE, null=True, blank=True, related_name="nominations")
    group = models.CharField(max_length=12, choices=RaterGroup, blank=True)
    is_added = models.BooleanField(help_text="to be asked, else taken off the derived list")
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    proposed_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject", "rater"], name="nomination_once"),
            models.UniqueConstraint(fields=["subject", "external"], name="nomination_of_external_once"),
            models.CheckConstraint(
                condition=Q(rater=None, external__isnull=False, group="external") | (Q(rater__isnull=False, external=None) & ~Q(group="external")),
                name="nomination_of_somebody",
            ),
        ]


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    """Sets of assignments."""

    def of(self, rater: Person | ExternalRater) -> AssignmentQuerySet:
        """What this rater is asked; nobody else ever sees these rows with their state."""
        mine = Q(external=rater) if isinstance(rater, ExternalRater) else Q(rater=rater)
        return self.filter(mine).exclude(state=AssignmentState.WITHDRAWN)

    def asked(self) -> AssignmentQuerySet:
        """Without those declined or taken back."""
        return self.exclude(state=AssignmentState.WITHDRAWN)

    def unsubmitted(self) -> AssignmentQuerySet:
        """Without those submitted."""
        return self.exclude(state=AssignmentState.SUBMITTED)

    def about(self, *names: str) -> AssignmentQuerySet:
        """With these fields of the subject's person and cycle and no others: whole rows of both would be most of the work of a list."""
        return self.select_related(*{name.rpartition("__")[0] for name in names}).only(*(field.name for field in Assignment._meta.concrete_fields), *names)

    def answerable(self, at: datetime) -> AssignmentQuerySet:
        """Assignments one can still answer."""
        in_time = Q(subject__cycle__closes_at__gt=at) | Q(until__gt=at)
        return self.asked().filter(in_time, subject__cycle__state=CycleState.OPEN, subject__cycle__opens_at__lte=at)


class Assignment(models.Model):
    """One rater asked about one subject. State, extension and ticket are forgotten at the count.

    A withdrawn one (declined, or taken back by HR) stays until the count, so that whatever was saved under its ticket is
    destroyed there unopened.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="assignments")
    rater = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="assignments")
    external = models.ForeignKey(ExternalRater, on_delete=models.PROTECT, null=True, blank=True, related_name="assignments")
    group = models.CharField(max_length=12, choices=RaterGroup)
    state = models.CharField(max_length=10, choices=AssignmentState, default=AssignmentState.WAITING)
    state_before = models.CharField(max_length=10, choices=AssignmentState, blank=True, default="", db_default="", help_text="of a withdrawn one: how far it was, so that the bands stay as they are and it can be given back")
    ticket = models.UUIDField(null=True, default=uuid.uuid4, unique=True)
    until = models.DateTimeField(null=True, blank=True, help_text="a deadline of its own, later than the cycle's")

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject", "rater"], name="assignment_once"),
            models.UniqueConstraint(fields=["subject", "external"], name="assignment_of_external_once"),
            models.CheckConstraint(
                condition=Q(rater=None, external__isnull=False, group="external") | (Q(rater__isnull=False, external=None) & ~Q(group="external")),
                name="assignment_of_somebody",
            ),
        ]

    @property
    def who(self) -> Person | ExternalRater:
        """Whoever is asked."""
        who = self.rater or self.external
        if who is None:
            raise LookupError("An assignment of nobody.")
        return who

    @property
    def asked_key(self) -> uuid.UUID:
        """The key of whoever is asked: a person's, or an external rater's."""
        key = self.rater_id or self.external_id
        if key is None:
            raise LookupError("An assignment of nobody.")
        return key

    @property
    def place(self) -> tuple[Box, uuid.UUID]:
        """Where its sheet lies while the cycle is open; the subject's cycle must be loaded. Raises LookupError after the count."""
        box = self.subject.cycle.box
        if box is None or self.ticket is None:
            raise LookupError("A counted assignment has no sheet.")
        return box, self.ticket

    @property
    def state_in_words(self) -> str:
        """How far it is; not Django's `get_state_display`, which takes long for every form of a list."""
        return str(AssignmentState(self.state).label)

    @property
    def closes_at(self) -> datetime | None:
        """Until when this form is taken; the subject's cycle must be loaded."""
        general = self.subject.cycle.closes_at
        return max(general, self.until) if general and self.until else general


class Decline(models.Model):
    """A rater's no, with a reason and maybe somebody to ask instead. Goes with its assignment at the count."""

    assignment = models.OneToOneField(Assignment, on_delete=models.CASCADE, primary_key=True, related_name="decline")
    reason = models.CharField(max_length=1000)
    replacement = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    suggested_name = models.CharField(max_length=200, blank=True, help_text="somebody outside to ask instead")
    suggested_email = models.EmailField(max_length=254, blank=True)
    declined_on = models.DateField()
    settled_on = models.DateField(null=True, blank=True, help_text="the day HR replaced the rater, or let it be")
