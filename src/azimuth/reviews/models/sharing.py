"""What becomes of a report once it is read: acknowledged, shared, taken back."""

from __future__ import annotations

import uuid
from functools import cache

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from azimuth.people.models import Person, ReportingLine
from azimuth.reviews.states import ShareRole


class Acknowledgement(models.Model):
    """The subject's "I have read it", with a comment given then or once later; both are kept as they are."""

    subject = models.OneToOneField("reviews.Subject", on_delete=models.CASCADE, primary_key=True, related_name="acknowledgement")
    acknowledged_on = models.DateField()
    comment = models.TextField(blank=True)
    commented_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(comment="", commented_on=None) | (~Q(comment="") & Q(commented_on__isnull=False)), name="acknowledgement_comment_has_a_day"),
        ]


class ShareQuerySet(models.QuerySet["ReportShare"]):
    """Sets of shares."""

    def in_force(self) -> ShareQuerySet:
        """Shares that open a report today: not taken back, and the other still is the subject's lead or coach."""
        return self.filter(_still(), taken_back_on=None)


@cache
def _still() -> Q:
    """Put together once: it takes longer than to ask it, and is part of every question about who reads a report."""
    leads = ReportingLine.objects.current().solid().filter(person=OuterRef("subject__person"), lead=OuterRef("shared_with"))
    return Q(Exists(leads), role=ShareRole.LEAD) | Q(role=ShareRole.COACH, subject__coach=F("shared_with"))


class ReportShare(models.Model):
    """A report its subject shows to their lead or coach, until they take it back."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject = models.ForeignKey("reviews.Subject", on_delete=models.CASCADE, related_name="shares")
    shared_with = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=5, choices=ShareRole, help_text="what they are to the subject; a share ends with it")
    shared_on = models.DateField()
    taken_back_on = models.DateField(null=True, blank=True)

    objects = ShareQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject", "shared_with"], condition=Q(taken_back_on=None), name="share_once_at_a_time"),
        ]
